// The report's section on the dynamics: findings, horizons, portraits, fixed points.

import { facts, html, table } from "../shared/dom.js";
import { missingRecord } from "./missing.js";
import { portraitFigure, portraitWords } from "../shared/portrait.js";
import { shortNumber } from "../shared/scales.js";

/** The section's elements for a run. */
export function whyPart({ name, net, explanation, words }) {
  if (!explanation) return [missingRecord("To find out why, and to draw phase portraits, run", `anylength explain ${name}`)];
  const names = net?.task.machine?.names ?? [];
  return [
    html("ul", {}, ...explanation.findings.map((finding, i) => findingItem(finding.failure_mode, words.findings[i]))),
    words.measured_horizon ? horizonFacts(words) : null,
    html("div", { class: "beside" }, ...explanation.portraits.map((portrait) => portraitPart(portrait, names))),
    explanation.fixed_points.length
      ? html("details", { class: "unprinted" }, html("summary", {}, "all fixed points"), fixedPointTable(explanation.fixed_points))
      : null,
  ];
}

function findingItem(way, text) {
  return html("li", {}, html("strong", {}, `${way}: `), text);
}

function horizonFacts(words) {
  return facts([
    [`${words.alone}, predicted`, words.predicted_horizon],
    [`${words.alone}, measured`, words.measured_horizon],
    ["how these agree", words.figures],
  ]);
}

function portraitPart(portrait, names) {
  const share = shortNumber(portrait.share * 100);
  const title = `The state while the net reads ${portrait.symbol} again and again (${share} % of the variance lies in this plane)`;
  return html("div", {}, portraitFigure(portrait, { names, title }), html("p", { class: "quiet" }, portraitWords(portrait)));
}

function fixedPointTable(points) {
  const rows = points.map((point) => [
    point.symbol,
    String(point.period),
    point.unstable ? "repels" : "attracts",
    shortNumber(point.eigenvalue),
    point.reads ?? "–",
    point.existence,
  ]);
  return table("Fixed points", ["repeated input", "period", "stability", "largest eigenvalue", "decoded as", "existence"], rows);
}
