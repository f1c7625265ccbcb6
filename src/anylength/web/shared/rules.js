// The exact rules of the tasks that no finite machine can do (`count-natural`, `reverse`, `multiply`), as in `anylength.rules.unbounded`.
// Where no output counts, while the net reads or works or at a misplaced marker, the right output is `NO_RIGHT_OUTPUT`.

import { markerSymbol, phasesOf } from "./layouts.js";

/** The right output of a step whose output does not count. */
export const NO_RIGHT_OUTPUT = 65535;

/** From the digits of the numbers (least significant first, equally long) and the base to the digits of the answer. */
const DIGIT_RULES = {
  "count-natural": ([number], base) => withCarries([...number, 0], base, 1),
  reverse: ([number]) => Array.from(number).reverse(),
  multiply: ([first, second], base) => withCarries(productOf(first, second), base, 0),
};

/** The digits after a carry went through all of them. */
function withCarries(digits, base, firstCarry) {
  let carry = firstCarry;
  return digits.map((digit) => {
    const total = digit + carry;
    carry = Math.floor(total / base);
    return total % base;
  });
}

/** The sum of products at each place, before carries. */
function productOf(first, second) {
  const sums = new Array(first.length + second.length).fill(0);
  first.forEach((digit, i) => second.forEach((factor, j) => (sums[i + j] += digit * factor)));
  return sums;
}

/**
 * The rule of a task over words, or null where no rule has this name.
 * @param {{name: string, base: number, tapes: number, letters: number, layout: import("./layouts.js").LayoutView}} shown a `TaskView`
 * @returns {((symbols: ArrayLike<number>) => Uint16Array) | null}
 */
export function ruleBeyond({ name, base, tapes, letters, layout }) {
  if (layout.kind !== "phases" || !Object.hasOwn(DIGIT_RULES, name)) return null;
  const answerMarker = markerSymbol(letters - 1, letters, tapes);
  return (symbols) => {
    const right = new Uint16Array(symbols.length).fill(NO_RIGHT_OUTPUT);
    const length = digitsBeforeMarker(symbols, base, letters);
    if (length === 0) return right;
    const answer = DIGIT_RULES[name](numbersRead(symbols, length, { tapes, letters, mostFirst: layout.read_most_first }), base);
    const { from, end } = phasesOf(layout, length);
    for (let step = from; step < Math.min(end, symbols.length); step += 1) {
      if (symbols[step] === answerMarker) right[step] = answer[layout.answer_most_first ? end - 1 - step : step - from];
    }
    return right;
  };
}

/**
 * The right outputs of a machine with stacks, as certificates keep it. Column s + A * (t1 + G * (t2 + ...)) is for symbol s of A and the
 * letters t1, t2, ... of G on top; 0 is the bottom. An action is 0: keep, 1: pop, or g + 1: push letter g.
 * @param {{start: number, delta: number[][], output: number[][], actions: number[][][], letters: number}} machine
 * @param {ArrayLike<number>} symbols
 */
export function outputsOfStacks({ start, delta, output, actions, letters }, symbols) {
  const stacks = actions[0][0].map(() => []);
  const alphabet = delta[0].length / letters ** stacks.length;
  let state = start;
  return Uint16Array.from(symbols, (symbol) => {
    const column = stacks.reduceRight((number, stack) => number * letters + (stack.at(-1) ?? 0), 0) * alphabet + symbol;
    const answer = output[state][column];
    actions[state][column].forEach((action, k) => {
      if (action === 1) stacks[k].pop();
      else if (action) stacks[k].push(action - 1);
    });
    state = delta[state][column];
    return answer < 0 ? NO_RIGHT_OUTPUT : answer;
  });
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
