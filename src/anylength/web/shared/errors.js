// The one error that a user may cause: it says what was expected, what came, and what to do, as the Python side's `InputError` does.
// Whoever calls the engine may show its `message` as it is.

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
 * A text as it can be shown in a one-line message: quoted, and cut where it is long.
 * @param {string} text
 * @param {number} [limit]
 * @returns {string}
 */
export function quotedText(text, limit = 40) {
  const signs = Array.from(text);
  const length = signs.length.toLocaleString("en");
  return signs.length <= limit ? `'${text}'` : `'${signs.slice(0, limit).join("")}'… (${length} characters)`;
}
