// Records in words: verdicts, findings, horizons, numbers of any length. The one place for the sentences of report and playground.

import { shortNumber } from "./scales.js";

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

/** The verdict in one sentence. */
export function verdictSentence(verdict) {
  if (!verdict) return "This run has no verdict yet: anylength prove gives one.";
  if (verdict.verdict === "PROVED") return "This net is right on every input of every length.";
  if (verdict.verdict === "REFUTED")
    return `This net is wrong: ${verdict.mistake ? mistakeWords(verdict.mistake) : verdict.reason}.`;
  if (verdict.verdict === "UNKNOWN") return `Neither proved nor refuted: ${verdict.reason}.`;
  return `No proof is possible for this kind of net: ${verdict.reason}.`;
}

/** The evidence behind a verdict: [name, text][]. */
export function verdictEvidence(verdict, certificate) {
  if (!verdict) return [];
  const proved = verdict.noise_budget !== null;
  return [
    ["why", verdict.reason],
    ["counterexample", verdict.mistake ? counterexampleWords(verdict) : null],
    ["longer counterexamples", verdict.family ? familyWords(verdict.family) : null],
    ["noise budget", proved ? noiseWords(verdict.noise_budget) : null],
    ["number formats covered", proved ? verdict.formats.join(", ") : null],
    ["independent checker", certificate ? checkerWords(certificate) : null],
  ];
}

function counterexampleWords({ mistake, shortest_proved: isShortest }) {
  return mistakeWords(mistake) + (isShortest ? " (no shorter input is wrong)" : "");
}

function familyWords({ before, digit, after, least }) {
  const numbers = before.map((text, i) => `${text}(${digit[i]})ᵏ${after[i]}`).join(" and ");
  return `${numbers}, with the part in brackets k times, is wrong for every k of ${least.toLocaleString("en")} or more (proved)`;
}

function noiseWords(budget) {
  return `${shortNumber(budget)}: every answer stays right if every unit of the state is off by up to that much at every step`;
}

function checkerWords(certificate) {
  return certificate.valid ? "VALID, checked again when this page was made" : `REJECTED: ${certificate.reason}`;
}

/** How long a repeated digit the net is right on, in words. */
export function horizonWords(horizon, limit) {
  if (horizon === null) return `right at every length tried, up to ${limit.toLocaleString("en")}`;
  return `right up to length ${horizon.toLocaleString("en")}, wrong at ${(horizon + 1).toLocaleString("en")}`;
}

/** Why a counterexample can be shorter than the horizon: a sentence, or null where the two do not seem to disagree. */
export function shorterMistakeWords(mistake, horizon) {
  const length = mistake ? Math.max(...mistake.numbers.map((number) => number.length)) : Infinity;
  if (horizon === null || length > horizon) return null;
  return "The counterexample is a number of another kind, and there the net is wrong earlier.";
}

/** What a run is, short. */
export function runTitle({ config, origin }) {
  const made = origin ?? `trained with recipe ${config.recipe} on data ${config.data}, seed ${config.seed}`;
  return `${config.task}, ${config.cell} with ${config.hidden} units, ${made}`;
}

/** The finding in words with its example. */
export function findingWords({ says, numbers, answer, expected }) {
  return numbers ? `${says} Example: ${mistakeWords({ numbers, answer, expected })}.` : says;
}
