// The charts of a run: how the training went, and how far the net goes.

import { html } from "./dom.js";
import { lineChart } from "./chart.js";
import { percentage } from "./scales.js";

/** Loss and accuracies by epoch: two charts. */
export function trainingCharts(epochs) {
  if (!epochs.length) return [html("p", { class: "quiet" }, "No epoch of a training is on record here.")];
  const last = epochs.at(-1);
  const points = (read) => epochs.map((epoch) => ({ x: epoch.epoch, y: read(epoch) }));
  const from = epochs.length > 1 ? undefined : [0, 1];
  return [
    lineChart({
      title: "Accuracy by epoch",
      says: `After ${last.epoch} epochs ${percentage(last.train_accuracy)} of training and ${percentage(last.validation_accuracy)} of validation numbers are right.`,
      x: { label: "epoch", domain: from, whole: true },
      y: { label: "numbers right", share: true, domain: [0, 1] },
      series: [
        { name: "training", colour: "c1", points: points((epoch) => epoch.train_accuracy) },
        { name: "validation", colour: "c0", points: points((epoch) => epoch.validation_accuracy) },
      ],
    }),
    lineChart({
      title: "Loss by epoch",
      says: `From ${epochs[0].loss.toPrecision(3)} to ${last.loss.toPrecision(3)}.`,
      x: { label: "epoch", domain: from, whole: true },
      y: { label: "loss", log: true },
      series: [{ name: "mean loss", colour: "c5", points: points((epoch) => epoch.loss) }],
    }),
  ];
}

/** Accuracy against length, with the breaks that were predicted and measured. */
export function curvesOf(run) {
  const { stress, explanation } = run;
  const points = (read) =>
    stress.curve.map((point) => ({
      x: point.length,
      y: read(point).right / read(point).tried,
      low: read(point).low,
      high: read(point).high,
    }));
  const rules = [];
  if (stress.horizon !== null && stress.horizon > 0)
    rules.push({ x: stress.horizon, label: `breaks after ${stress.horizon.toLocaleString("en")} (measured)`, colour: "ci" });
  const predicted = explanation?.predicted_horizon;
  if (predicted) rules.push({ x: predicted, label: `predicted: ${predicted.toLocaleString("en")}`, colour: "c2" });
  const last = stress.curve.at(-1);
  const chart = lineChart({
    title: "Numbers right by length, with 95 % intervals",
    says: `At ${last.length.toLocaleString("en")} digits ${percentage(last.random.right / last.random.tried)} of random and ${percentage(last.worst.right / last.worst.tried)} of worst-case numbers are right.`,
    x: { label: "digits", log: true },
    y: { label: "numbers right", share: true, domain: [0, 1] },
    series: [
      { name: "random numbers", colour: "c1", points: points((point) => point.random) },
      { name: "worst case (long carries and their like)", colour: "c0", points: points((point) => point.worst) },
    ],
    rules,
  });
  return [chart];
}
