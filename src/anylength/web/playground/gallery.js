// The gallery: every run below the folder that is served, in a table that can be sorted.

import { GALLERY_COLUMNS, sortedRuns } from "./gallery-columns.js";
import { html, refill } from "../shared/dom.js";
import { reportPath } from "./api.js";

/** The gallery in a place; `show` takes runs as the server lists them. */
export class Gallery {
  constructor(place) {
    this.place = place;
    this.runs = [];
    this.sortKey = "changed";
    this.isDescending = true;
  }

  show(runs) {
    this.runs = runs;
    this.draw();
  }

  draw() {
    if (!this.runs.length) {
      refill(this.place, html("p", {}, "There are no runs yet. A run that you train is listed here."));
      return;
    }
    const sortColumn = GALLERY_COLUMNS.find(({ key }) => key === this.sortKey);
    const rows = sortedRuns(this.runs, sortColumn, this.isDescending).map(galleryRow);
    const heads = html("tr", {}, ...GALLERY_COLUMNS.map((column) => this.head(column)), html("th", { scope: "col" }, "report"));
    const table = html("table", {}, html("thead", {}, heads), html("tbody", {}, ...rows));
    refill(this.place, html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Gallery of runs" }, table));
  }

  head({ key, head }) {
    const isSorted = this.sortKey === key;
    const arrow = isSorted ? (this.isDescending ? " ▼" : " ▲") : "";
    const order = isSorted ? (this.isDescending ? "descending" : "ascending") : "none";
    const attributes = { type: "button", class: "sort", id: `sort-${key}`, onclick: () => this.sortBy(key) };
    return html("th", { scope: "col", "aria-sort": order }, html("button", attributes, `${head}${arrow}`));
  }

  sortBy(key) {
    this.isDescending = this.sortKey === key ? !this.isDescending : false;
    this.sortKey = key;
    this.draw();
    document.getElementById(`sort-${key}`).focus();
  }
}

function galleryRow(run) {
  const cells = GALLERY_COLUMNS.map(({ key, cell }) => html("td", {}, cell ? cell(run) : (run[key] ?? "")));
  return html("tr", {}, ...cells, html("td", {}, run.status === "done" ? reportLink(run.name) : ""));
}

function reportLink(name) {
  const attributes = { href: reportPath(name), target: "_blank", rel: "noopener", "aria-label": `Report of ${name}` };
  return html("a", attributes, "open");
}
