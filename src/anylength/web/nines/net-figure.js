// The net as a drawing: ten inputs, the hidden units with their loop, ten outputs. A unit tells its equation with the present numbers.

import { html, refill, svg } from "../shared/dom.js";
import { shortNumber } from "../shared/scales.js";
import { decodedTensor } from "../shared/tensors.js";

const DRAWING = { width: 460, height: 300 };
const COLUMNS = [70, 230, 390]; // of inputs, units and outputs

export class NetFigure {
  /**
   * @param {import("../shared/net.js").PageNet} net
   * @param {{tensors: object, hidden: number}} shown its record
   */
  constructor(net, shown) {
    this.net = net;
    this.weights = Object.fromEntries(Object.entries(shown.tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
    this.units = shown.hidden;
    [this.before, this.digit] = [net.start(), null];
    const viewBox = `0 0 ${DRAWING.width} ${DRAWING.height}`;
    this.drawing = svg("svg", { viewBox, class: "net-drawing", role: "group", "aria-label": "The net" });
    this.equation = html("p", { class: "equation mono", "aria-live": "polite" });
    const digits = Array.from({ length: 10 }, (_, digit) =>
      html("button", { type: "button", class: "chip", onclick: () => this.read(digit) }, String(digit)),
    );
    const start = html("button", { type: "button", class: "chip", onclick: () => this.restart() }, "Start again");
    this.element = html("div", {}, html("p", { class: "row" }, "Let it read: ", ...digits, start), this.drawing, this.equation);
    this.restart();
  }

  restart() {
    [this.before, this.after, this.digit] = [this.net.start(), this.net.start(), null];
    this.draw();
  }

  read(digit) {
    [this.before, this.digit] = [this.after, digit];
    this.after = this.net.step(this.before, digit);
    this.draw();
  }

  draw() {
    const logits = this.digit === null ? null : this.net.logits(this.after);
    const answer = logits && this.net.argmax(logits);
    const { units: count, after } = this;
    const column = (place, chosen) =>
      Array.from({ length: 10 }, (_, digit) => this.circle(place, digit, 10, digit === chosen ? 1 : 0, String(digit)));
    const [inputs, outputs] = [column(0, this.digit), column(2, answer)];
    const units = Array.from({ length: count }, (_, unit) => this.circle(1, unit, count, after[unit], "", () => this.tell(unit)));
    refill(this.drawing, ...this.captions(), this.loop(), this.wires(answer), ...inputs, ...units, ...outputs);
    refill(this.equation, this.digit === null ? "Press a digit: the net reads it." : this.summary(answer));
  }

  captions() {
    const texts = ["the digit that it reads", `its state: ${this.units} units`, "its answer"];
    return texts.map((text, column) => svg("text", { x: COLUMNS[column], y: 14, "text-anchor": "middle", class: "net-caption" }, text));
  }

  /** The wire from the state back to itself. */
  loop() {
    const [x, top, bottom] = [COLUMNS[1], 28, DRAWING.height - 8];
    const d = `M${x + 10} ${bottom - 14}C${x + 70} ${bottom + 16} ${x + 70} ${top - 6} ${x + 12} ${top + 8}`;
    return svg("path", { d, class: "net-loop", fill: "none" });
  }

  /** The wires that the present digit uses, and those of the answer. */
  wires(answer) {
    if (this.digit === null) return null;
    const place = (column, at, count) => [COLUMNS[column], this.height(at, count)];
    const paths = Array.from({ length: this.units }, (_, unit) => {
      const [a, b, c] = [place(0, this.digit, 10), place(1, unit, this.units), place(2, answer, 10)];
      return `M${a}L${b}M${b}L${c}`;
    });
    return svg("path", { d: paths.join(""), class: "net-wires", fill: "none" });
  }

  height(at, count) {
    return 36 + (at + 0.5) * ((DRAWING.height - 50) / count);
  }

  circle(column, at, count, value, text, onTell = null) {
    const [cx, cy] = [COLUMNS[column], this.height(at, count)];
    const colour = value >= 0 ? "var(--s5)" : "var(--s4)";
    const label = onTell ? `unit ${at + 1}: ${shortNumber(value)}` : `${column ? "output" : "input"} ${text}`;
    const attributes = onTell
      ? { tabindex: "0", role: "button", "aria-label": label, onmouseenter: onTell, onfocus: onTell, onclick: onTell, class: "net-unit" }
      : {};
    const disc = svg("circle", { cx, cy, r: 9, fill: colour, "fill-opacity": Math.abs(value).toFixed(2), class: "net-circle" });
    const name = text ? svg("text", { x: cx + (column ? 18 : -18), y: cy + 4, "text-anchor": "middle", class: "ink" }, text) : null;
    return svg("g", attributes, disc, name);
  }

  summary(answer) {
    const digits = answer === null ? "" : `It answers ${answer}.`;
    return `It has read ${this.digit}. ${digits} Point at a unit to see how its number comes about.`;
  }

  /** A unit's equation with numbers. */
  tell(unit) {
    if (this.digit === null) return;
    const { weights, units, before, digit } = this;
    const products = Array.from(before, (value, other) => weights["cell.weight_hh"][unit * units + other] * value);
    const fromState = products.reduce((sum, value) => sum + value, 0);
    const fromDigit = weights["cell.weight_ih"][unit * 10 + digit];
    const bias = weights["cell.bias"][unit];
    const terms = [fromDigit, fromState, bias].map((value) => shortNumber(value));
    this.equation.textContent =
      `unit ${unit + 1} = tanh(${terms[0]} [weight of the digit ${digit}] + ${terms[1]} [sum of weights times the old units] + ` +
      `${terms[2]} [bias]) = ${shortNumber(this.after[unit])}`;
  }
}
