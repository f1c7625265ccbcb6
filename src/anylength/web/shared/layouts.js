// How digits are ordered in time, as in `anylength.rules.notation`: from digits to the word of symbols that a net reads, and
// from its outputs back to the digits of the answer. Outside of this file digits are always least significant first.
//
// A layout is {steps(L), word(numbers), answer(outputs), places(T)}: the steps of a word for numbers of L digits; the symbols
// `Uint16Array [T]`; the answer's digits; and for every step which digit of the answer it writes (0 the least significant), −1 for a step that writes none.
// A word of named symbols is in the order of its array, so it is laid out as a number whose least significant digit is read first.

/**
 * @typedef {{steps: (length: number) => number, word: (numbers: ArrayLike<number>[]) => Uint16Array,
 *   answer: (outputs: Uint16Array) => Uint16Array, places: (steps: number) => Int32Array}} Layout
 */

/**
 * How a record says where digits and markers stand.
 * @typedef {{kind: string, tail: number, markers: number, work: [number, number], answers: [number, number], read_most_first: boolean,
 *   answer_most_first: boolean}} LayoutView
 */

/**
 * The layout of a task.
 * @param {{base: number, letters: number, layout: LayoutView}} shown a `TaskView`
 * @returns {Layout}
 */
export function makeLayout({ letters, layout }) {
  if (layout.kind === "phases") return phasesLayout(layout, letters);
  if (layout.kind === "in-order") return leastFirstLayout(letters, 0);
  return layout.kind === "most-first" ? mostFirstLayout(letters) : leastFirstLayout(letters, layout.tail);
}

/** The symbol of the digits at a place: the digit of tape i counts letters^i; places beyond a number are 0. */
function symbolAt(numbers, place, letters) {
  return numbers.reduceRight((symbol, digits) => symbol * letters + (place < digits.length ? digits[place] : 0), 0);
}

/** The number of digits of the longest number. */
function longestOf(numbers) {
  return Math.max(...numbers.map((digits) => digits.length));
}

function leastFirstLayout(letters, tail) {
  return {
    steps: (length) => length + tail,
    word: (numbers) => Uint16Array.from({ length: longestOf(numbers) + tail }, (_, step) => symbolAt(numbers, step, letters)),
    answer: (outputs) => Uint16Array.from(outputs),
    places: (steps) => Int32Array.from({ length: steps }, (_, step) => step),
  };
}

function mostFirstLayout(letters) {
  return {
    steps: (length) => length,
    word: (numbers) => {
      const length = longestOf(numbers);
      return Uint16Array.from({ length }, (_, step) => symbolAt(numbers, length - 1 - step, letters));
    },
    answer: (outputs) => Uint16Array.from(outputs).reverse(),
    places: (steps) => Int32Array.from({ length: steps }, (_, step) => steps - 1 - step),
  };
}

/**
 * The phases of a word for numbers of L digits: first step of the answer, and all steps.
 * @param {{work: [number, number], answers: [number, number]}} layout
 * @param {number} length
 * @returns {{from: number, end: number}}
 */
export function phasesOf({ work, answers }, length) {
  const from = length + work[0] * length + work[1];
  return { from, end: from + Math.ceil(answers[0] * length) + answers[1] };
}

/**
 * The symbol with this letter on every tape.
 * @param {number} letter
 * @param {number} letters
 * @param {number} tapes
 * @returns {number}
 */
export function markerSymbol(letter, letters, tapes) {
  let symbol = 0;
  for (let tape = 0; tape < tapes; tape += 1) symbol = symbol * letters + letter;
  return symbol;
}

function phasesLayout(layout, letters) {
  const lengthOf = (steps) => {
    let length = 0;
    while (length < steps && phasesOf(layout, length).end < steps) length += 1;
    return length;
  };
  return {
    steps: (length) => phasesOf(layout, length).end,
    word: (numbers) => phasesWord(layout, numbers, letters),
    answer: (outputs) => {
      const digits = Uint16Array.from(outputs.subarray(phasesOf(layout, lengthOf(outputs.length)).from));
      return layout.answer_most_first ? digits.reverse() : digits;
    },
    places: (steps) => {
      const { from } = phasesOf(layout, lengthOf(steps));
      return Int32Array.from({ length: steps }, (_, step) => (step < from ? -1 : layout.answer_most_first ? steps - 1 - step : step - from));
    },
  };
}

/** The digits, then markers for the work phase and for the answer phase. */
function phasesWord(layout, numbers, letters) {
  const length = longestOf(numbers);
  const { from, end } = phasesOf(layout, length);
  return Uint16Array.from({ length: end }, (_, step) => {
    if (step < length) return symbolAt(numbers, layout.read_most_first ? length - 1 - step : step, letters);
    return markerSymbol(step < from ? letters - 2 : letters - 1, letters, numbers.length);
  });
}
