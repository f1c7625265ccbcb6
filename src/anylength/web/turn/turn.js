// The page of one weight: turn a weight of a net that counts, and see its fixed points, its verdict and its mistake.

import { namedMachine } from "../learning/named-machines.js";
import { counterRecord } from "../learning/opened-net.js";
import { hashValues, setHashValues } from "../shared/address-hash.js";
import { html, refill } from "../shared/dom.js";
import { onOpenedFile } from "../shared/dropped-file.js";
import { makeNet } from "../shared/net.js";
import { ProofAsker } from "../site/proof-asker.js";
import { stamp } from "../shared/stamp.js";
import { removeStartNote } from "../shared/start-note.js";
import { StepViewer } from "../shared/step-viewer.js";
import { themeSwitch } from "../shared/theme.js";
import { HeldPanel } from "./held-panel.js";
import { turnedRecord, TurningPanel } from "./turning-panel.js";

const WORKER = "turn-worker.js";
const TURN_SIGNS = /^([\w.]+):(\d+):(-?\d+(?:\.\d+)?)$/;
const NETS = [["post", "a net trained as usual"], ["proved", "a net trained with its proof"]];
const FIRST_NUMBER = ["99999999999999999999"];

const part = (id) => document.getElementById(id);

class TurnPage {
  constructor() {
    removeStartNote();
    this.data = JSON.parse(part("data").textContent);
    const machine = namedMachine("count", { count: this.data.machine });
    this.proofs = new ProofAsker(WORKER, machine, (verdict, words, word) => this.showVerdict(verdict, words, word));
    this.turning = new TurningPanel(part("turning"), (turn) => this.turn(turn));
    this.held = new HeldPanel(part("held"), machine, WORKER);
    const chip = ([name, title]) => html("button", { type: "button", class: "chip", "data-net": name, onclick: () => this.choose(name) }, title);
    part("nets").append(...NETS.map(chip));
    onOpenedFile(part("open"), part("open-said"), (file) => this.open(file));
    themeSwitch(part("theme"), () => this.viewer.redraw());
    window.addEventListener("hashchange", () => this.takeAddress());
    this.takeAddress();
  }

  /** The net and the turned weight of the address. */
  takeAddress() {
    const turn = TURN_SIGNS.exec(hashValues("turn")[0] ?? "");
    const wanted = hashValues("net")[0];
    const name = Object.hasOwn(this.data.nets, wanted) ? wanted : NETS[0][0];
    this.take(name, this.data.nets[name], turn && { name: turn[1], at: Number(turn[2]), by: Number(turn[3]) });
  }

  choose(name) {
    setHashValues("net", name === NETS[0][0] ? [] : [name]);
    this.take(name, this.data.nets[name], null);
  }

  /**
   * A net of the reader's own.
   * @throws {BadInput} the file is no such net
   */
  open(file) {
    const net = { ...counterRecord(file), task: this.data.nets.proved.net.task };
    setHashValues("net", []);
    this.take(null, { net, certificate: null }, null);
  }

  /** Another net; `turn` is its weight that the address turns. */
  take(name, { net, certificate }, turn) {
    Object.assign(this, { own: net, certificate });
    for (const chip of part("nets").children) chip.setAttribute("aria-pressed", String(chip.dataset.net === name));
    part("open-said").textContent = "";
    this.turning.take(net, turn);
    this.held.take(net);
    this.turn(this.turning.turn);
  }

  /** One weight is turned, or none. */
  turn(turn) {
    this.record = turnedRecord(this.own, turn);
    setHashValues("turn", turn ? [`${turn.name}:${turn.at}:${turn.by}`] : []);
    refill(part("says"), html("span", { class: "quiet" }, "The page looks for a proof and for a mistake …"));
    this.held.turn(this.record);
    this.proofs.ask(makeNet(this.record), this.record.tensors, this.certificate);
  }

  showVerdict(verdict, words, word) {
    refill(part("says"), stamp({ verdict }), html("span", {}, ` ${words}`));
    const counterexample = word && [[...word].reverse().join("").replace(/^0+(?=.)/, "")];
    this.viewer?.leave();
    this.viewer = new StepViewer(
      { net: this.record, verdict: counterexample && { counterexample }, explanation: null },
      { number: counterexample ?? FIRST_NUMBER },
    );
    refill(part("viewer"), this.viewer.element);
    this.viewer.redraw();
    document.body.dataset.verdict = verdict;
  }
}

new TurnPage();
