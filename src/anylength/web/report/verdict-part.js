// The report's first section: the verdict and the evidence around it.

import { checkerWords } from "../shared/sentences.js";
import { facts, html } from "../shared/dom.js";
import { missingRecord } from "./missing.js";
import { nounsOf } from "../shared/nouns.js";
import { percentage } from "../shared/scales.js";
import { stamp } from "../shared/stamp.js";

/** Length of the random numbers that the post looked at. */
const POST_LENGTH = 20;

/** The section's elements for a run. */
export function verdictPart(run) {
  const { words, verdict } = run;
  return [
    html("p", { class: "verdict" }, stamp(verdict), html("span", {}, words.verdict)),
    html("p", { class: "quiet" }, html("strong", {}, words.title), words.title ? ". " : "", words.net),
    html("details", {}, html("summary", {}, "the evidence"), facts(withoutRepeats(run, evidenceOf(run)))),
    verdict ? null : missingRecord("To get a verdict, run", `anylength prove ${run.name}`),
  ];
}

/** The evidence without what the verdict's own sentence says already: for some nets every result is the same reason. */
function withoutRepeats({ verdict, words }, evidence) {
  const isSaid = (text) => text === verdict?.reason && words.verdict.includes(text);
  return evidence.filter(([, text]) => !isSaid(text));
}

function evidenceOf(run) {
  return [...run.words.evidence, ["independent checker", checkerWords(run.certificate)], ...otherEvidence(run)];
}

function otherEvidence({ config, stress, training, words }) {
  const { inputs, unit } = nounsOf(words.reads_words);
  const random = stress?.curve.find((point) => point.length === POST_LENGTH)?.random;
  return [
    ["training result", training ? trainingWords(training, config, inputs) : "the training is not finished"],
    [`random ${POST_LENGTH}-${unit} ${inputs}`, random ? `${random.right} of ${random.tried} right` : null],
    [words.alone, words.stress_horizon],
    ["how these agree", words.figures],
    ["explanation", words.findings[0]],
    ["extracted machine", words.extraction],
  ];
}

function trainingWords({ train_accuracy: training, validation_accuracy: validation, epochs }, config, inputs) {
  const made = epochs ? ` after ${epochs} ${epochs === 1 ? "epoch" : "epochs"}` : ` (${config.data})`;
  return `${percentage(training)} of training and ${percentage(validation)} of validation ${inputs} right${made}`;
}
