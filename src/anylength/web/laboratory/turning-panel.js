// One weight that the reader turns.

import { html, refill } from "../shared/dom.js";
import { shortNumber } from "../shared/scales.js";

const TURN_RANGE = 20; // how far a weight is moved at most, either way

export class TurningPanel {
  /** @param {HTMLElement} place  @param {(turn: {name: string, at: number, by: number} | null) => void} onTurn */
  constructor(place, onTurn) {
    Object.assign(this, { place, onTurn });
    this.tensor = html("select", { id: "turn-tensor", onchange: () => this.choose() });
    const numberField = (id) => html("input", { type: "number", id, min: "1", value: "1", onchange: () => this.choose() });
    [this.row, this.column] = ["turn-row", "turn-column"].map(numberField);
    this.slider = html("input", {
      type: "range", id: "turn-by", min: String(-TURN_RANGE), max: String(TURN_RANGE), step: "0.1", value: "0", oninput: () => this.turn(),
    });
    this.output = html("output", { for: "turn-by" });
    this.reset = html("button", { type: "button", onclick: () => this.turnTo(0) }, "Turn it back");
    const field = (text, control) => html("div", { class: "field" }, html("label", { for: control.id }, text), control);
    refill(
      place, field("Tensor", this.tensor), field("Row", this.row), field("Column", this.column), field("Add to the weight", this.slider),
      this.output, this.reset,
    );
  }

  /** Takes a net; `turn` is what the address says. */
  take(net, turn) {
    this.net = net;
    const names = Object.keys(net.program.tensors);
    refill(this.tensor, ...names.map((name) => html("option", { value: name }, name)));
    const name = names.includes(turn?.name) ? turn.name : names.find((own) => own.endsWith("weight_hh"));
    this.tensor.value = name;
    const columns = net.program.tensors[name][1] ?? 1;
    const at = turn && turn.at < net.tensors[name].length ? turn.at : this.largestOfItself(name);
    [this.row.value, this.column.value] = [Math.floor(at / columns) + 1, (at % columns) + 1];
    this.slider.value = String(turn?.by ?? 0);
    this.show();
  }

  /** The place of the largest weight by which a unit acts on itself: so it remembers. */
  largestOfItself(name) {
    const [values, { units }] = [this.net.tensors[name], this.net];
    const own = [...values.keys()].filter((at) => Math.floor(at / units) % units === at % units);
    return own.reduce((best, at) => (values[at] > values[best] ? at : best), own[0]);
  }

  /** Another weight: the one before is as it was. */
  choose() {
    const [rows, columns = 1] = this.net.program.tensors[this.tensor.value];
    const within = (field, most) => (field.value = Math.min(most, Math.max(1, Math.round(Number(field.value)) || 1)));
    within(this.row, rows);
    within(this.column, columns);
    this.turnTo(0);
  }

  turnTo(by) {
    this.slider.value = String(by);
    this.turn();
  }

  turn() {
    this.show();
    const turn = this.turned;
    this.onTurn(turn.by ? turn : null);
  }

  get turned() {
    const [, columns = 1] = this.net.program.tensors[this.tensor.value];
    const at = (Number(this.row.value) - 1) * columns + Number(this.column.value) - 1;
    return { name: this.tensor.value, at, by: Number(this.slider.value) };
  }

  show() {
    const { name, at, by } = this.turned;
    const own = this.net.tensors[name][at];
    this.output.textContent = by ? `${shortNumber(own)} becomes ${shortNumber(own + by)}` : `it is ${shortNumber(own)}`;
    this.reset.disabled = !by;
  }
}

/** A net with one weight turned. */
export function turnedNet(net, turn) {
  if (!turn) return net;
  const values = Float32Array.from(net.tensors[turn.name]);
  values[turn.at] += turn.by;
  return { ...net, tensors: { ...net.tensors, [turn.name]: values } };
}
