// One long random word: does it ever leave the boxes?

import { randomSymbols } from "../learning/random-symbols.js";
import { html } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";

const LENGTH = 10_000;
const SHOWN_IN = 2500; // milliseconds
const DOTS_ACROSS = 500; // dots across the picture

export class RandomWord {
  /** @param {import("../learning/stepper.js").Stepper} stepper */
  constructor(stepper, boxes, noise, random = Math.random) {
    const { machine, units } = stepper;
    let [state, at] = [new Float64Array(units), 0];
    Object.assign(this, { points: [], outside: 0, wrong: 0, started: performance.now(), shown: 0, dots: new Map() });
    for (const symbol of randomSymbols(machine, LENGTH, random)) {
      const pair = at * machine.symbols.length + symbol;
      const shake = noise ? Float64Array.from({ length: units }, () => (2 * random() - 1) * noise) : null;
      state = stepper.step(state, symbol, shake);
      at = machine.delta[pair];
      const point = stepper.message(state);
      if (point.some((value, unit) => value < boxes.low[at * units + unit] || value > boxes.high[at * units + unit])) this.outside += 1;
      if (stepper.answer(state) !== machine.output[pair]) this.wrong += 1;
      this.points.push({ point, at });
    }
  }

  /** The dots so far, near ones together. */
  dotsAt(now, axes) {
    const until = Math.min(LENGTH, Math.floor(((now - this.started) / SHOWN_IN) * LENGTH));
    for (; this.shown < until; this.shown += 1) {
      const { point, at } = this.points[this.shown];
      const places = axes.map(({ unit, least, most }) => Math.round(((point[unit] - least) / (most - least || 1)) * DOTS_ACROSS));
      const key = [at, ...places].join();
      const dot = this.dots.get(key);
      if (dot) dot.count += 1;
      else this.dots.set(key, { point, at, count: 1 });
    }
    return this.dots.values();
  }

  get isDone() {
    return this.shown === LENGTH;
  }

  /** What came out, in words; before the end only how far it is. */
  words() {
    if (!this.isDone) return html("p", { class: "quiet" }, `${grouped(this.shown)} random symbols …`);
    const [outside, wrong] = [this.outside, this.wrong].map((count) => html("strong", {}, grouped(count)));
    return html("p", {}, "One random word of 10,000 symbols: ", outside, " times outside its box, ", wrong, " wrong answers.");
  }
}
