// The fixed points while one symbol is read again and again: found anew each time that the weight is turned, drawn on one plane, so that
// two of them are seen to meet and vanish.

import { html, refill } from "../shared/dom.js";
import { JobWorker } from "../site/job-worker.js";
import { makeNet } from "../shared/net.js";
import { LivePortrait, portraitWords } from "../shared/portrait.js";
import { portraitLegend } from "../shared/portrait-legend.js";
import { projected } from "../shared/principal-axes.js";
import { makeReader } from "../shared/state-reader.js";
import { makeTask } from "../shared/task.js";

export class HeldPanel {
  /** @param {HTMLElement} place  @param {object} machine the task's  @param {string} address of the worker's script */
  constructor(place, machine, address) {
    Object.assign(this, { machine, own: null, net: null, plane: null });
    this.worker = new JobWorker(address, (answer, job) => this.show(answer, job), (message) => this.lost(message));
    const option = (name, symbol) => html("option", { value: symbol }, name);
    this.symbol = html("select", { id: "held-symbol", onchange: () => this.begin() }, ...machine.symbols.map(option));
    this.symbol.value = String(symbolThatKeeps(machine));
    this.says = html("p", { class: "held-says", role: "status" });
    this.picture = html("div", { class: "portrait" });
    const label = html("label", { for: this.symbol.id }, "Symbol that it reads again and again");
    const field = html("div", { class: "field" }, label, this.symbol);
    const note = "They are found by Newton’s method from many starts. It can miss some, and proves nothing.";
    refill(place, html("div", { class: "row" }, field), this.says, this.picture, html("p", { class: "quiet" }, note));
  }

  /** Takes a net, a `NetView`, as it is before its weight is turned. */
  take(net) {
    Object.assign(this, { own: net, net });
    this.begin();
  }

  /** The net with its weight turned, or turned back. */
  turn(net) {
    this.net = net;
    if (this.plane) this.worker.ask(this.jobFor(net));
  }

  /** Another net or symbol: the net as it was comes first, and sets the plane. */
  begin() {
    Object.assign(this, { plane: null, first: null, known: [] });
    refill(this.picture);
    this.says.textContent = "The page looks for fixed points …";
    this.worker.instead(this.jobFor(this.own));
  }

  jobFor(net) {
    const { machine, known } = this;
    return { kind: "points", net, machine, symbol: Number(this.symbol.value), known, isPlaneKnown: Boolean(this.plane) };
  }

  show({ points, orbits, indices, plane }, { net }) {
    this.known = points.map(({ state }) => state);
    this.plane ??= plane;
    this.draw(net, { points, orbits, indices });
    if (net === this.own && this.net !== this.own) this.worker.ask(this.jobFor(this.net));
  }

  draw(net, { points, orbits, indices }) {
    const [runner, task] = [makeNet(net), makeTask(net.task)];
    const reader = makeReader(runner, task);
    const names = task.machine?.names ?? [];
    const reads = (state) => names[reader?.read(Float32Array.from(state)).state ?? -1] ?? null;
    const at = (state) => projected(this.plane, state);
    const picture = {
      symbol: this.machine.symbols[Number(this.symbol.value)], corners: this.plane.corners,
      orbits: orbits.map(({ from, states }) => ({ name: `${names[from]} after its shortest word`, points: states.map(at) })),
      marks: points.map(({ state, stable }) => ({ at: at(state), stable, reads: reads(state) })),
    };
    const counts = { ...countsOf(points), indices };
    if (net === this.own) this.first = counts;
    const says = `${portraitWords(picture)} ${this.comparison(counts)}`;
    this.says.textContent = says;
    const portrait = new LivePortrait(picture, { names, title: `Fixed points under ${picture.symbol}` });
    refill(this.picture, portrait.show({ before: [] }, null), portraitLegend(picture, names));
  }

  /** What has become of the fixed points since the net was as it was. */
  comparison({ stable, others, indices }) {
    const kept = keptStates(this.machine, Number(this.symbol.value));
    const about = `The machine stays in ${kept} of its states meanwhile.`;
    const isWhole = indices === 1 && this.first.indices === 1;
    if (indices !== 1) return `The sum of their indices is ${indices} and not 1, so others have probably been missed. ${about}`;
    if (!isWhole || (stable === this.first.stable && others === this.first.others)) return about;
    const before = `Before the weight was turned there were ${this.first.stable} attracting and ${this.first.others} repelling ones.`;
    const [lost, lostOthers] = [this.first.stable - stable, this.first.others - others];
    if (lost !== lostOthers) return `${before} ${about}`;
    const times = Math.abs(lost) === 1 ? "" : `, ${Math.abs(lost)} times`;
    const happens = lost > 0 ? "meet and vanish" : "appear";
    return `${before} An attracting and a repelling one ${happens} together${times}: a saddle-node bifurcation. ${about}`;
  }

  lost(message) {
    this.says.textContent = `The search for fixed points could not go on: ${message}.`;
  }
}

function countsOf(points) {
  const stable = points.filter((point) => point.stable).length;
  return { stable, others: points.length - stable };
}

/** How many states of a machine a symbol leads to themselves. */
function keptStates({ names, symbols, delta }, symbol) {
  return names.filter((_, state) => delta[state * symbols.length + symbol] === state).length;
}

/** The symbol that keeps the most states as they are. */
function symbolThatKeeps(machine) {
  const kept = machine.symbols.map((_, symbol) => keptStates(machine, symbol));
  return kept.indexOf(Math.max(...kept));
}
