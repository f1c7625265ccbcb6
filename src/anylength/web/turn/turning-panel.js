// One weight that the reader turns.

import { html, refill } from "../shared/dom.js";
import { shortNumber } from "../shared/scales.js";
import { decodedTensor, recordOf } from "../shared/tensors.js";

const FIRST_TENSOR = "cell.weight_hh";

const [TURN_RANGE, TURN_STEP] = [3, 0.05]; // how far a weight is moved at most, either way, and the least

export class TurningPanel {
  /** @param {HTMLElement} place  @param {(turn: {name: string, at: number, by: number} | null) => void} onTurn */
  constructor(place, onTurn) {
    Object.assign(this, { place, onTurn });
    this.tensor = html("select", { id: "turn-tensor", onchange: () => this.choose() });
    const numberField = (id) => html("input", { type: "number", id, min: "1", value: "1", onchange: () => this.choose() });
    [this.row, this.column] = ["turn-row", "turn-column"].map(numberField);
    this.slider = html("input", {
      type: "range", id: "turn-by", min: String(-TURN_RANGE), max: String(TURN_RANGE), step: String(TURN_STEP), value: "0", oninput: () => this.move(),
    });
    this.output = html("output", { for: "turn-by" });
    this.reset = html("button", { type: "button", onclick: () => this.turnTo(0) }, "Turn it back");
    const field = (text, control) => html("div", { class: "field" }, html("label", { for: control.id }, text), control);
    refill(
      place, field("Tensor", this.tensor), field("Row", this.row), field("Column", this.column), field("Add to the weight", this.slider),
      this.output, this.reset,
    );
  }

  /** Takes a net, a `NetView`; `turn` is the weight that the address turns. */
  take(net, turn) {
    this.tensors = net.tensors;
    const names = Object.keys(net.tensors);
    refill(this.tensor, ...names.map((name) => html("option", { value: name }, name)));
    const isKnown = names.includes(turn?.name) && turn.at < decodedTensor(net.tensors[turn.name]).length;
    const { name, at, by } = isKnown ? turn : { name: FIRST_TENSOR, at: largestOfItself(net.tensors[FIRST_TENSOR]), by: 0 };
    this.tensor.value = name;
    [this.row.value, this.column.value] = [Math.floor(at / this.columns) + 1, (at % this.columns) + 1];
    this.slider.value = String(by);
    this.show();
  }

  get columns() {
    return this.tensors[this.tensor.value].shape[1] ?? 1;
  }

  /** Another weight: the one before is as it was. */
  choose() {
    const within = (field, most) => (field.value = Math.min(most, Math.max(1, Math.round(Number(field.value)) || 1)));
    within(this.row, this.tensors[this.tensor.value].shape[0]);
    within(this.column, this.columns);
    this.turnTo(0);
  }

  turnTo(by) {
    this.slider.value = String(by);
    this.move();
  }

  move() {
    this.show();
    this.onTurn(this.turn);
  }

  /** The turned weight; null where none is. */
  get turn() {
    const by = Number(this.slider.value);
    return by ? { name: this.tensor.value, at: this.at, by } : null;
  }

  get at() {
    return (Number(this.row.value) - 1) * this.columns + Number(this.column.value) - 1;
  }

  show() {
    const own = decodedTensor(this.tensors[this.tensor.value])[this.at];
    const by = Number(this.slider.value);
    this.output.textContent = by ? `${shortNumber(own)} becomes ${shortNumber(own + by)}` : `it is ${shortNumber(own)}`;
    this.reset.disabled = !by;
  }
}

/** The place of the largest weight by which a unit acts on itself: so it remembers. */
function largestOfItself(tensor) {
  const [values, units] = [decodedTensor(tensor), tensor.shape[1]];
  const own = [...values.keys()].filter((at) => Math.floor(at / units) === at % units);
  return own.reduce((best, at) => (values[at] > values[best] ? at : best), own[0]);
}

/** A net, a `NetView`, with one weight turned. */
export function turnedRecord(net, turn) {
  if (!turn) return net;
  const tensor = net.tensors[turn.name];
  const values = decodedTensor(tensor);
  values[turn.at] += turn.by;
  return { ...net, tensors: { ...net.tensors, [turn.name]: recordOf(tensor.shape, values) } };
}
