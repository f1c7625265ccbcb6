// A part of the laboratory that opens trained nets and does not train: those of the site, when a reader asks for one, or a file of the
// reader's own.

import { hashValues, setHashValues } from "../shared/address-hash.js";
import { html, refill } from "../shared/dom.js";
import { BadInput } from "../shared/errors.js";
import { StepViewer } from "../shared/step-viewer.js";
import { configOf } from "./opened-net.js";

/**
 * A kind of nets that a panel opens.
 * @typedef {object} NetKind
 * @property {{net: string, number: string, option: string}} signs of the address
 * @property {{file: string, title: string, number: string}[]} nets that the site ships: the file's name, what it is called, a first number
 * @property {(cell: string) => boolean} takes whether a cell is of this kind
 * @property {(file: Uint8Array, config: object, option: string, does: {onOption: (option: string) => void,
 *   play: (texts: string[]) => void}) => Opened} opened
 * @property {boolean} isOpenedAgain whether another option is another net
 *
 * @typedef {object} Opened
 * @property {object} record a `NetView`
 * @property {{element: HTMLElement, show: (word: object, step: number) => void}} figure
 * @property {HTMLElement[]} lines about the net and its options
 */

export class NetPanel {
  /** @param {HTMLElement} place  @param {NetKind} kind */
  constructor(place, kind) {
    Object.assign(this, { place, kind, viewer: null, asked: null, option: "" });
    [this.chips, this.message, this.content] = [".chips", ".message", ".net-place"].map((name) => place.querySelector(name));
    const chip = (net) =>
      html("button", { type: "button", class: "chip", "data-net": net.file, onclick: () => this.choose(net, [net.number]) }, net.title);
    this.chips.append(...kind.nets.map(chip));
  }

  /** Opens the net of the address, if it names one. */
  takeAddress() {
    const { nets, signs } = this.kind;
    const net = nets.find(({ file }) => file === hashValues(signs.net)[0]);
    if (!net || net.file === this.asked) return;
    const number = hashValues(signs.number);
    this.option = hashValues(signs.option)[0] ?? "";
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
      setHashValues(this.kind.signs.net, [net.file]);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      this.asked = null;
      this.message.textContent = error.message;
    }
  }

  /** Whether a file is that of a net of this kind. */
  takes(file) {
    return this.kind.takes(configOf(file).cell);
  }

  /** Opens a reader's own file. */
  open(file) {
    const { asked, option } = this;
    Object.assign(this, { asked: null, option: "" });
    try {
      this.show(file, {});
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
    this.show(this.file, { number: this.viewer.word.texts });
    document.getElementById(focused)?.focus();
  }

  show(file, options) {
    const config = configOf(file);
    const { record, figure, lines } = this.kind.opened(file, config, this.option, {
      onOption: (option) => this.turnOption(option), play: (texts) => this.viewer.show(texts, { play: true }),
    });
    this.file = file;
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

/** The bytes of a file of the site. */
async function loadedFile(name) {
  const remedy = "look whether the site is complete, and served by a web server";
  const answer = await fetch(name).catch(() => null);
  if (!answer?.ok) throw new BadInput(`${name} beside this page`, answer ? `answer ${answer.status}` : "no answer", remedy);
  return new Uint8Array(await answer.arrayBuffer());
}
