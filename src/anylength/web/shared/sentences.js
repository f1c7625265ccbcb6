// Numbers and words of any length, and single answers, in words. The sentences about a run's results come with it, as `words` (RunWords).

import { grouped } from "./grouped.js";

const WIDE = 44; // characters of a number that are shown

/** A number, or with a `separator` a word whose symbols have it between them, cut in the middle where it is long. */
export function shortened(text, wide = WIDE, separator) {
  if (text.length <= wide) return text;
  if (typeof separator === "string") return shortenedParts(text, separator, { wide, unit: "symbols" });
  const end = Math.floor(wide / 2) - 3;
  return `${text.slice(0, end)}…${text.slice(-end)} (${grouped(text.length)} digits)`;
}

/** An answer cut in the middle where it is long. To a word it is a label, or a label for each symbol. */
export function shortenedAnswer(text, wide = WIDE, separator) {
  if (typeof separator !== "string" || text.length <= wide) return shortened(text, wide);
  const between = text.includes(" ") ? " " : "";
  return shortenedParts(text, between, { wide, unit: between ? "outputs" : "characters" });
}

function shortenedParts(text, separator, { wide, unit }) {
  const parts = separator ? text.split(separator) : Array.from(text);
  const room = Math.max(1, Math.floor((parts.length * (wide / 2 - 3)) / text.length));
  const [start, end] = [parts.slice(0, room), parts.slice(-room)].map((some) => some.join(separator));
  return `${start}${separator}…${separator}${end} (${grouped(parts.length)} ${unit})`;
}

/** A mistake in one line. `separator` stands between the symbols of a word; it is missing where the question is numbers. */
export function mistakeWords({ numbers, answer, expected, separator }) {
  const question = numbers.map((number) => shortened(number, WIDE, separator)).join(" and ");
  const [given, right] = [answer, expected].map((text) => shortenedAnswer(text, WIDE, separator));
  return `${question} is answered ${given}, not ${right}`;
}

/** What the independent checker said of a certificate when the page was made; null without one. */
export function checkerWords(certificate) {
  if (!certificate) return null;
  return certificate.valid ? "VALID, checked again when this page was made" : `REJECTED: ${certificate.reason}`;
}
