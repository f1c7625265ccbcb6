// The plots of a sweep's summary: shares with their intervals, who still holds at each length, accuracy against length.

import { chartMark, lineChart } from "../shared/chart.js";
import { html, openForPrint, svg, tableBehind } from "../shared/dom.js";
import { linearScale, percentage, shortNumber } from "../shared/scales.js";
import { themeSwitch } from "../shared/theme.js";

const summary = JSON.parse(document.getElementById("data").textContent);
const plots = document.getElementById("plots");
const MOST = 8; // settings in one chart: more cannot be told apart
const ROW = { height: 26, left: 190, right: 20, width: 560, top: 8, bottom: 34 };
const MEASURES = [
  ["learned", "Learned: 100 % on training and validation"],
  ["faultless", "No mistake found by the stress test"],
  ["proved", "PROVED at every length"],
  ["refuted", "REFUTED"],
];

const shown = summary.groups.slice(0, MOST);
const pictures = [
  ...MEASURES.map(([name, title]) => sharesFigure(name, title)),
  survivalFigure(),
  accuracyFigure("worst", "Hard numbers answered right, by length"),
  accuracyFigure("random", "Random numbers answered right, by length"),
].filter((each) => each !== null);
plots.replaceChildren(...pictures);
if (summary.groups.length > MOST) {
  plots.append(html("p", { class: "quiet" }, `The line charts show the first ${MOST} of ${summary.groups.length} settings; the table has all.`));
}
themeSwitch(document.getElementById("theme"));
openForPrint(document.getElementById("summary"));

/** A row for each setting: the share as a mark, its interval as a line. */
function sharesFigure(measure, title) {
  const known = summary.groups.filter((group) => group[measure] !== null).slice(0, 40);
  if (!known.length) return null;
  const height = ROW.top + known.length * ROW.height + ROW.bottom;
  const across = linearScale([0, 1], [ROW.left, ROW.width - ROW.right]);
  const said = known.map((group) => `${group.name}: ${percentage(group[measure].right / group[measure].tried)}`).join("; ");
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${ROW.width} ${height}`, role: "img", "aria-label": `${title}. ${said}` },
    ...across.ticks.flatMap((tick) => [
      svg("line", { class: "gridline", x1: across.at(tick), x2: across.at(tick), y1: ROW.top, y2: height - ROW.bottom }),
      svg("text", { x: across.at(tick), y: height - ROW.bottom + 16, "text-anchor": "middle" }, `${shortNumber(tick * 100)} %`),
    ]),
    ...known.flatMap((group, at) => shareRow(group, group[measure], at, across)),
  );
  const rows = () => known.map((group) => [group.name, `${group[measure].right} of ${group[measure].tried}`, intervalOf(group[measure])]);
  const behind = tableBehind(title, ["setting", "nets", "95 % interval"], rows);
  return html("figure", { class: "chart" }, html("figcaption", {}, title), picture, behind);
}

function shareRow(group, share, at, across) {
  const y = ROW.top + (at + 0.5) * ROW.height;
  return [
    svg("text", { x: ROW.left - 8, y: y + 4, "text-anchor": "end", class: "ink" }, shortened(group.name)),
    svg("line", { class: "series line c1", x1: across.at(share.low), x2: across.at(share.high), y1: y, y2: y }),
    svg("g", { class: "fill c1" }, chartMark(0, across.at(share.right / share.tried), y, 4.5)),
  ];
}

function shortened(name) {
  return name.length > 30 ? `${name.slice(0, 29)}…` : name;
}

function intervalOf(share) {
  return `${percentage(share.low)} to ${percentage(share.high)}`;
}

/** Who still holds at each length: steps that go down where nets break. */
function survivalFigure() {
  const known = shown.filter((group) => group.breaks !== null);
  if (!known.length) return null;
  const title = "Nets that still hold, by the length held";
  const series = known.map((group, at) => ({ name: group.name, colour: `c${at}`, points: stepsOf(group.breaks) }));
  const limit = Math.max(...known.map((group) => group.breaks.limit));
  const figure = lineChart({
    title,
    says: "Kaplan–Meier curves with 95 % bands; nets that never broke are counted as held up to the limit.",
    x: { label: "length at which the net is first wrong", log: limit > 50, domain: [1, Math.max(2, limit)] },
    y: { label: "nets", share: true, domain: [0, 1] },
    series,
  });
  const rows = () => known.flatMap((group) => breakRows(group));
  figure.querySelector("details").replaceWith(tableBehind(title, ["setting", "first wrong at", "still right", "95 % band"], rows));
  return figure;
}

/** The curve as the corners of its steps: a net that holds h is first wrong at h + 1. */
function stepsOf(breaks) {
  let before = { y: 1, low: 1, high: 1 };
  const corners = [{ x: 1, ...before }];
  breaks.lengths.forEach((length, i) => {
    const x = length + 1;
    const after = { y: breaks.survival[i], low: breaks.survival_low[i], high: breaks.survival_high[i] };
    corners.push({ x, ...before }, { x, ...after });
    before = after;
  });
  return [...corners, { x: breaks.limit, ...before }];
}

function breakRows(group) {
  const { lengths, survival, survival_low: low, survival_high: high } = group.breaks;
  return lengths.map((length, i) => [group.name, shortNumber(length + 1), percentage(survival[i]), `${percentage(low[i])} to ${percentage(high[i])}`]);
}

/** Mean share of numbers right against their length. */
function accuracyFigure(measure, title) {
  const known = shown.filter((group) => Object.keys(group[measure]).length > 0);
  if (!known.length) return null;
  return lineChart({
    title,
    says: "Means over the nets of each setting.",
    x: { label: "digits", log: true },
    y: { label: "numbers right", share: true, domain: [0, 1] },
    series: known.map((group, at) => ({
      name: group.name,
      colour: `c${at}`,
      points: Object.entries(group[measure]).map(([length, share]) => ({ x: Number(length), y: share })),
    })),
  });
}
