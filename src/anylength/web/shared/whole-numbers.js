// Whole numbers in fields and addresses, within limits.

import { BadInput, quotedText } from "./errors.js";
import { grouped } from "./grouped.js";
import { withoutSeparators } from "./numbers.js";

/** Digits of the longest whole number that is read: more could not be held exactly. */
const MOST_DIGITS = 15;

/**
 * The whole number that a text says, 1000 or 1,000.
 * @param {string} text
 * @param {{what: string, least: number, most: number}} limits `what` names it, as in "1 to 128 hidden units"
 * @returns {number}
 * @throws {BadInput} it is none, or beyond its limits
 */
export function wholeNumber(text, { what, least, most }) {
  const digits = withoutSeparators(text.trim());
  const value = /^\d+$/.test(digits) && digits.length <= MOST_DIGITS ? Number(digits) : NaN;
  if (value >= least && value <= most) return value;
  throw new BadInput(rangeWords({ what, least, most }), text.trim() ? quotedText(text.trim()) : "nothing", "write a whole number");
}

/** A range in words: "0 to 2,147,483,647 for the seed". */
export function rangeWords({ what, least, most }) {
  return `${grouped(least)} to ${grouped(most)} ${what}`;
}
