// Words of named symbols as people write them: without spaces where every name is one character, else with a space between two names.

import { BadInput, quotedText } from "./errors.js";
import { grouped } from "./grouped.js";
import { nearestName } from "./nearest-name.js";

/** Known names that an error lists, as in `anylength.base`. */
const MOST_NAMES = 24;

/**
 * What stands between two names of a word.
 * @param {string[]} names
 * @returns {string}
 */
export function separatorOf(names) {
  return names.every((name) => Array.from(name).length === 1) ? "" : " ";
}

/**
 * The names in a word, whether known or not. Spaces between them are allowed in every alphabet.
 * @param {string} text
 * @param {string[]} names
 * @returns {string[]}
 */
export function tokensOf(text, names) {
  const tokens = text.split(/\s+/).filter((token) => token !== "");
  return separatorOf(names) ? tokens : tokens.flatMap((token) => Array.from(token));
}

/**
 * The symbols of a word as a person writes it.
 * @param {string} text
 * @param {string[]} names
 * @param {number} [longest] the most symbols
 * @returns {Uint16Array} in order
 * @throws {BadInput} it is empty or too long, or holds an unknown symbol
 */
export function symbolsOf(text, names, longest = Infinity) {
  const tokens = tokensOf(text, names);
  if (!tokens.length) {
    const example = wordText([0, 0], names);
    throw new BadInput("a word of one symbol or more", "the empty word", `a net answers after each symbol; write for example ${example}`);
  }
  const numbers = new Map(names.map((name, number) => [name, number]));
  const unknown = tokens.find((token) => !numbers.has(token));
  if (unknown !== undefined) throw unknownSymbol(unknown, names);
  if (tokens.length > longest) throw tooLongWord(tokens.length, longest);
  return Uint16Array.from(tokens, (token) => numbers.get(token));
}

function unknownSymbol(token, names) {
  const nearest = nearestName(token, names);
  const sorted = [...names].sort();
  const listed = sorted.slice(0, MOST_NAMES).join(", ") + (sorted.length > MOST_NAMES ? ", …" : "");
  return new BadInput("a known symbol", quotedText(token), nearest === null ? `take one of ${listed}` : `did you mean '${nearest}'?`);
}

function tooLongWord(symbols, longest) {
  const text = (count) => `${grouped(count)} symbol${count === 1 ? "" : "s"}`;
  return new BadInput(`a word of at most ${text(longest)} for this net in the page`, text(symbols), "write a shorter one");
}

/**
 * The word of symbols.
 * @param {ArrayLike<number>} symbols
 * @param {string[]} names
 * @returns {string}
 */
export function wordText(symbols, names) {
  return Array.from(symbols, (symbol) => names[symbol]).join(separatorOf(names));
}
