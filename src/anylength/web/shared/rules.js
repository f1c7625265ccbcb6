// The exact rules of the tasks beyond finite state, over words: `count-natural`, `reverse`, `multiply`, as `anylength.tasks.unbounded` has
// them. Where no output counts (a net reads or works, or a marker does not belong) the right output is `UNGRADED_OUTPUT`.

import { markerSymbol, phasesOf } from "./layouts.js";

/** The right output of a step whose output does not count. */
export const UNGRADED_OUTPUT = 255;

/** Digits of the numbers, least significant first and equally long, to the answer's digits; and the base. */
const DIGIT_RULES = {
  "count-natural": ([number], base) => carried([...number, 0], base, 1),
  reverse: ([number]) => Array.from(number).reverse(),
  multiply: ([one, other], base) => carried(productOf(one, other), base, 0),
};

/** The digits after a carry has gone through all of them. */
function carried(digits, base, start) {
  let carry = start;
  return digits.map((digit) => {
    const total = digit + carry;
    carry = Math.floor(total / base);
    return total % base;
  });
}

/** The sums of products that belong to each place, carries not yet made. */
function productOf(one, other) {
  const sums = new Array(one.length + other.length).fill(0);
  one.forEach((digit, place) => other.forEach((factor, more) => (sums[place + more] += digit * factor)));
  return sums;
}

/**
 * The rule of a task over words, or null where none is known by this name.
 * @param {{name: string, base: number, tapes: number, letters: number, layout: object}} shown a `TaskView`
 * @returns {((symbols: ArrayLike<number>) => Uint8Array) | null}
 */
export function ruleBeyond({ name, base, tapes, letters, layout }) {
  if (layout.kind !== "phases" || !Object.hasOwn(DIGIT_RULES, name)) return null;
  const asks = markerSymbol(letters - 1, letters, tapes);
  return (symbols) => {
    const right = new Uint8Array(symbols.length).fill(UNGRADED_OUTPUT);
    const length = digitsBeforeMarker(symbols, base, letters);
    if (length === 0) return right;
    const answer = DIGIT_RULES[name](numbersRead(symbols, length, { tapes, letters, mostFirst: layout.most_first }), base);
    const { from, end } = phasesOf(layout, length);
    for (let step = from; step < Math.min(end, symbols.length); step += 1) {
      if (symbols[step] === asks) right[step] = answer[layout.written ? end - 1 - step : step - from];
    }
    return right;
  };
}

function digitsBeforeMarker(symbols, base, letters) {
  const marker = Array.from(symbols).findIndex((symbol) => symbol % letters >= base);
  return marker < 0 ? symbols.length : marker;
}

/** The digits on each tape of the first steps. */
function numbersRead(symbols, length, { tapes, letters, mostFirst }) {
  const read = Array.from(symbols).slice(0, length);
  if (mostFirst) read.reverse();
  return Array.from({ length: tapes }, (_, tape) => read.map((symbol) => Math.floor(symbol / letters ** tape) % letters));
}
