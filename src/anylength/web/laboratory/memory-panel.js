// The part of the laboratory that opens nets with a memory: those of the site, when a reader asks for one, or a file of the reader's own.

import { hashValues, setHashValues } from "../shared/address-hash.js";
import { html, refill } from "../shared/dom.js";
import { BadInput } from "../shared/errors.js";
import { StepViewer } from "../shared/step-viewer.js";
import { MemoryFigure } from "./memory-figure.js";
import { memoryRecord, SHIPPED_NETS } from "./memory-nets.js";
import { configOf } from "./opened-net.js";

const [NET_SIGN, NUMBER_SIGN, MIXED_SIGN] = ["memory", "m", "mix"]; // in the address
const MIXED = "yes";

export class MemoryPanel {
  /** @param {HTMLElement} place  @param {{cells: object, tasks: object}} memories of the page */
  constructor(place, memories) {
    Object.assign(this, { place, memories, viewer: null, asked: null });
    [this.chips, this.message, this.content] = [".chips", ".message", ".memory-place"].map((name) => place.querySelector(name));
    const chip = (net) =>
      html("button", { type: "button", class: "chip", "data-net": net.file, onclick: () => this.choose(net, [net.number]) }, net.title);
    this.chips.append(...SHIPPED_NETS.map(chip));
    this.mixed = html("input", { type: "checkbox", id: "mixed", onchange: () => this.mix() });
  }

  /** Opens the net of the address, if it names one. */
  takeAddress() {
    const net = SHIPPED_NETS.find(({ file }) => file === hashValues(NET_SIGN)[0]);
    if (!net || net.file === this.asked) return;
    const number = hashValues(NUMBER_SIGN);
    this.mixed.checked = hashValues(MIXED_SIGN)[0] === MIXED;
    this.choose(net, number.length ? number : [net.number]);
  }

  /** Loads and opens a net of the site. It reads a number. */
  async choose(net, number) {
    this.asked = net.file;
    this.message.textContent = "";
    try {
      const file = await loadedFile(`${net.file}.safetensors`);
      if (this.asked !== net.file) return; // another one was chosen meanwhile
      this.show(file, { number, autoplay: true });
      setHashValues(NET_SIGN, [net.file]);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      this.asked = null;
      this.message.textContent = error.message;
    }
  }

  /** Whether a file is that of a net with a memory. */
  takes(file) {
    return Object.hasOwn(this.memories.cells, configOf(file).cell);
  }

  /** Opens a reader's own file. */
  open(file) {
    const [asked, isMixed] = [this.asked, this.mixed.checked];
    this.asked = null;
    this.mixed.checked = false;
    try {
      this.show(file, {});
    } catch (error) {
      this.asked = asked;
      this.mixed.checked = isMixed;
      throw error;
    }
    this.message.textContent = "";
    for (const name of [NET_SIGN, NUMBER_SIGN, MIXED_SIGN]) setHashValues(name, []);
    this.place.scrollIntoView({ block: "start" });
  }

  /** The same net reads the same number, with its actions mixed or not. */
  mix() {
    if (this.asked) setHashValues(MIXED_SIGN, this.mixed.checked ? [MIXED] : []);
    this.show(this.file, { number: this.viewer.word.texts });
    this.mixed.focus();
  }

  show(file, options) {
    const config = configOf(file);
    const record = memoryRecord(file, config, this.memories, this.mixed.checked);
    this.file = file;
    const figure = new MemoryFigure(record, this.memories.cells[config.cell]);
    this.viewer?.leave();
    this.viewer = new StepViewer({ net: record, verdict: null, explanation: null }, {
      ...options, onAsk: (asked) => this.asked && setHashValues(NUMBER_SIGN, asked), onStep: (word, step) => figure.show(word, step),
    });
    this.viewer.playback.element.before(figure.element);
    const about = `${record.task.name} in base ${record.task.base}: ${record.task.summary}. A ${config.cell} of ${config.hidden} units.`;
    const asks = "Mix the actions as the gates say, each partly, as in the first half of its training";
    const label = html("label", { for: "mixed" }, asks);
    const hint =
      "Otherwise each gate counts as 0 or 1, so that one action is done, wholly. Mixed entries become less clear at each step: compare " +
      "what it answers to 60 digits.";
    refill(
      this.content, html("p", {}, about), html("p", {}, this.mixed, " ", label), html("p", { class: "quiet" }, hint), this.viewer.element,
    );
    this.viewer.redraw();
    for (const chip of this.chips.children) chip.setAttribute("aria-pressed", String(chip.dataset.net === this.asked));
  }

  redraw() {
    this.viewer?.redraw();
  }
}

/** The bytes of a file of the site. */
async function loadedFile(name) {
  const remedy = "look whether the site is complete, and served by a web server";
  const answer = await fetch(name).catch(() => null);
  if (!answer?.ok) throw new BadInput(`${name} beside this page`, answer ? `answer ${answer.status}` : "no answer", remedy);
  return new Uint8Array(await answer.arrayBuffer());
}
