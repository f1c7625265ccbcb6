// Numbers as people write them, in any base from 2 to 36, and as a net reads them: arrays of digits, the least significant first.
// Texts with leading zeros keep them: a net that has read 007 has not read 7.

import { BadInput, quotedText } from "./errors.js";

/** The signs of the digits 0 to 35. */
export const DIGIT_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * The digits of a number as a person writes it; blanks around it do not matter, nor do capital letters.
 * @param {string} text
 * @param {number} base
 * @param {number} [longest] the most digits
 * @returns {Uint8Array} least significant first
 * @throws {BadInput} it is empty, too long, or holds anything but digits of the base
 */
export function digitsOf(text, base, longest = Infinity) {
  const written = text.trim();
  if (written === "") throw new BadInput("a number", "an empty string", "write at least one digit");
  const digits = Uint8Array.from(written, (sign) => {
    const digit = DIGIT_SIGNS.indexOf(sign.toLowerCase());
    return digit < 0 || sign > "z" ? 255 : digit;
  });
  const worst = digits.reduce((most, digit) => Math.max(most, digit), 0);
  if (worst === 255) throw new BadInput("digits only", quotedText(written), "leave out signs, points and spaces");
  if (worst >= base) {
    const remedy = `leave out '${DIGIT_SIGNS[worst]}', a digit of base ${worst + 1} and up`;
    throw new BadInput(`digits of base ${base}`, quotedText(written), remedy);
  }
  if (digits.length > longest) throw tooLong(digits.length, longest);
  return digits.reverse();
}

function tooLong(digits, longest) {
  const text = (count) => `${count.toLocaleString("en")} ${count === 1 ? "digit" : "digits"}`;
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
 * base^T − n for n > 0: what stands for −n.
 * @param {Uint8Array} digits least significant first
 * @param {number} base
 * @returns {Uint8Array} as many digits
 */
export function complementOf(digits, base) {
  const found = digits.findIndex((digit) => digit !== 0);
  const first = found < 0 ? digits.length : found;
  return digits.map((digit, place) => (place < first ? 0 : base - 1 - digit + (place === first ? 1 : 0)));
}
