// How sure nets are of the carry, after 0, 1, 2, … nines.

import { lineChart } from "../shared/chart.js";
import { carryMargins } from "./counting.js";

const NINES_SHOWN = 45;
const LONGEST_TRAINED = 10; // digits
const MOST_SHOWN = 2.5; // of a margin, in logits: what happens happens near 0

/** A chart of the carry margins of nets, [{name, net, colour}], before a digit, with a rule where the training numbers end. */
export function marginsChart(nets, digit = 0) {
  const measured = nets.map(({ name, net, colour }) => ({ name, colour, margins: carryMargins(net, NINES_SHOWN, digit) }));
  const series = measured.map(({ name, margins, colour }) => ({
    name, colour,
    points: margins.map((margin, nines) => ({ x: nines, y: Math.max(-MOST_SHOWN, Math.min(MOST_SHOWN, margin)) })),
  }));
  return lineChart({
    title: "How sure is it that there is a carry? Above 0 it remembers, below 0 it has forgotten",
    says: measured.map(({ name, margins }) => `${name}: ${wordsOf(margins)}`).join(". "),
    x: { label: "nines that it has read", whole: true },
    y: { label: `lead of the answer ${(digit + 1) % 10} to a ${digit}`, domain: [-MOST_SHOWN, MOST_SHOWN] },
    series, zones: [{ low: 0, high: MOST_SHOWN, colour: "c0" }, { low: -MOST_SHOWN, high: 0, colour: "c1" }],
    rules: [{ x: LONGEST_TRAINED, label: "longest training number", colour: "cn" }],
  });
}

function wordsOf(margins) {
  const lost = margins.findIndex((margin) => !(margin > 0));
  return lost < 0 ? `remembers for ${margins.length - 1} nines and more` : `forgets after ${lost} nines`;
}
