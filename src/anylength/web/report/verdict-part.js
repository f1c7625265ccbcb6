// The report's first section: the verdict and the evidence around it.

import { facts, html } from "../shared/dom.js";
import {
  findingWords,
  horizonWords,
  runTitle,
  shorterMistakeWords,
  verdictEvidence,
  verdictSentence,
} from "../shared/sentences.js";
import { missingRecord } from "./missing.js";
import { percentage } from "../shared/scales.js";

/** Length of the random numbers that the post looked at. */
const POST_LENGTH = 20;

/** The name of the stress test's family of numbers of one repeated digit, as records have it. */
const HELD_INPUT_FAMILY = "ripple";

/** The section's elements for a run. */
export function verdictPart(run) {
  const word = run.verdict?.verdict ?? "NO VERDICT";
  const style = run.verdict ? word.replace(" ", "-") : "NONE";
  return [
    html(
      "p",
      { class: "verdict" },
      html("strong", { class: `stamp ${style}` }, word),
      html("span", {}, verdictSentence(run.verdict)),
    ),
    html("p", { class: "quiet" }, runTitle(run)),
    facts([...verdictEvidence(run.verdict, run.certificate), ...otherEvidence(run)]),
    run.verdict ? null : missingRecord("To get a verdict, run", `anylength prove ${run.name}`),
  ];
}

function otherEvidence({ config, stress, explanation, extraction, training, verdict }) {
  const random = stress?.curve.find((point) => point.length === POST_LENGTH)?.random;
  return [
    ["training result", training ? trainingWords(training, config) : "the training is not finished"],
    [`random ${POST_LENGTH}-digit numbers`, random ? `${random.right} of ${random.tried} right` : null],
    ["one repeated digit", stress ? repeatedWords(stress, verdict) : null],
    ["explanation", explanation ? findingWords(explanation.findings[0]) : null],
    ["extracted machine", extraction ? extraction.note : null],
  ];
}

function trainingWords({ train_accuracy: training, validation_accuracy: validation, epochs }, config) {
  const made = epochs ? ` after ${epochs} epochs` : ` (${config.data})`;
  return `${percentage(training)} of training and ${percentage(validation)} of validation numbers right${made}`;
}

/** The measured horizon, and why the counterexample may be shorter. */
function repeatedWords({ families, horizon, limit }, verdict) {
  if (!families.some((family) => family.name === HELD_INPUT_FAMILY)) return null;
  const shorter = shorterMistakeWords(verdict?.mistake, horizon);
  return horizonWords(horizon, limit) + (shorter ? `. ${shorter}` : "");
}
