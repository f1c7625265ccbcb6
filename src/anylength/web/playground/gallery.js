// The gallery: every run below the folder that is served, in a table that can be sorted.

import { html, refill } from "../shared/dom.js";
import { percentage, shortNumber } from "../shared/scales.js";
import { reportPath } from "./api.js";
import { shortened } from "../shared/sayings.js";
import { writeState } from "./state.js";

const COLUMNS = [
  { key: "name", head: "run", cell: (run) => html("a", { href: writeState({ run: run.name }) }, run.name) },
  { key: "verdict", head: "verdict", cell: (run) => run.verdict ?? "" },
  {
    key: "counterexample",
    head: "trips over",
    cell: (run) => (run.counterexample ? shortened(run.counterexample.join(" and "), 22) : ""),
    size: (run) => (run.counterexample ? Math.max(...run.counterexample.map((text) => text.length)) : null),
  },
  {
    key: "horizon",
    head: "holds",
    cell: (run) =>
      run.limit === null ? "" : run.horizon === null ? `${run.limit.toLocaleString("en")}+` : run.horizon.toLocaleString("en"),
    size: (run) => (run.limit === null ? null : (run.horizon ?? Infinity)),
  },
  { key: "noise_budget", head: "noise budget", cell: (run) => (run.noise_budget === null ? "" : shortNumber(run.noise_budget)) },
  { key: "task", head: "task" },
  { key: "cell", head: "cell" },
  { key: "hidden", head: "units" },
  { key: "recipe", head: "recipe" },
  { key: "data", head: "data" },
  { key: "seed", head: "seed" },
  { key: "status", head: "status" },
  { key: "epochs", head: "epochs" },
  {
    key: "validation_accuracy",
    head: "validation",
    cell: (run) => (run.validation_accuracy === null ? "" : percentage(run.validation_accuracy)),
  },
  { key: "changed", head: "changed", cell: (run) => new Date(run.changed * 1000).toLocaleString() },
];

/** The gallery in a place; `runs` as the server lists them. */
export class Gallery {
  constructor(place) {
    this.place = place;
    this.runs = [];
    this.by = "changed";
    this.down = true;
  }

  show(runs) {
    this.runs = runs;
    this.draw();
  }

  draw() {
    if (!this.runs.length) {
      refill(this.place, html("p", {}, "No runs yet. Train one: it will stand here."));
      return;
    }
    const rows = sortedRuns(
      this.runs,
      COLUMNS.find((column) => column.key === this.by),
      this.down,
    );
    refill(
      this.place,
      html(
        "div",
        { class: "scroll", tabindex: "0", role: "group", "aria-label": "Gallery of runs" },
        html(
          "table",
          {},
          html("thead", {}, html("tr", {}, ...COLUMNS.map((column) => this.head(column)), html("th", { scope: "col" }, "report"))),
          html(
            "tbody",
            {},
            ...rows.map((run) =>
              html(
                "tr",
                {},
                ...COLUMNS.map((column) => html("td", {}, column.cell ? column.cell(run) : (run[column.key] ?? ""))),
                html(
                  "td",
                  {},
                  run.status === "done"
                    ? html(
                        "a",
                        { href: reportPath(run.name), target: "_blank", rel: "noopener", "aria-label": `Report of ${run.name}` },
                        "open",
                      )
                    : "",
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }

  head(column) {
    const sorted = this.by === column.key;
    const button = html(
      "button",
      { type: "button", class: "sort", id: `sort-${column.key}`, onclick: () => this.sortBy(column.key) },
      `${column.head}${sorted ? (this.down ? " ▼" : " ▲") : ""}`,
    );
    return html("th", { scope: "col", "aria-sort": sorted ? (this.down ? "descending" : "ascending") : "none" }, button);
  }

  sortBy(key) {
    this.down = this.by === key ? !this.down : false;
    this.by = key;
    this.draw();
    document.getElementById(`sort-${key}`).focus();
  }
}

/** Runs in the order of a column; what is not known comes last either way. */
export function sortedRuns(runs, column, down) {
  const valueOf = (run) => (column.size ? column.size(run) : run[column.key]);
  return [...runs].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    if (x === null || x === undefined) return y === null || y === undefined ? 0 : 1;
    if (y === null || y === undefined) return -1;
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return down ? -order : order;
  });
}
