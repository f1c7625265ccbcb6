// The last step of the guided tour: a net that is proved.

import { grouped } from "../shared/grouped.js";
import { shortNumber } from "../shared/scales.js";

const CURE = { task: "count", cell: "rnn", hidden: 16, recipe: "certified", data: "hundred", seed: 0 };
const MANY_NINES = 10_000;

/** The step as text and actions, see `tour-steps.js`. */
export function cureStep(tour) {
  const run = tour.runOf(CURE);
  const verdict = run?.records.verdict;
  const idea =
    "The post gave up training on 0…100: too few examples. They are enough if the training asks for more than right answers: every answer " +
    "must stay right under small errors of the state. Then a computer can check finitely many boxes of states, and the check covers " +
    "numbers of every length.";
  return { text: [idea, ...verdictWords(run, verdict)], ready: true, actions: cureActions(tour, run, verdict) };
}

function verdictWords(run, verdict) {
  if (!run) return [];
  if (!verdict) return ["The net is being trained; the verdict follows."];
  if (verdict.verdict !== "PROVED") return [`${verdict.verdict}: ${verdict.reason}. Another seed may do better.`];
  return [
    `PROVED: ${verdict.reason}. Every unit of the state may be off by up to ${shortNumber(verdict.noise_budget)} at every step, and the ` +
      "net still counts right. An independent program accepted the certificate; the report says how to check it yourself.",
  ];
}

function cureActions({ page }, run, verdict) {
  if (!run) return [{ label: "Train it on 0…100, to be proved", chief: true, act: () => page.train(CURE) }];
  if (verdict?.verdict !== "PROVED") return [];
  const nines = grouped(MANY_NINES);
  return [
    { label: `Ask it ${nines} nines`, chief: true, act: () => page.ask(["9".repeat(MANY_NINES)]) },
    { label: "Open the report", chief: false, act: () => page.openReport() },
  ];
}
