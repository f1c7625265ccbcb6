// The report's section on the training and the lengths that the net gets right.

import { html } from "../shared/dom.js";
import { lengthCharts, trainingCharts } from "../shared/run-charts.js";
import { missingRecord } from "./missing.js";
import { nounsOf } from "../shared/nouns.js";

/** The section's elements for a run. */
export function trainingPart(run) {
  const { inputs } = nounsOf(run.words.reads_words);
  const lengths = run.stress
    ? lengthCharts(run)
    : [missingRecord(`To measure how many ${inputs} of each length are right, run`, `anylength stress ${run.name}`)];
  return [html("div", { class: "beside" }, ...trainingCharts(run.epochs, run.words), ...lengths)];
}
