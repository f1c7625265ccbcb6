// What the inputs of a task and their parts are called: numbers have digits, words have symbols.

/** @typedef {{input: string, inputs: string, unit: string, units: string}} Nouns */

const NUMBERS = { input: "number", inputs: "numbers", unit: "digit", units: "digits" };
const WORDS = { input: "word", inputs: "words", unit: "symbol", units: "symbols" };

/**
 * The nouns of a task.
 * @param {unknown} readsWords whether the task reads words of named symbols: its names, or the field of RunWords
 * @returns {Nouns}
 */
export function nounsOf(readsWords) {
  return readsWords ? WORDS : NUMBERS;
}
