// A task in the page: from the record `TaskView` to an object that turns written numbers into a net's word and judges its answer.

import { BadInput } from "./errors.js";
import { DIGIT_SIGNS, complementOf, digitsAsRead, digitsAsText, digitsOf } from "./numbers.js";
import { makeLayout } from "./layouts.js";
import { nounsOf } from "./nouns.js";
import { outputsOfStacks, ruleBeyond } from "./rules.js";
import { separatorOf, symbolsOf, tokensOf, wordText } from "./words.js";

/** The markers of the work phase and of the answer phase as text. */
const WORK_MARKER = "…";
const ANSWER_MARKER = "?";

/**
 * @typedef {import("./nouns.js").Nouns} Nouns
 * @typedef {{name: string, summary: string, base: number, letters: number, tapes: number, names: string[] | null,
 *   labels: string[] | null, layout: import("./layouts.js").LayoutView, machine: any, example: any, graded: string, negative: boolean,
 *   end: number | null, stack_machine?: any}} TaskView the record
 * @typedef {TaskView & TaskTools} PageTask
 *
 * @typedef {object} TaskTools
 * @property {number} symbols A
 * @property {Nouns} nouns what its inputs and their parts are called
 * @property {(texts: string[], options?: {steps?: number}) => (Uint8Array | Uint16Array)[]} parse numbers as people write them to their
 *   digits, least significant first, or a word to its symbols in order; `steps` is the longest word allowed (a net's `longest`); throws
 *   `BadInput`
 * @property {(letters: Uint8Array | Uint16Array) => string} write the text of one of them, leading zeros too
 * @property {string | null} separator what stands between two symbols of a word; null for numbers
 * @property {(text: string) => number} lengthOf the digits or symbols of a text
 * @property {(numbers: ArrayLike<number>[]) => Uint16Array} word the symbols `[T]`, tail included
 * @property {(steps: number) => number} longestNumber the most digits of numbers whose word has at most `steps` steps
 * @property {(outputs: ArrayLike<number>) => string} answer the answer in the outputs `[T]` as text
 * @property {(symbols: ArrayLike<number>) => Uint16Array | null} right the right outputs `[T]`, `NO_RIGHT_OUTPUT` where none counts
 * @property {(numbers: ArrayLike<number>[]) => string | null} rightAnswer the right answer as text
 * @property {(symbol: number) => string} symbolText a symbol as people write it, digits of several tapes joined by commas
 * @property {(symbol: number) => string[]} symbolParts a symbol as one text for each tape
 * @property {(symbols: ArrayLike<number>) => {states: Uint16Array | null, places: Int32Array}} trace the machine's states `[T + 1]`, the
 *   start first (null without a machine), and for each step `[T]` which digit of the answer it writes, 0 the least significant, −1 none
 */

/**
 * The task of a record.
 * @param {TaskView} shown
 * @returns {PageTask}
 */
export function makeTask(shown) {
  const layout = makeLayout(shown);
  const right = rightOutputs(shown);
  const answer = (outputs) => answerText(shown, layout, outputs);
  const rightAnswer = (numbers) => {
    const outputs = right(layout.word(numbers));
    return outputs && answer(outputs);
  };
  return {
    ...shown,
    symbols: shown.letters ** shown.tapes,
    nouns: nounsOf(shown.names),
    write: shown.names ? (letters) => wordText(letters, shown.names) : digitsAsRead,
    separator: shown.names ? separatorOf(shown.names) : null,
    lengthOf: (text) => (shown.names ? tokensOf(text, shown.names).length : text.length),
    parse: (texts, { steps = Infinity } = {}) => parsedNumbers(shown, texts, longestNumber(layout, steps)),
    word: layout.word,
    longestNumber: (steps) => longestNumber(layout, steps),
    answer,
    right,
    rightAnswer,
    symbolText: (symbol) => symbolText(shown, symbol),
    symbolParts: (symbol) => symbolParts(shown, symbol),
    trace: (symbols) => ({ states: machineStates(shown.machine, symbols), places: writtenPlaces(shown, layout, symbols.length) }),
  };
}

function parsedNumbers({ name, names, base, tapes }, texts, longest) {
  if (texts.length !== tapes) {
    throw new BadInput(`${tapes} number(s) a question`, String(texts.length), `${name} reads ${tapes} at a time`);
  }
  return texts.map((text) => (names ? symbolsOf(text, names, longest) : digitsOf(text, base, longest)));
}

/** The most digits whose word fits; a word for n digits has between n and a few n steps. */
function longestNumber(layout, steps) {
  if (steps === Infinity) return Infinity;
  let low = 0;
  let high = steps;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (layout.steps(middle) <= steps) low = middle;
    else high = middle - 1;
  }
  return low;
}

function answerText({ base, labels, graded, negative, end }, layout, outputs) {
  if (labels && graded === "all") {
    const answer = Array.from(layout.answer(Uint16Array.from(outputs)));
    const ends = answer.indexOf(end) + 1;
    return (ends ? answer.slice(0, ends) : answer).map((output) => labels[output]).join(separatorOf(labels));
  }
  if (labels) return labels[outputs[outputs.length - 1]];
  const digits = layout.answer(Uint16Array.from(outputs));
  const isNegative = negative && digits[digits.length - 1] === base - 1;
  return isNegative ? `-${digitsAsText(complementOf(digits, base))}` : digitsAsText(digits);
}

function rightOutputs(shown) {
  const { machine } = shown;
  const { stack_machine: beyond } = shown;
  if (!machine) return ruleBeyond(shown) ?? (beyond ? (symbols) => outputsOfStacks(beyond, symbols) : () => null);
  return (symbols) => {
    const states = machineStates(machine, symbols);
    return Uint16Array.from({ length: symbols.length }, (_, step) => machine.output[states[step]][symbols[step]]);
  };
}

/** The start, then the state after each symbol. */
function machineStates(machine, symbols) {
  if (!machine) return null;
  const states = new Uint16Array(symbols.length + 1);
  states[0] = machine.start;
  for (let step = 0; step < symbols.length; step += 1) states[step + 1] = machine.delta[states[step]][symbols[step]];
  return states;
}

/** The digit or label of the answer that each step writes; an answer that is one label is written by the last step. */
function writtenPlaces({ labels, graded }, layout, steps) {
  return labels && graded === "last" ? Int32Array.from({ length: steps }, (_, step) => (step === steps - 1 ? 0 : -1)) : layout.places(steps);
}

function symbolText({ base, letters, names, tapes }, symbol) {
  const parts = lettersOfSymbol({ letters, tapes }, symbol);
  if (parts.every((letter) => letter >= base && letter === parts[0])) return markerText(parts[0], letters);
  return symbolParts({ base, letters, names, tapes }, symbol).join(",");
}

function symbolParts({ base, letters, names, tapes }, symbol) {
  return lettersOfSymbol({ letters, tapes }, symbol).map((letter) =>
    letter < base ? (names ?? DIGIT_SIGNS)[letter] : markerText(letter, letters),
  );
}

/** The letter on each tape. */
function lettersOfSymbol({ letters, tapes }, symbol) {
  return Array.from({ length: tapes }, (_, tape) => Math.floor(symbol / letters ** tape) % letters);
}

function markerText(letter, letters) {
  return letter === letters - 1 ? ANSWER_MARKER : WORK_MARKER;
}
