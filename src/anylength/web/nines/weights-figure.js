// Turn the recurrent weights of the proved net up and down: the places where nines let a state stay come and go, and so does the proof.

import { html } from "../shared/dom.js";
import { makeNet } from "../shared/net.js";
import { ProofAsker } from "../site/proof-asker.js";
import { encodedTensor } from "../shared/tensors.js";
import { PictureClock } from "./picture-clock.js";
import { planeOf } from "./plane.js";
import { PlaneView } from "./plane-view.js";

const [LEAST, MOST] = [0, 150]; // percent
const NAME = "cell.weight_hh";

export class WeightsFigure {
  /** @param {{shown: object, machine: object, certificate: string, isCalm: boolean}} options the net's record, the task's machine, and the
   *   certificate of the net */
  constructor({ shown, machine, certificate, isCalm }) {
    Object.assign(this, { shown, certificate, net: null });
    this.proofs = new ProofAsker("nines-worker.js", machine, (verdict, words) => this.show(verdict, words));
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
    this.proofs.ask(net, tensors, this.certificate);
  }

  show(verdict, words) {
    this.stamp.textContent = verdict;
    this.stamp.className = `stamp ${verdict}`;
    this.said.textContent = ` Nines let its state stay in ${this.places === 1 ? "one place" : "two places"}. ${words}`;
  }
}
