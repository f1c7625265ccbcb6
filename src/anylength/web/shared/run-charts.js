// The charts of a run: how the training went, and how many numbers the net gets right at each length.

import { html } from "./dom.js";
import { lineChart } from "./chart.js";
import { percentage } from "./scales.js";

/** Accuracies and loss by epoch: two charts. */
export function trainingCharts(epochs) {
  if (!epochs.length) return [html("p", { class: "quiet" }, "There is no record of the epochs of a training here.")];
  return [accuracyChart(epochs), lossChart(epochs)];
}

/** Accuracy against length, with the predicted and the measured horizon: one chart. */
export function lengthCharts({ stress, explanation }) {
  const points = (read) =>
    stress.curve.map((point) => {
      const { right, tried, low, high } = read(point);
      return { x: point.length, y: right / tried, low, high };
    });
  return [
    lineChart({
      title: "Numbers right by length, with 95 % intervals",
      says: curveWords(stress.curve.at(-1)),
      x: { label: "digits", log: true },
      y: { label: "numbers right", share: true, domain: [0, 1] },
      series: [
        { name: "random numbers", colour: "c1", points: points((point) => point.random) },
        { name: "hard numbers (such as long carries)", colour: "c0", points: points((point) => point.worst) },
      ],
      rules: horizonRules(stress.horizon, explanation?.predicted_horizon),
    }),
  ];
}

function curveWords({ length, random, worst }) {
  const share = ({ right, tried }) => percentage(right / tried);
  return `At ${length.toLocaleString("en")} digits ${share(random)} of random and ${share(worst)} of hard numbers are right.`;
}

function horizonRules(measured, predicted) {
  const rules = [];
  if (measured) rules.push({ x: measured, label: `repeated digit: up to ${measured.toLocaleString("en")}`, colour: "ci" });
  if (predicted) rules.push({ x: predicted, label: `predicted: ${predicted.toLocaleString("en")}`, colour: "c2" });
  return rules;
}

function accuracyChart(epochs) {
  const last = epochs.at(-1);
  const [training, validation] = [percentage(last.train_accuracy), percentage(last.validation_accuracy)];
  return lineChart({
    title: "Accuracy by epoch",
    says: `After ${last.epoch} epochs ${training} of training and ${validation} of validation numbers are right.`,
    x: epochAxis(epochs),
    y: { label: "numbers right", share: true, domain: [0, 1] },
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
    x: epochAxis(epochs),
    y: { label: "loss", log: true },
    series: [{ name: "mean loss", colour: "c5", points: epochs.map((epoch) => ({ x: epoch.epoch, y: epoch.loss })) }],
  });
}

/** A single epoch has no extent, so its axis starts at 0. */
function epochAxis(epochs) {
  return { label: "epoch", domain: epochs.length > 1 ? undefined : [0, 1], whole: true };
}
