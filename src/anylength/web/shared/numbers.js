// Numbers as people write them, in any base from 2 to 36, and as a net reads them: arrays of digits, the least significant first.
// Leading zeros are kept: for a net 007 is another input than 7.

import { BadInput, quotedText } from "./errors.js";
import { grouped } from "./grouped.js";

/** The characters of the digits 0 to 35. */
export const DIGIT_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Value for a character that is no digit. */
const NO_DIGIT = 255;

/** What people write between groups of digits: comma, underscore, space, two apostrophes, and three spaces that typesetters use. */
const GROUP_SEPARATORS = [",", "_", " ", "'", "\u2019", "\u00a0", "\u2009", "\u202f"];

/** Digits of the smallest group between separators: with fewer, 1,5 would be read as 15. */
const LEAST_GROUP = 3;

/**
 * The text without the separators between its groups of digits: 1,000 becomes 1000. One kind of separator, all groups of one size of 3
 * or more, the first one may be shorter. Any other text is returned as it is, for 1,5 may be one and a half.
 * @param {string} text
 * @returns {string}
 */
export function withoutSeparators(text) {
  const found = GROUP_SEPARATORS.filter((character) => text.includes(character));
  if (found.length !== 1) return text;
  const [first, ...groups] = text.split(found[0]);
  const size = groups[0].length;
  const isGrouped = size >= LEAST_GROUP && first.length >= 1 && first.length <= size && groups.every((group) => group.length === size);
  return isGrouped ? first + groups.join("") : text;
}

/**
 * The digits of a number as a person writes it, with or without separators. Blanks around it and capital letters make no difference.
 * @param {string} text
 * @param {number} base
 * @param {number} [longest] the most digits
 * @returns {Uint8Array} least significant first
 * @throws {BadInput} it is empty, too long, or holds anything but digits of the base
 */
export function digitsOf(text, base, longest = Infinity) {
  const written = text.trim();
  if (written === "") throw new BadInput("a number", "an empty string", "write at least one digit");
  const digits = Uint8Array.from(withoutSeparators(written), (character) => {
    const digit = DIGIT_SIGNS.indexOf(character.toLowerCase());
    return digit < 0 || character > "z" ? NO_DIGIT : digit;
  });
  const largest = digits.reduce((most, digit) => Math.max(most, digit), 0);
  if (largest === NO_DIGIT) throw new BadInput("digits only", quotedText(written), "leave out signs and points; write for example 1000 or 1,000");
  if (largest >= base) {
    const remedy = `leave out '${DIGIT_SIGNS[largest]}', a digit of base ${largest + 1} and up`;
    throw new BadInput(`digits of base ${base}`, quotedText(written), remedy);
  }
  if (digits.length > longest) throw tooLong(digits.length, longest);
  return digits.reverse();
}

function tooLong(digits, longest) {
  const text = (count) => `${grouped(count)} ${count === 1 ? "digit" : "digits"}`;
  return new BadInput(`a number of at most ${text(longest)} for this net in the page`, text(digits), "write a shorter one");
}

/**
 * All the digits as text, leading zeros too.
 * @param {Uint8Array} digits least significant first
 * @returns {string}
 */
export function digitsAsRead(digits) {
  return Array.from(digits, (digit) => DIGIT_SIGNS[digit])
    .reverse()
    .join("");
}

/**
 * The number as a person writes it, without leading zeros.
 * @param {Uint8Array} digits least significant first, one or more
 * @returns {string}
 */
export function digitsAsText(digits) {
  let length = digits.length;
  while (length > 1 && digits[length - 1] === 0) length -= 1;
  return digitsAsRead(digits.subarray(0, length));
}

/**
 * base^T − n for n > 0, which represents −n.
 * @param {Uint8Array} digits least significant first
 * @param {number} base
 * @returns {Uint8Array} as many digits
 */
export function complementOf(digits, base) {
  const nonzero = digits.findIndex((digit) => digit !== 0);
  const first = nonzero < 0 ? digits.length : nonzero;
  return digits.map((digit, place) => (place < first ? 0 : base - 1 - digit + (place === first ? 1 : 0)));
}
