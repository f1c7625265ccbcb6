// The charts of a run: how the training went, and how many numbers the net gets right at each length.

import { html } from "./dom.js";
import { lineChart } from "./chart.js";
import { grouped } from "./grouped.js";
import { nounsOf } from "./nouns.js";
import { percentage } from "./scales.js";

/** Epochs from which on a chart says more than a sentence. */
const FEWEST_EPOCHS = 3;

/** Accuracies and loss by epoch: two charts, or a sentence. `words` is the run's RunWords, where they are known. */
export function trainingCharts(epochs, words) {
  if (!epochs.length) return [html("p", { class: "quiet" }, "There is no record of the epochs of a training here.")];
  const nouns = nounsOf(words?.reads_words);
  if (epochs.length < FEWEST_EPOCHS) return [html("p", {}, accuracyWords(epochs.at(-1), nouns))];
  return [accuracyChart(epochs, nouns), lossChart(epochs)];
}

/**
 * Accuracy against length, with the predicted and the measured horizon: the chart and what it shows. `words` is the run's RunWords.
 * Random numbers are a sample, so they have a band. Hard numbers are a fixed list that was tried as a whole, so they have none.
 */
export function lengthCharts({ stress, explanation, words }) {
  const nouns = nounsOf(words?.reads_words);
  const pointOf = (length, share) => ({ x: length, y: share.right / share.tried });
  const random = stress.curve.map(({ length, random: share }) => ({ ...pointOf(length, share), low: share.low, high: share.high }));
  const hard = stress.curve
    .filter(({ worst }) => worst)
    .map(({ length, worst }) => ({ ...pointOf(length, worst), note: `of ${grouped(worst.tried)}` }));
  const chart = lineChart({
    title: lengthTitle(nouns),
    says: curveWords(stress.curve.at(-1), nouns),
    x: { label: nouns.units, log: true },
    y: { label: `${nouns.inputs} right`, share: true, domain: [0, 1] },
    series: [
      { name: `random ${nouns.inputs}, with 95 % intervals`, colour: "c1", points: random },
      { name: hardName(nouns), colour: "c0", points: hard },
    ],
    rules: horizonRules(words?.alone, stress.horizon, explanation?.predicted_horizon),
  });
  return [html("div", {}, chart, words?.hard_numbers ? html("p", { class: "quiet" }, words.hard_numbers) : null)];
}

/** The title of a chart of shares by length. */
export function lengthTitle({ inputs }) {
  return inputs === "numbers" ? "Numbers right by length" : "Words right by length";
}

function hardName({ inputs }) {
  return inputs === "numbers"
    ? "hard numbers (such as long carries), all that were tried"
    : "hard words (such as one symbol repeated), all that were tried";
}

function curveWords({ length, random, worst }, { inputs, units }) {
  const share = ({ right, tried }) => percentage(right / tried);
  const hard = worst ? `, and ${worst.right} of ${worst.tried} hard ones` : "";
  return `At ${grouped(length)} ${units} ${share(random)} of random ${inputs} are right${hard}.`;
}

function horizonRules(kind, measured, predicted) {
  if (!kind) return [];
  const rules = [];
  if (measured) rules.push({ x: measured, label: `${kind}: right up to ${grouped(measured)}`, colour: "ci" });
  if (predicted) rules.push({ x: predicted, label: `predicted: ${grouped(predicted)}`, colour: "c2" });
  return rules;
}

function accuracyWords(last, { inputs }) {
  const [training, validation] = [percentage(last.train_accuracy), percentage(last.validation_accuracy)];
  return `After epoch ${last.epoch}, ${training} of training and ${validation} of validation ${inputs} are right.`;
}

function accuracyChart(epochs, nouns) {
  const { inputs } = nouns;
  return lineChart({
    title: "Accuracy by epoch",
    says: accuracyWords(epochs.at(-1), nouns),
    x: { label: "epoch", whole: true },
    y: { label: `${inputs} right`, share: true, domain: [0, 1] },
    series: [
      { name: "training", colour: "c1", points: epochs.map((epoch) => ({ x: epoch.epoch, y: epoch.train_accuracy })) },
      { name: "validation", colour: "c0", points: epochs.map((epoch) => ({ x: epoch.epoch, y: epoch.validation_accuracy })) },
    ],
  });
}

function lossChart(epochs) {
  return lineChart({
    title: "Loss by epoch",
    says: `From ${epochs[0].loss.toPrecision(3)} to ${epochs.at(-1).loss.toPrecision(3)}.`,
    x: { label: "epoch", whole: true },
    y: { label: "loss", log: true },
    series: [{ name: "mean loss", colour: "c5", points: epochs.map((epoch) => ({ x: epoch.epoch, y: epoch.loss })) }],
  });
}
