// A word on its way through the boxes, and the tape under the picture with the net's answers.

import { html } from "../shared/dom.js";

const MOST_SHOWN = 29; // the end of a longer word
const [SLOWEST, FASTEST, FASTER_BY] = [800, 150, 25]; // milliseconds a symbol, and less for each symbol

export class Walk {
  /**
   * @param {import("../learning/stepper.js").Stepper} stepper
   * @param {number[]} symbols
   * @param {(Float64Array | null)[] | null} shakes what is added to each state
   */
  constructor(stepper, symbols, shakes = null) {
    const { machine, units } = stepper;
    let [state, at] = [new Float64Array(units), 0];
    this.steps = [{ at, pair: null, point: stepper.message(state) }];
    symbols.forEach((symbol, number) => {
      const pair = at * machine.symbols.length + symbol;
      state = stepper.step(state, symbol, shakes?.[number]);
      at = machine.delta[pair];
      const [said, right] = [stepper.answer(state), machine.output[pair]];
      this.steps.push({ at, pair, symbol, point: stepper.message(state), said, right });
    });
    this.machine = machine;
    this.steps.splice(0, this.steps.length - MOST_SHOWN);
    this.clock = 0;
  }

  /** Goes on where an earlier walk was, as far as the words are the same. */
  continueFrom(walk) {
    if (!walk) return this;
    let same = 0;
    while (same < Math.min(walk.steps.length, this.steps.length) && walk.steps[same].pair === this.steps[same].pair) same += 1;
    this.clock = Math.min(walk.clock, Math.max(0, same - 1));
    return this;
  }

  /** Moves on; what the picture shows of it. */
  advance(time) {
    const last = this.steps.length - 1;
    this.clock = Math.min(last, this.clock + time / Math.max(FASTEST, SLOWEST - FASTER_BY * last));
    const done = Math.min(Math.max(0, last - 1), Math.floor(this.clock));
    const [before, after] = [this.steps[done], this.steps[Math.min(last, done + 1)]];
    const share = this.clock - done;
    const eased = share * share * (3 - 2 * share);
    const isMoving = share > 0 && share < 1 && after.pair !== null;
    return {
      travel: { before, after, share: eased }, state: (share > 0.8 ? after : before).at, lit: isMoving ? [after.pair] : [],
      ghost: isMoving ? { pair: after.pair, share: eased } : null,
    };
  }

  /** The tape: a cell for each symbol, with the answer. */
  tape() {
    const { machine, steps } = this;
    this.cells = steps.map(({ pair, symbol, said, right }) => {
      if (pair === null) return html("li", { class: "cell", "aria-label": "start" }, "·");
      const isRight = said === right;
      const answer = machine.labels[said];
      const kind = machine.accepting ? (said ? "yes" : "no") : "plain";
      const remark = isRight ? "" : `, wrong: ${machine.labels[right]} is right`;
      const label = `${machine.symbols[symbol]}: ${answer}${remark}`;
      const attributes = { class: `cell ${kind}${isRight ? "" : " mistaken"}`, "aria-label": label };
      return html("li", attributes, machine.symbols[symbol], html("i", {}, answer));
    });
    return html("ol", { class: "tape", "aria-label": "The word, with the net's answer after each symbol" }, ...this.cells);
  }

  /** Shows the answers so far. */
  markTape() {
    this.cells?.forEach((cell, number) => cell.classList.toggle("past", number <= this.clock + 0.2));
  }
}
