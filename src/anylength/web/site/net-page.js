// A page that opens trained nets: those that it carries, or a file of the reader's own. Each reads a number, step by step.

import { configOf } from "../learning/opened-net.js";
import { hashValues, setHashValues } from "../shared/address-hash.js";
import { html, refill } from "../shared/dom.js";
import { onOpenedFile } from "../shared/dropped-file.js";
import { BadInput, quotedText } from "../shared/errors.js";
import { bytesOfBase64 } from "../shared/saved-files.js";
import { removeStartNote } from "../shared/start-note.js";
import { StepViewer } from "../shared/step-viewer.js";
import { themeSwitch } from "../shared/theme.js";

const TASK_REMEDY = "open a run of one of these";

/**
 * A kind of nets that a page opens.
 * @typedef {object} NetKind
 * @property {string} option the name of its option in the address
 * @property {{file: string, title: string, number: string}[]} nets that the page carries: the file's name, what it is called, a first number
 * @property {(file: Uint8Array, config: object, known: {cells: object, task: object}, given: {option: string,
 *   onOption: (option: string) => void, play: (texts: string[]) => void}) => Opened} opened
 * @property {boolean} isOpenedAgain whether another option is another net
 *
 * @typedef {object} Opened
 * @property {object} record a `NetView`
 * @property {{element: HTMLElement, show: (word: object, step: number) => void}} figure
 * @property {HTMLElement[]} lines about the net and its options
 */

const part = (id) => document.getElementById(id);

export class NetPage {
  /** @param {NetKind} kind */
  constructor(kind) {
    removeStartNote();
    this.data = JSON.parse(part("data").textContent);
    Object.assign(this, { kind, viewer: null, asked: null, option: "" });
    const chip = (net) =>
      html("button", { type: "button", class: "chip", "data-net": net.file, onclick: () => this.choose(net, [net.number]) }, net.title);
    part("nets").append(...kind.nets.map(chip));
    onOpenedFile(part("open"), part("open-said"), (file) => this.open(file));
    themeSwitch(part("theme"), () => this.viewer?.redraw());
    window.addEventListener("hashchange", () => this.takeAddress());
    this.takeAddress();
  }

  /** Opens the net of the address, or the first one. */
  takeAddress() {
    const { nets, option } = this.kind;
    const net = nets.find(({ file }) => file === hashValues("net")[0]) ?? nets[0];
    const number = hashValues("n");
    this.option = hashValues(option)[0] ?? "";
    this.choose(net, number.length ? number : [net.number]);
  }

  /** Opens a net of the page. It reads a number. */
  choose(net, number) {
    this.asked = net.file;
    this.show(bytesOfBase64(this.data.nets[net.file]), { number, autoplay: true });
    setHashValues("net", net === this.kind.nets[0] ? [] : [net.file]);
    part("open-said").textContent = "";
  }

  /**
   * Opens a reader's own file.
   * @throws {BadInput}
   */
  open(file) {
    const { asked, option } = this;
    Object.assign(this, { asked: null, option: "" });
    try {
      this.show(file, {});
    } catch (error) {
      Object.assign(this, { asked, option });
      throw error;
    }
    for (const name of ["net", "n", this.kind.option]) setHashValues(name, []);
  }

  /** Takes another option; the net reads the same number. */
  turnOption(option) {
    this.option = option;
    if (this.asked) setHashValues(this.kind.option, option ? [option] : []);
    if (!this.kind.isOpenedAgain) return;
    const focused = document.activeElement?.id;
    this.show(this.file, { number: this.viewer.word.texts });
    document.getElementById(focused)?.focus();
  }

  show(file, options) {
    const { cells, tasks } = this.data;
    const config = configOf(file, Object.keys(cells));
    const { record, figure, lines } = this.kind.opened(file, config, { cells, task: taskOfConfig(config, tasks) }, {
      option: this.option, onOption: (option) => this.turnOption(option), play: (texts) => this.viewer.show(texts, { play: true }),
    });
    this.file = file;
    this.viewer?.leave();
    this.viewer = new StepViewer({ net: record, verdict: null, explanation: null }, {
      ...options, onAsk: (asked) => this.asked && setHashValues("n", asked), onStep: (word, step) => figure.show(word, step),
    });
    this.viewer.playback.element.before(figure.element);
    const { task } = record;
    const base = task.names ? "" : ` in base ${task.base}`;
    const about = `${task.name}${base}: ${task.summary}. A ${config.cell} of ${config.hidden} units.`;
    refill(part("net"), html("p", {}, about), ...lines, this.viewer.element);
    this.viewer.redraw();
    for (const chip of part("nets").children) chip.setAttribute("aria-pressed", String(chip.dataset.net === this.asked));
  }
}

/**
 * The record of the task that a file names.
 * @throws {BadInput} the page has no such task
 */
function taskOfConfig({ task: name, base = 10 }, tasks) {
  const view = Object.hasOwn(tasks, name) ? tasks[name][base] : undefined;
  if (view) return view;
  throw new BadInput(`a task of the page: ${Object.keys(tasks).join(", ")}`, `${quotedText(name)} in base ${base}`, TASK_REMEDY);
}
