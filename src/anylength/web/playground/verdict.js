// The verdict of a run on the playground.

import { facts, html } from "../shared/dom.js";
import { reportPath } from "./api.js";
import { stamp } from "../shared/stamp.js";

/** The verdict with its evidence and a link to the report, as elements. `words` is the run's RunWords. */
export function verdictElements(name, { verdict, words }) {
  const report = html("a", { class: "button", href: reportPath(name), target: "_blank", rel: "noopener" }, "Open the report");
  return [
    html("p", { class: "verdict" }, stamp(verdict), html("span", {}, words.verdict)),
    facts([
      ...words.evidence,
      [words.alone, words.stress_horizon],
      ["how these agree", words.figures],
      ["explanation", words.findings[0]],
    ]),
    html("div", { class: "row" }, report),
  ];
}
