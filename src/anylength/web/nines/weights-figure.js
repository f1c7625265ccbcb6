// Turn the recurrent weights of the proved net up and down: the places where nines let a state stay come and go, and so does the proof.

import { html } from "../shared/dom.js";
import { makeNet } from "../shared/net.js";
import { encodedTensor } from "../shared/tensors.js";
import { horizonOf } from "./counting.js";
import { PictureClock } from "./picture-clock.js";
import { planeOf } from "./plane.js";
import { PlaneView } from "./plane-view.js";

const [LEAST, MOST] = [0, 150]; // percent
const TRIED = 300; // nines that a changed net is tried on
const NAME = "cell.weight_hh";

export class WeightsFigure {
  /** @param {{shown: object, machine: object, certificate: string, isCalm: boolean}} options the net's record, the task's machine, and the
   *   certificate of the net */
  constructor({ shown, machine, certificate, isCalm }) {
    Object.assign(this, { shown, machine, certificate, net: null, worker: null, waiting: null });
    this.canvas = html("canvas", { role: "img", "aria-label": "The plane of the changed net" });
    this.view = new PlaneView(this.canvas, isCalm);
    this.slider = html("input", { type: "range", min: LEAST, max: MOST, value: "100", id: "weights" });
    this.output = html("output", { for: "weights" });
    this.stamp = html("strong", { class: "stamp" });
    this.said = html("span", { "aria-live": "polite" });
    this.slider.oninput = () => this.take();
    const label = html("label", { for: "weights" }, "Recurrent weights");
    const verdict = html("p", { class: "verdict-line" }, this.stamp, this.said);
    this.element = html("div", {}, html("p", { class: "row slider" }, label, this.slider, this.output), verdict, this.canvas);
    this.pictures = new PictureClock(this.canvas);
  }

  takeColours(colours) {
    this.view.takeColours(colours);
  }

  tick(now) {
    const time = this.pictures.timeAt(now);
    if (time === null) return;
    if (!this.net) this.take(); // when it first comes in sight
    this.view.draw(time, null);
  }

  /** The net with the present share of its recurrent weights. */
  take() {
    const share = Number(this.slider.value) / 100;
    const weight = this.shown.tensors[NAME];
    const tensors = { ...this.shown.tensors, [NAME]: encodedTensor(weight, (value) => share * value) };
    const net = makeNet({ ...this.shown, tensors });
    this.net = net;
    this.view.take(net, planeOf(net));
    this.output.textContent = `${this.slider.value} %`;
    this.places = this.view.ends.length;
    this.ask({ tensors });
  }

  /** Asks the worker for a proof; of several requests only the last is answered. */
  ask(message) {
    const request = { ...message, kind: "prove", machine: this.machine, certificate: this.certificate };
    if (this.waiting) {
      this.next = request;
      return;
    }
    this.worker ??= this.hire();
    this.waiting = request;
    this.worker.postMessage(request);
  }

  hire() {
    const worker = new Worker("nines-worker.js");
    worker.onmessage = ({ data }) => this.hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      Object.assign(this, { worker: null, waiting: null });
      this.show("STOPPED", event.message || "the script that proves could not be loaded");
    };
    return worker;
  }

  hear({ isProved, word }) {
    const { next } = this;
    Object.assign(this, { waiting: null, next: null });
    if (next) {
      this.waiting = next;
      this.worker.postMessage(next);
      return;
    }
    const places = `Nines let its state stay in ${this.places === 1 ? "one place" : "two places"}.`;
    const horizon = isProved ? null : horizonOf(this.net, TRIED);
    if (isProved) this.show("PROVED", `${places} It is right on every number of every length.`);
    else if (horizon !== null) this.show("REFUTED", `${places} It forgets the carry at ${horizon + 1} ${horizon ? "nines" : "nine"}.`);
    else if (word && this.isWrongOn(word)) this.show("REFUTED", `${places} It answers ${numberOf(word)} + 1 wrongly.`);
    else this.show("UNKNOWN", `${places} Neither a proof nor a mistake was found.`);
  }

  /** Whether the net of the page, in float32, answers the last digit of a word wrongly, too. */
  isWrongOn(word) {
    const { delta, output, symbols } = this.machine;
    let [state, right] = [0, 0];
    for (const digit of word) [state, right] = [delta[state * symbols.length + digit], output[state * symbols.length + digit]];
    return this.net.run(word).outputs.at(-1) !== right;
  }

  show(verdict, words) {
    this.stamp.textContent = verdict;
    this.stamp.className = `stamp ${verdict}`;
    this.said.textContent = ` ${words}`;
  }
}

/** A word as people write numbers. */
function numberOf(word) {
  return [...word].reverse().join("");
}
