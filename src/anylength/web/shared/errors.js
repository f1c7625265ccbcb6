// The one error for bad input. It says what was expected, what came instead and what to do, like `InputError` on the Python side.
// Callers of the engine may show its `message` as it is.

import { grouped } from "./grouped.js";

/** Bad input. The message reads: expected …, got …: remedy. */
export class BadInput extends Error {
  /**
   * @param {string} expected
   * @param {string} got
   * @param {string} remedy
   */
  constructor(expected, got, remedy) {
    super(`expected ${expected}, got ${got}: ${remedy}`);
    this.name = "BadInput";
    this.expected = expected;
    this.got = got;
    this.remedy = remedy;
  }
}

/**
 * A text for a one-line message: quoted, and cut where it is long.
 * @param {string} text
 * @param {number} [limit]
 * @returns {string}
 */
export function quotedText(text, limit = 40) {
  const characters = Array.from(text);
  const length = grouped(characters.length);
  return characters.length <= limit ? `'${text}'` : `'${characters.slice(0, limit).join("")}'… (${length} characters)`;
}
