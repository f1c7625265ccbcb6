// A part of the laboratory that opens trained nets and does not train: those of the site, when a reader asks for one, or a file of the
// reader's own.

import { hashValues, setHashValues } from "../shared/address-hash.js";
import { html, refill } from "../shared/dom.js";
import { BadInput } from "../shared/errors.js";
import { StepViewer } from "../shared/step-viewer.js";
import { configOf } from "./opened-net.js";
import { knownOfOpenedNets, loadedFile } from "./site-files.js";
import { viewOfConfig } from "./tasks.js";

/**
 * A kind of nets that a panel opens.
 * @typedef {object} NetKind
 * @property {string} name of the kind
 * @property {{net: string, number: string, option: string}} signs of the address
 * @property {{file: string, title: string, number: string}[]} nets that the site ships: the file's name, what it is called, a first number
 * @property {(file: Uint8Array, config: object, known: {cells: object, task: object}, given: {option: string,
 *   onOption: (option: string) => void, play: (texts: string[]) => void}) => Opened} opened
 * @property {boolean} isOpenedAgain whether another option is another net
 *
 * @typedef {object} Opened
 * @property {object} record a `NetView`
 * @property {{element: HTMLElement, show: (word: object, step: number) => void}} figure
 * @property {HTMLElement[]} lines about the net and its options
 */

export class NetPanel {
  /** @param {HTMLElement} place  @param {NetKind} kind  @param {string[]} cells of this kind */
  constructor(place, kind, cells) {
    Object.assign(this, { place, kind, cells, viewer: null, asked: null, option: "" });
    [this.chips, this.message, this.content] = [".chips", ".message", ".net-place"].map((name) => place.querySelector(name));
    const chip = (net) =>
      html("button", { type: "button", class: "chip", "data-net": net.file, onclick: () => this.choose(net, [net.number]) }, net.title);
    this.chips.append(...kind.nets.map(chip));
  }

  /** Opens the net of the address, if it names one. Its card goes to the top, where no other card pushes it away as that grows. */
  takeAddress() {
    const { nets, signs } = this.kind;
    const net = nets.find(({ file }) => file === hashValues(signs.net)[0]);
    if (!net || net.file === this.asked) return;
    const number = hashValues(signs.number);
    this.option = hashValues(signs.option)[0] ?? "";
    this.choose(net, number.length ? number : [net.number]);
    this.place.parentElement.prepend(this.place);
    this.place.scrollIntoView({ block: "start" });
  }

  /** Loads and opens a net of the site. It reads a number. */
  async choose(net, number) {
    this.asked = net.file;
    this.message.textContent = "";
    try {
      const [file, known] = await Promise.all([loadedFile(`${net.file}.safetensors`), knownOfOpenedNets()]);
      if (this.asked !== net.file) return; // another one was chosen meanwhile
      this.show(file, known, { number, autoplay: true });
      setHashValues(this.kind.signs.net, [net.file]);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      this.asked = null;
      this.message.textContent = error.message;
    }
  }

  /** Whether a file is that of a net of this kind. */
  takes(file) {
    return this.cells.includes(configOf(file).cell);
  }

  /** Opens a reader's own file. */
  async open(file) {
    const known = await knownOfOpenedNets();
    const { asked, option } = this;
    Object.assign(this, { asked: null, option: "" });
    try {
      this.show(file, known, {});
    } catch (error) {
      Object.assign(this, { asked, option });
      throw error;
    }
    this.message.textContent = "";
    for (const name of Object.values(this.kind.signs)) setHashValues(name, []);
    this.place.scrollIntoView({ block: "start" });
  }

  /** Takes another option; the net reads the same number. */
  turnOption(option) {
    this.option = option;
    if (this.asked) setHashValues(this.kind.signs.option, option ? [option] : []);
    if (!this.kind.isOpenedAgain) return;
    const focused = document.activeElement?.id;
    this.show(this.file, this.known, { number: this.viewer.word.texts });
    document.getElementById(focused)?.focus();
  }

  show(file, known, options) {
    const config = configOf(file);
    const own = { cells: known.cells[this.kind.name], task: viewOfConfig(config, known.tasks) };
    const { record, figure, lines } = this.kind.opened(file, config, own, {
      option: this.option, onOption: (option) => this.turnOption(option), play: (texts) => this.viewer.show(texts, { play: true }),
    });
    Object.assign(this, { file, known });
    this.viewer?.leave();
    this.viewer = new StepViewer({ net: record, verdict: null, explanation: null }, {
      ...options, onAsk: (asked) => this.asked && setHashValues(this.kind.signs.number, asked),
      onStep: (word, step) => figure.show(word, step),
    });
    this.viewer.playback.element.before(figure.element);
    const { task } = record;
    const base = task.names ? "" : ` in base ${task.base}`;
    const about = `${task.name}${base}: ${task.summary}. A ${config.cell} of ${config.hidden} units.`;
    refill(this.content, html("p", {}, about), ...lines, this.viewer.element);
    this.viewer.redraw();
    for (const chip of this.chips.children) chip.setAttribute("aria-pressed", String(chip.dataset.net === this.asked));
  }

  redraw() {
    this.viewer?.redraw();
  }
}
