// A word as a reader types it: letters one after the other, symbols that are words apart from each other, and for machines with several
// tapes a number for each.

import { html } from "../shared/dom.js";
import { BadInput, quotedText } from "../shared/errors.js";

const MOST_KEYS = 10; // buttons for symbols that are words
const MOST_DIGITS = 300;

/**
 * The symbols of a typed word.
 * @param {string} text
 * @param {import("../learning/machines.js").Machine} machine
 * @returns {number[]}
 * @throws {BadInput} it is no word of the machine
 */
export function symbolsOf(text, machine) {
  if (machine.tapes > 1) return symbolsOfNumbers(text, machine);
  const letters = hasWords(machine) ? text.split(/\s+/).filter(Boolean) : [...text];
  return letters.map((letter) => {
    const symbol = machine.symbols.indexOf(letter);
    if (symbol >= 0) return symbol;
    throw new BadInput(`letters out of ${machine.symbols.join(" ")}`, `“${letter}”`, "correct it");
  });
}

/** Numbers, a tape each, read from the right: a symbol has a digit of each. A zero in front of all leaves room for the carry. */
function symbolsOfNumbers(text, { letters, tapes }) {
  const numbers = text.trim().split(/\s*[+\s]\s*/).filter(Boolean);
  if (!numbers.length) return [];
  const isNumber = (number) => /^\d+$/.test(number) && [...number].every((digit) => Number(digit) < letters);
  if (numbers.length !== tapes || !numbers.every(isNumber)) {
    throw new BadInput(`${tapes} numbers, as in ${exampleOf(tapes)}`, quotedText(text), "correct them");
  }
  const length = 1 + Math.max(...numbers.map((number) => number.length));
  if (length > MOST_DIGITS) throw new BadInput(`numbers of up to ${MOST_DIGITS - 1} digits`, `${length - 1}`, "take shorter ones");
  const digitOf = (number, place) => Number(number.at(-1 - place) ?? 0);
  return Array.from({ length }, (_, place) => numbers.reduce((sum, number, tape) => sum + digitOf(number, place) * letters ** tape, 0));
}

/** What the field says while it is empty. */
export function hintFor({ tapes, symbols }) {
  if (tapes > 1) return `type ${tapes} numbers, as in ${exampleOf(tapes)}`;
  return `type a word of ${symbols.join(" ")}`;
}

function exampleOf(tapes) {
  return Array.from({ length: tapes }, (_, tape) => (tape % 2 ? "58" : "947")).join(" + ");
}

function hasWords({ symbols }) {
  return symbols.some((symbol) => [...symbol].length > 1);
}

/** A button for each symbol that is a word. */
export function keysOf(machine, onPress) {
  const { symbols, tapes } = machine;
  if (!hasWords(machine) || tapes > 1 || symbols.length > MOST_KEYS) return [];
  return symbols.map((symbol) => html("button", { type: "button", class: "chip", onclick: () => onPress(symbol) }, symbol));
}
