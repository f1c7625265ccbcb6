// The gallery: every run below the folder that is served, in a table that can be sorted. Chosen runs are compared side by side.

import { comparePath, reportPath } from "./api.js";
import { GALLERY_COLUMNS, sortedRuns } from "./gallery-columns.js";
import { html, refill } from "../shared/dom.js";

/** Runs that one report shows side by side. */
const LEAST_COMPARED = 2;
const MOST_COMPARED = 8;

/** The gallery in a place; `show` takes runs as the server lists them. */
export class Gallery {
  constructor(place) {
    this.place = place;
    this.runs = [];
    this.sortKey = "changed";
    this.isDescending = true;
    this.chosen = new Set();
    const attributes = { class: "button", id: "compare", target: "_blank", rel: "noopener" };
    this.compareLink = html("a", attributes, "Compare the chosen runs");
    this.compareHint = html("span", { class: "quiet", role: "status" });
  }

  show(runs) {
    this.runs = runs;
    const names = new Set(runs.map(({ name }) => name));
    for (const name of this.chosen) if (!names.has(name)) this.chosen.delete(name);
    this.draw();
  }

  draw() {
    if (!this.runs.length) {
      refill(this.place, html("p", {}, "There are no runs yet. A run that you train is listed here."));
      return;
    }
    const sortColumn = GALLERY_COLUMNS.find(({ key }) => key === this.sortKey);
    const rows = sortedRuns(this.runs, sortColumn, this.isDescending).map((run) => this.row(run));
    const heads = [columnHead("compare"), ...GALLERY_COLUMNS.map((column) => this.head(column)), columnHead("report")];
    const table = html(
      "table",
      { role: "table" },
      html("thead", { role: "rowgroup" }, html("tr", { role: "row" }, ...heads)),
      html("tbody", { role: "rowgroup" }, ...rows),
    );
    refill(
      this.place,
      html("div", { class: "row" }, this.compareLink, this.compareHint),
      html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Gallery of runs" }, table),
    );
    this.updateCompare();
  }

  head({ key, head, title }) {
    const isSorted = this.sortKey === key;
    const arrow = isSorted ? (this.isDescending ? " ▼" : " ▲") : "";
    const order = isSorted ? (this.isDescending ? "descending" : "ascending") : "none";
    const attributes = { type: "button", class: "sort", id: `sort-${key}`, title, onclick: () => this.sortBy(key) };
    return html("th", { scope: "col", role: "columnheader", "aria-sort": order }, html("button", attributes, `${head}${arrow}`));
  }

  row(run) {
    const cells = GALLERY_COLUMNS.map(({ head, cell, key }) => labelledCell(head, cell ? cell(run) : (run[key] ?? "")));
    const isDone = run.status === "done";
    return html(
      "tr",
      { role: "row" },
      labelledCell("compare", isDone ? this.checkbox(run.name) : ""),
      ...cells,
      labelledCell("report", isDone ? reportLink(run.name) : ""),
    );
  }

  checkbox(name) {
    const onchange = (event) => {
      if (event.target.checked) this.chosen.add(name);
      else this.chosen.delete(name);
      this.updateCompare();
    };
    const label = `Choose ${name} for a comparison`;
    return html("input", { type: "checkbox", "aria-label": label, checked: this.chosen.has(name), onchange });
  }

  /** The link leads to the report of the chosen runs; with too few or too many it leads nowhere. */
  updateCompare() {
    const count = this.chosen.size;
    const isPossible = count >= LEAST_COMPARED && count <= MOST_COMPARED;
    if (isPossible) this.compareLink.setAttribute("href", comparePath([...this.chosen]));
    else this.compareLink.removeAttribute("href");
    this.compareLink.setAttribute("aria-disabled", String(!isPossible));
    const need = `tick ${LEAST_COMPARED} to ${MOST_COMPARED} runs`;
    this.compareHint.textContent = isPossible ? `${count} chosen` : count ? `${count} chosen: ${need}` : `To compare, ${need}.`;
  }

  sortBy(key) {
    this.isDescending = this.sortKey === key ? !this.isDescending : false;
    this.sortKey = key;
    this.draw();
    document.getElementById(`sort-${key}`).focus();
  }
}

function columnHead(text) {
  return html("th", { scope: "col", role: "columnheader" }, text);
}

/** A cell. On a narrow page a row is a card, and each cell stands behind its label. */
function labelledCell(label, content) {
  return html("td", { role: "cell", "data-label": label, class: content === "" ? "blank" : false }, content);
}

function reportLink(name) {
  const attributes = { href: reportPath(name), target: "_blank", rel: "noopener", "aria-label": `Report of ${name}` };
  return html("a", attributes, "open");
}
