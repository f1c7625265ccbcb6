// The report's section on the dynamics: findings, horizons, portraits, fixed points.

import { facts, html, table } from "../shared/dom.js";
import { findingWords, horizonWords } from "../shared/sentences.js";
import { missingRecord } from "./missing.js";
import { portraitFigure, portraitWords } from "../shared/portrait.js";
import { shortNumber } from "../shared/scales.js";

const HORIZON_HINT =
  "These two lines are about numbers of one repeated digit alone. Where another digit follows, the net can be wrong earlier: a finding " +
  "says after how many repeats.";

/** The section's elements for a run. */
export function whyPart({ name, net, explanation }) {
  if (!explanation) return [missingRecord("To find out why, and to draw phase portraits, run", `anylength explain ${name}`)];
  const names = net?.task.machine?.names ?? [];
  return [
    html("ul", {}, ...explanation.findings.map(findingItem)),
    ...(explanation.limit ? horizonParts(explanation) : []),
    html("div", { class: "beside" }, ...explanation.portraits.map((portrait) => portraitPart(portrait, names))),
    explanation.fixed_points.length
      ? html("details", {}, html("summary", {}, "all fixed points"), fixedPointTable(explanation.fixed_points))
      : null,
  ];
}

function findingItem(finding) {
  return html("li", {}, html("strong", {}, `${finding.way}: `), findingWords(finding));
}

function horizonParts({ predicted_horizon: predicted, measured_horizon: measured, limit, counterexample }) {
  return [
    facts([
      ["one repeated digit, predicted", horizonWords(predicted, limit)],
      ["one repeated digit, measured", horizonWords(measured, limit)],
      ["failure mode", counterexample],
    ]),
    predicted !== null || measured !== null ? html("p", { class: "quiet" }, HORIZON_HINT) : null,
  ];
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
