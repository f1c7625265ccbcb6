// Survival curves: the share of nets that are still right, against the number of repeats of one digit or symbol.

import { lineChart } from "../shared/chart.js";
import { percentage, shortNumber } from "../shared/scales.js";
import { tableBehind } from "../shared/dom.js";

/** Lengths above which the axis is logarithmic. */
const LONG = 50;

/** The figure, or null where the sweep did no stress tests. `unit` is what inputs consist of. */
export function survivalFigure(groups, { unit }) {
  const title = `Nets that are still right on one repeated ${unit} alone, by length`;
  const known = groups.filter((group) => group.held_lengths !== null);
  if (!known.length) return null;
  const limit = Math.max(...known.map((group) => group.held_lengths.limit));
  const figure = lineChart({
    title,
    says: "Kaplan–Meier curves with 95 % bands; a net that is right at all lengths tried counts as right up to the longest one.",
    x: { label: "length at which the net is first wrong", log: limit > LONG, domain: [1, Math.max(2, limit)] },
    y: { label: "nets", share: true, domain: [0, 1] },
    series: known.map((group, i) => ({ name: group.name, colour: `c${i}`, points: stepCorners(group.held_lengths) })),
  });
  const heads = ["setting", "first wrong at", "still right", "95 % band"];
  figure.querySelector("details").replaceWith(tableBehind(title, heads, () => known.flatMap(breakRows)));
  return figure;
}

/** The curve as the corners of its steps: a net that is right up to length h is first wrong at h + 1. */
function stepCorners(breaks) {
  let before = { y: 1, low: 1, high: 1 };
  const corners = [{ x: 1, ...before }];
  breaks.lengths.forEach((length, i) => {
    const after = { y: breaks.survival[i], low: breaks.survival_low[i], high: breaks.survival_high[i] };
    corners.push({ x: length + 1, ...before }, { x: length + 1, ...after });
    before = after;
  });
  return [...corners, { x: breaks.limit, ...before }];
}

function breakRows({ name, held_lengths: breaks }) {
  return breaks.lengths.map((length, i) => [
    name,
    shortNumber(length + 1),
    percentage(breaks.survival[i]),
    `${percentage(breaks.survival_low[i])} to ${percentage(breaks.survival_high[i])}`,
  ]);
}
