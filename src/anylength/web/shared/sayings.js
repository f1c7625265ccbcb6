// Records in words: verdicts, findings, horizons, numbers of any length. One place for the sentences of report and playground.

import { shortNumber } from "./scales.js";

const WIDE = 44;

/** A number cut in the middle where it is long. */
export function shortened(text, wide = WIDE) {
  if (text.length <= wide) return text;
  const end = Math.floor(wide / 2) - 3;
  return `${text.slice(0, end)}…${text.slice(-end)} (${text.length.toLocaleString("en")} digits)`;
}

/** A mistake in one line. */
export function mistakeWords(mistake) {
  const asked = mistake.numbers.map((number) => shortened(number)).join(" and ");
  return `${asked} is answered ${shortened(mistake.answer)}, not ${shortened(mistake.expected)}`;
}

/** The verdict in one sentence. */
export function verdictSentence(verdict) {
  if (!verdict) return "No verdict was asked for yet: anylength prove gives one.";
  if (verdict.verdict === "PROVED") return "This net is right on every input of every length.";
  if (verdict.verdict === "REFUTED")
    return `This net is wrong: ${verdict.mistake ? mistakeWords(verdict.mistake) : verdict.reason}.`;
  if (verdict.verdict === "UNKNOWN") return `Neither proved nor refuted: ${verdict.reason}.`;
  return `A proof makes no sense here: ${verdict.reason}.`;
}

/** The evidence behind a verdict: [name, text][]. */
export function verdictEvidence(verdict, certificate) {
  if (!verdict) return [];
  const proved = verdict.noise_budget !== null;
  const family = verdict.family;
  return [
    ["why", verdict.reason],
    [
      "counterexample",
      verdict.mistake ? mistakeWords(verdict.mistake) + (verdict.shortest_proved ? " (no shorter input is wrong)" : "") : null,
    ],
    [
      "and a family of them",
      family
        ? `${family.before.map((before, i) => `${before}(${family.digit[i]})ᵏ${family.after[i]}`).join(" and ")}: wrong for every k of ${family.least.toLocaleString("en")} or more (proved)`
        : null,
    ],
    [
      "noise budget",
      proved
        ? `${shortNumber(verdict.noise_budget)}: every state may be off by that much in every coordinate, at every step`
        : null,
    ],
    ["number formats covered", proved ? verdict.formats.join(", ") : null],
    [
      "independent checker",
      certificate ? (certificate.valid ? "VALID, checked again when this page was made" : `REJECTED: ${certificate.reason}`) : null,
    ],
  ];
}

/** A horizon in words. */
export function horizonWords(horizon, limit, what = "held steps") {
  return horizon === null
    ? `never broke (tried up to ${limit.toLocaleString("en")} ${what})`
    : `${horizon.toLocaleString("en")} ${what}`;
}

/** The name of a run, short. */
export function runTitle(run) {
  const config = run.config;
  const made = run.origin ?? `taught by ${config.recipe} on ${config.data}, seed ${config.seed}`;
  return `${config.task}, ${config.cell} with ${config.hidden} units, ${made}`;
}

/** The finding in words with its example. */
export function findingWords(finding) {
  const example = finding.numbers
    ? ` Example: ${mistakeWords({ numbers: finding.numbers, answer: finding.answer, expected: finding.expected })}.`
    : "";
  return finding.says + example;
}
