// What is in the cell: its equations, and what its gates do at the step that is shown.

import { html, refill, svg } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";
import { Calls, oneHot } from "../shared/program.js";
import { partsOfCell } from "./cell-parts.js";

const UNIT_BAR = { width: 12, height: 34, gap: 2 };
const MOST_BARS_SHOWN = 48;

export class CellFigure {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.lines = html("ul", { class: "equations scroll", tabindex: "0", "aria-label": "The cell as equations" });
    this.title = html("p", { class: "quiet" });
    this.gates = html("dl", { class: "gates" });
    const about =
      "x is the symbol, h and c are the state before, ′ marks the new state. W are matrices, b biases, σ goes from 0 (closed) to 1 " +
      "(open). a₁, a₂, … are parts of a, with one row for each unit; [₁…₂] are the first two of them.";
    element.append(html("details", {}, html("summary", {}, "The cell as equations"), this.lines, html("p", { class: "quiet" }, about)));
    element.append(this.title, this.gates);
  }

  /** Takes a net. */
  take({ cell, equations, net }) {
    Object.assign(this, { net, parts: partsOfCell(cell, net.program, net.units) });
    this.calls = new Calls(net.program.step, net.program, net.tensors);
    refill(this.lines, ...equations.filter(Boolean).map((line) => html("li", {}, line)));
  }

  /** Shows the gates at a step, from the state before it; `step` is −1 before the first. */
  show(word, step) {
    const { net, calls, parts } = this;
    if (step < 0) {
      this.title.textContent = "Let the net read: then its gates are shown here, a bar for each unit.";
      return refill(this.gates);
    }
    const before = step ? word.run.states[step - 1] : word.net.start();
    const { letters, tapes } = net.machine;
    calls.use(calls.ofSymbol(oneHot(word.symbols[step], { letters, tapes })));
    calls.run(before);
    this.title.textContent = `Step ${grouped(step + 1)} reads ${word.symbolAt(step)}. A bar for each unit:`;
    return refill(this.gates, ...parts.flatMap((part) => this.row(part)));
  }

  row({ name, isGate, number, first }) {
    const values = Array.from(this.calls.values[number].slice(first, first + Math.min(this.net.units, MOST_BARS_SHOWN)));
    const label = `${name}: ${values.map((value) => value.toFixed(2)).join(", ")}`;
    const width = values.length * UNIT_BAR.width;
    const bars = values.flatMap((value, unit) => barOf(value, unit, isGate));
    const picture = { viewBox: `0 0 ${width} ${UNIT_BAR.height}`, preserveAspectRatio: "none", role: "img", "aria-label": label };
    return [html("dt", {}, name), html("dd", {}, svg("svg", picture, ...bars))];
  }
}

/** A bar: a gate opens from the ground, a value goes up or down from the middle. */
function barOf(value, unit, isGate) {
  const [x, width] = [unit * UNIT_BAR.width, UNIT_BAR.width - UNIT_BAR.gap];
  const ground = isGate ? UNIT_BAR.height : UNIT_BAR.height / 2;
  const size = Math.max(0.6, Math.min(1, Math.abs(value)) * ground);
  const place = { x, width, y: value >= 0 ? ground - size : ground, height: size, class: value >= 0 ? "up" : "down" };
  return [svg("rect", { x, y: 0, width, height: UNIT_BAR.height, class: "frame" }), svg("rect", place)];
}
