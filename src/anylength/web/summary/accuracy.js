// The mean share of numbers, or words, that are answered right, against their length.

import { lineChart } from "../shared/chart.js";

/** The figure of a measure ("random_accuracy" or "worst_accuracy"), or null where the sweep did not measure it. `nouns` are those of the tasks. */
export function accuracyFigure(groups, measure, { title, nouns }) {
  const known = groups.filter((group) => Object.keys(group[measure]).length > 0);
  if (!known.length) return null;
  const pointsOf = (shares) => Object.entries(shares).map(([length, share]) => ({ x: Number(length), y: share }));
  return lineChart({
    title,
    says: "Means over the nets of each setting.",
    x: { label: nouns.units, log: true },
    y: { label: `${nouns.inputs} right`, share: true, domain: [0, 1] },
    series: known.map((group, i) => ({ name: group.name, colour: `c${i}`, points: pointsOf(group[measure]) })),
  });
}
