// Numbers of any length and single answers in words. The sentences about a run's results come with it, as `words` (RunWords).

const WIDE = 44; // characters of a number that are shown

/** A number cut in the middle where it is long. */
export function shortened(text, wide = WIDE) {
  if (text.length <= wide) return text;
  const end = Math.floor(wide / 2) - 3;
  return `${text.slice(0, end)}…${text.slice(-end)} (${text.length.toLocaleString("en")} digits)`;
}

/** A mistake in one line. */
export function mistakeWords(mistake) {
  const question = mistake.numbers.map((number) => shortened(number)).join(" and ");
  return `${question} is answered ${shortened(mistake.answer)}, not ${shortened(mistake.expected)}`;
}

/** What the independent checker said of a certificate when the page was made; null without one. */
export function checkerWords(certificate) {
  if (!certificate) return null;
  return certificate.valid ? "VALID, checked again when this page was made" : `REJECTED: ${certificate.reason}`;
}
