// The columns of the gallery: a key of the server's rows, a heading, a text for each run, and what the column sorts by.

import { html } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";
import { percentage, shortNumber } from "../shared/scales.js";
import { shortened } from "../shared/sentences.js";
import { statusCell } from "./gallery-status.js";
import { writeState } from "./state.js";

const WIDE_COUNTEREXAMPLE = 22; // characters that are shown

/** What the column of horizons is about. */
const HORIZON_TITLE =
  "Repetitions of one symbol that are answered right when nothing else follows: for count, of the nines in numbers of nines alone. " +
  "Numbers with other digits can go wrong sooner.";

/** {key, head, title? (a longer heading), cell? (a run's text or element; the value itself by default), sortValue? (the value by default)}[]. */
export const GALLERY_COLUMNS = [
  { key: "name", head: "run", cell: (run) => html("a", { href: writeState({ run: run.name }) }, run.name) },
  { key: "verdict", head: "verdict" },
  { key: "counterexample", head: "counterexample", cell: counterexampleCell, sortValue: counterexampleLength },
  { key: "horizon", head: "longest repeat alone", title: HORIZON_TITLE, cell: horizonCell, sortValue: horizonValue },
  { key: "noise_budget", head: "noise budget", cell: (run) => known(run.noise_budget, shortNumber) },
  { key: "task", head: "task" },
  { key: "cell", head: "cell" },
  { key: "hidden", head: "units" },
  { key: "recipe", head: "recipe" },
  { key: "data", head: "data" },
  { key: "seed", head: "seed" },
  { key: "status", head: "status", cell: statusCell },
  { key: "epochs", head: "epochs" },
  { key: "validation_accuracy", head: "validation", cell: (run) => known(run.validation_accuracy, percentage) },
  { key: "changed", head: "changed", cell: (run) => new Date(run.changed * 1000).toLocaleString() },
];

/** Runs in the order of a column; unknown values come last in either direction. */
export function sortedRuns(runs, { key, sortValue = (run) => run[key] }, isDescending) {
  const isUnknown = (value) => value === null || value === undefined;
  return [...runs].sort((a, b) => {
    const [x, y] = [sortValue(a), sortValue(b)];
    if (isUnknown(x) || isUnknown(y)) return Number(isUnknown(x)) - Number(isUnknown(y));
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return isDescending ? -order : order;
  });
}

function known(value, text) {
  return value === null ? "" : text(value);
}

/** The counterexample; `separator` stands between the symbols of a word and is null for numbers. */
function counterexampleCell({ counterexample, separator }) {
  return counterexample ? shortened(counterexample.join(" and "), WIDE_COUNTEREXAMPLE, separator) : "";
}

function counterexampleLength({ counterexample, separator }) {
  return counterexample ? Math.max(...counterexample.map((text) => (separator ? text.split(separator).length : text.length))) : null;
}

/** The horizon; a "+" where all lengths tried are right. */
function horizonCell({ horizon, limit }) {
  if (limit === null) return "";
  return horizon === null ? `${grouped(limit)}+` : grouped(horizon);
}

function horizonValue({ horizon, limit }) {
  return limit === null ? null : (horizon ?? Infinity);
}
