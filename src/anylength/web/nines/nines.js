// The first page: a number is put to two nets, one that forgets the carry and one that is proved. Below, why, the proof, and more.

import { namedMachine } from "../learning/named-machines.js";
import { counterRecord } from "../learning/opened-net.js";
import { hashValues, setHashValues } from "../shared/address-hash.js";
import { refill } from "../shared/dom.js";
import { onOpenedFile } from "../shared/dropped-file.js";
import { BadInput, quotedText } from "../shared/errors.js";
import { makeNet } from "../shared/net.js";
import { ProofAsker } from "../site/proof-asker.js";
import { removeStartNote } from "../shared/start-note.js";
import { currentColours, themeSwitch } from "../shared/theme.js";
import { countingTable } from "./counting-figure.js";
import { marginsChart } from "./margins-figure.js";
import { NetFigure } from "./net-figure.js";
import { proofFigure } from "./proof-figure.js";
import { Question } from "./question.js";
import { TrainingFigure } from "./training-figure.js";

const WORKER = "nines-worker.js";
const RANDOM_DIGITS = 20;
const COLOURS = { carry: "--s0", none: "--s1", ink: "--ink", card: "--card", bad: "--bad" };

const part = (id) => document.getElementById(id);

class NinesPage {
  constructor() {
    removeStartNote();
    this.data = JSON.parse(part("data").textContent);
    this.nets = [this.data.post, this.data.proved].map(({ net }) => makeNet(net));
    const sides = ["post", "proved"].map((id) => ({ answer: part(id), plane: part(`${id}-plane`) }));
    this.question = new Question({ nets: this.nets, sides });
    this.field = /** @type {HTMLInputElement} */ (part("number"));
    this.wire();
    this.take(hashValues("n")[0] ?? this.field.value);
    setTimeout(() => this.begin()); // in a task of its own, so that the answers are seen first
  }

  wire() {
    const { field } = this;
    const slider = /** @type {HTMLInputElement} */ (part("nines"));
    const choose = (number) => {
      this.take(number);
      setHashValues("n", [field.value]);
    };
    field.oninput = () => choose(field.value);
    slider.oninput = () => choose((field.value.replace(/9*$/, "") + "9".repeat(Number(slider.value))).slice(-field.maxLength) || "0");
    for (const chip of part("examples").querySelectorAll("[data-number]")) {
      /** @type {HTMLElement} */ (chip).onclick = () => choose(/** @type {HTMLElement} */ (chip).dataset.number);
    }
    part("random").onclick = () => choose(randomNumber());
    part("zoom").onclick = () => {
      this.question.isZoomed = !this.question.isZoomed;
      part("zoom").setAttribute("aria-pressed", String(this.question.isZoomed));
      this.question.draw();
    };
    part("pattern-door").onsubmit = (event) => {
      event.preventDefault();
      location.href = `patterns.html#p=${encodeURIComponent(part("pattern-door").querySelector("input").value)}`;
    };
    window.addEventListener("hashchange", () => this.take(hashValues("n")[0] ?? field.value));
  }

  /** Puts a number to both nets, or says what is wrong with it. */
  take(text) {
    const { field } = this;
    if (field.value !== text) field.value = text;
    const number = text.trim() || "0";
    const isNumber = /^\d+$/.test(number) && number.length <= field.maxLength;
    const remedy = new BadInput(`a whole number of up to ${field.maxLength} digits`, quotedText(number), "correct it");
    part("refused").textContent = isNumber ? "" : remedy.message;
    part("post").parentElement.toggleAttribute("data-stale", !isNumber);
    if (!isNumber || number === this.question.number) return;
    field.size = number.length;
    document.documentElement.style.setProperty("--digits", String(number.length + 1));
    this.question.ask(number);
    const { nines, front } = this.question.sides[0].reading;
    part("nines").value = part("nines-value").textContent = String(nines);
    refill(part("counting-figure"), countingTable(number));
    if (this.isBegun) this.question.draw();
    if (this.isBegun && front !== this.front) this.showMargins(front);
  }

  /** The pictures and the figures of the story come one after the other, so that the page stays alive meanwhile. */
  begin() {
    this.isBegun = true;
    this.takeColours();
    themeSwitch(part("theme"), () => this.takeColours());
    window.addEventListener("resize", () => this.question.draw());
    onOpenedFile(part("open"), part("open-said"), (file) => this.openRun(file));
    const machine = namedMachine("count", { count: this.data.machine });
    this.proofs = new ProofAsker(WORKER, machine, (verdict, words) => this.showVerdict(verdict, words));
    const shown = this.data.post.net;
    const onTrained = (net, tensors) => this.takeNet(net, tensors, "The net that you have trained");
    const figures = {
      "net-figure": () => new NetFigure(this.nets[0], shown).element,
      "training-figure": () => new TrainingFigure({ shown, onTrained }).element,
      "proof-figure": () => proofFigure(this.data.proved),
    };
    setTimeout(() => this.showMargins(this.question.sides[0].reading.front));
    for (const [id, make] of Object.entries(figures)) setTimeout(() => part(id).append(make()));
  }

  showMargins(front) {
    this.front = front;
    refill(part("margins-figure"), marginsChart([{ name: part("post-title").textContent, net: this.question.sides[0].net, colour: "ci" }], front));
  }

  takeColours() {
    const values = currentColours(Object.values(COLOURS));
    this.question.takeColours(Object.fromEntries(Object.entries(COLOURS).map(([name, variable]) => [name, values[variable]])));
  }

  /**
   * A net of the reader's own takes the place of the post's; the page looks for a proof.
   * @throws {BadInput} the file is no such net
   */
  openRun(file) {
    const record = { ...counterRecord(file), task: this.data.post.net.task };
    this.takeNet(makeNet(record), record.tensors, "Your own net");
  }

  showVerdict(verdict, words) {
    Object.assign(part("post-verdict"), { hidden: false, textContent: verdict, className: `stamp ${verdict}` });
    part("post").querySelector(".side-said").textContent = words;
  }

  /** A net takes the place of the post's. */
  takeNet(net, tensors, title) {
    part("post-title").textContent = title;
    part("tested").hidden = true;
    this.question.replace(0, net);
    this.showMargins(this.question.sides[0].reading.front);
    part("post-verdict").hidden = true;
    part("post").querySelector(".side-said").textContent = "Is it right everywhere? The page is looking …";
    this.proofs.ask(net, tensors);
  }
}

function randomNumber() {
  const digit = (least) => String(least + Math.floor(Math.random() * (10 - least)));
  return Array.from({ length: RANDOM_DIGITS }, (_, at) => digit(at ? 0 : 1)).join("");
}

new NinesPage();
