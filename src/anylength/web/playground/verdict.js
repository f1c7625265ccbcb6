// The verdict of a run on the playground.

import { facts, html } from "../shared/dom.js";
import { findingWords, verdictEvidence, verdictSentence } from "../shared/sentences.js";
import { reportPath } from "./api.js";

/** The verdict with its evidence and a link to the report, as elements. */
export function verdictElements(name, { verdict, explanation }) {
  const stamp = html("strong", { class: `stamp ${verdict.verdict.replace(" ", "-")}` }, verdict.verdict);
  const report = html("a", { class: "button", href: reportPath(name), target: "_blank", rel: "noopener" }, "Open the report");
  return [
    html("p", { class: "verdict" }, stamp, html("span", {}, verdictSentence(verdict))),
    facts([...verdictEvidence(verdict, null), ["explanation", explanation ? findingWords(explanation.findings[0]) : null]]),
    html("div", { class: "row" }, report),
  ];
}
