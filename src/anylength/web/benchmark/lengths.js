// The mean accuracy of a task's nets against the length of the words, a line for each convention.

import { lineChart } from "../shared/chart.js";

/** Length of the longest training words, in symbols. */
const TRAIN_TO = 40;

/** The figure of a row of the table. */
export function lengthFigure({ task, nets, scores }) {
  return lineChart({
    title: `${task}: accuracy by length`,
    says: `Means over ${nets} nets with 95 % intervals (Student's t).`,
    x: { label: "symbols", log: true },
    y: { label: "accuracy", share: true, domain: [0, 1] },
    series: scores.map(({ convention, curve }, i) => ({ name: convention, colour: `c${i}`, points: curve.map(pointOf) })),
    rules: [{ x: TRAIN_TO, label: "longest training words", colour: "cn" }],
  });
}

function pointOf({ length, accuracy }) {
  return { x: length, y: accuracy.mean, low: accuracy.low ?? undefined, high: accuracy.high ?? undefined };
}
