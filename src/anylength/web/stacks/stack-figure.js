// A net with stacks at a step: what it reads, its stacks or its tape with the vectors as they are held, its gates and its units.

import { html, refill, svg } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";
import { entriesPicture, ENTRY_STEP } from "./entries.js";

const [SCALE, UNIT, LEAST_SLOTS, MOST_CELLS] = [1.4, 14, 8, 24]; // of entries; pixels; entries; symbols of a word
const ABOUT =
  "A column is a vector on the stack as the net holds it: a stripe for each number, blue below 0, orange above. Below it stands what it " +
  "means. A gate is its number plus ½, cut off at 0 and 1. The squares are the units, in the same colours.";
const digits = (number) => number.toFixed(4).replace("-", "−");

export class StackFigure {
  /**
   * @param {import("./typed-machine.js").StackTask} task
   * @param {import("./stack-net.js").StackNet} net
   * @param {HTMLElement} controls below the memory
   */
  constructor(task, net, controls) {
    Object.assign(this, { task, net });
    const one = net.machine.stacks === 1;
    this.names = task.isTape ? ["Left stack", "Right stack"] : one ? ["The stack"] : ["Stack 1", "Stack 2"];
    [this.word, this.memory, this.numbers] = [html("div"), html("div", { class: "memory" }), html("div", { class: "numbers" })];
    this.element = html("div", {}, this.word, this.memory, controls, this.numbers, html("p", { class: "quiet" }, ABOUT));
  }

  /**
   * Shows a step.
   * @param {import("./stack-net.js").Moment[]} moments the start, then one for each step
   * @param {number} done how many steps are done
   */
  show(moments, done) {
    const [now, { isTape }] = [moments[done], this.task];
    const slots = this.room(SCALE * ENTRY_STEP);
    refill(this.word, isTape ? this.stepSaid(now, done) : this.wordCells(moments, done));
    refill(this.memory, ...(isTape ? [this.tape(now, slots)] : this.names.map((_, k) => this.stack(now, k, slots))));
    refill(this.numbers, ...this.names.map((_, k) => this.gates(now, k)), this.units(now));
  }

  /** How many things of this width are side by side. */
  room(width) {
    return Math.max(LEAST_SLOTS, Math.floor(this.element.clientWidth / width));
  }

  stepSaid({ said }, done) {
    return html("p", {}, "The net says: ", html("strong", {}, done ? this.task.labels[said] : "…"), ` (step ${grouped(done)})`);
  }

  /** The word, with the net's answer after each symbol; of a long one the part around the step. */
  wordCells(moments, done) {
    const { symbols, labels } = this.task;
    const first = Math.max(1, Math.min(done - MOST_CELLS / 2, moments.length - MOST_CELLS));
    const cells = moments.slice(first, first + MOST_CELLS).map(({ symbol, said, isRight }, number) => {
      const isPast = first + number <= done;
      const attributes = {
        class: `cell ${said ? "yes" : "no"}${isPast ? " past" : ""}${isRight ? "" : " mistaken"}`,
        "aria-label": `${symbols[symbol]}${isPast ? `: ${labels[said]}` : ""}`, "aria-current": first + number === done && "step",
      };
      return html("li", attributes, symbols[symbol], html("i", {}, labels[said]));
    });
    return html("ol", { class: "tape", "aria-label": "The word, with the net's answer after each symbol" }, ...cells);
  }

  /** A stack, its bottom at the left. */
  stack({ stacks }, k, slots) {
    const name = this.names[k];
    const shown = this.entries(stacks[k], k, slots).reverse().map((entry, place) => ({ ...entry, place }));
    const depth = stacks[k]?.depth ?? 0;
    const some = depth > shown.length ? `, of which the ${grouped(shown.length)} on top are shown` : "";
    const note = depth ? `: ${grouped(depth)} ${depth === 1 ? "vector" : "vectors"}${some}, the top at the right` : ": empty";
    const says = depth ? `${name}, from the left: ${shown.map(({ label }) => label).join(", ")}` : `${name} is empty`;
    return memoryPart(name, note, entriesPicture(depth ? shown : [{ ...this.empty(""), place: 0 }], says, { slots, scale: SCALE }));
  }

  /** Two stacks as a tape: what lies left of the head, what is under it, what lies right of it. */
  tape({ stacks, at }, slots) {
    const half = Math.floor((slots - 1) / 2);
    const [left, right] = [this.entries(stacks[0], 0, half).reverse(), this.entries(stacks[1], 1, half)];
    const state = this.net.machine.states[at];
    const all = [...left, this.empty(state?.slice(1) ?? ""), ...right];
    const shown = all.map((entry, number) => ({ ...entry, place: half - left.length + number }));
    const names = shown.map(({ label }) => label).join(", ");
    const says = `The tape, from the left: ${names}. The head is at entry ${left.length + 1}, state ${state?.[0] ?? "none: halted"}.`;
    const note = `: a stack on each side of the head, which ${state ? `is in state ${state[0]}` : "has halted"}`;
    return memoryPart("The tape", note, entriesPicture(shown, says, { slots: 2 * half + 1, scale: SCALE, head: half }));
  }

  /** The entries of a stack from its top down. */
  entries(top, k, most) {
    const found = [];
    for (let entry = top; entry && found.length < most; entry = entry.below) {
      found.push({ values: entry.values, label: this.task.letters[k][entry.letter] });
    }
    return found;
  }

  /** An entry without a vector. */
  empty(label) {
    return { values: new Float32Array(this.net.width), label };
  }

  /** The gates of a stack, exactly 0 or 1, and the vector on top. */
  gates({ gates, numbers, stacks }, k) {
    const gate = (name, at) => {
      const value = gates ? [html("b", {}, String(gates[at])), ` (from ${digits(numbers[at])})`] : [html("b", {}, "–")];
      return html("li", { class: gates?.[at] ? "done" : "" }, `${name} gate `, ...value);
    };
    const [top, name] = [stacks[k], this.names[k]];
    const held = top && html("span", { class: "mono" }, [...top.values].map(digits).join(" "));
    const vector = top ? [`“${this.task.letters[k][top.letter]}” = `, held] : ["nothing, read as zeros"];
    return html(
      "div", {}, html("ul", { class: "gates" }, html("li", {}, `${name}:`), gate("push", 2 * k), gate("pop", 2 * k + 1)),
      html("p", {}, "on top: ", ...vector),
    );
  }

  units({ state }) {
    const units = [...state.subarray(0, this.net.units)];
    const columns = this.room(UNIT);
    const squares = units.map((value, unit) => svg("rect", {
      x: (unit % columns) * UNIT + 0.5, y: Math.floor(unit / columns) * UNIT + 0.5, width: UNIT - 2, height: UNIT - 2,
      class: value >= 0 ? "up" : "down", "fill-opacity": Math.abs(value).toFixed(2),
    }));
    const [width, height] = [Math.min(columns, units.length) * UNIT, Math.ceil(units.length / columns) * UNIT];
    const on = units.flatMap((value, unit) => (value > 0.5 ? [`${unit + 1} is ${digits(value)}`] : []));
    const says = on.length ? `units: ${on.join(", ")}; all others are ${digits(Math.min(...units))}` : "units: all are 0";
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": says }, ...squares);
    return html("div", { class: "memory" }, html("p", {}, says), picture);
  }
}

function memoryPart(name, note, picture) {
  const title = html("p", {}, html("strong", {}, name), html("span", { class: "quiet" }, note));
  return html("div", { class: "memory-part" }, title, picture);
}
