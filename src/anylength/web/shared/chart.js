// Line charts as SVG: series with bands and marks, vertical rules, and a table of the figures behind each chart.

import { chartLegend, chartMark, seriesDash } from "./chart-legend.js";
import { html, svg, tableBehind } from "./dom.js";
import { linearScale, logScale, shortNumber, percentage } from "./scales.js";

const SIZE = { width: 460, height: 260, left: 58, right: 16, top: 12, bottom: 46 }; // in units of the picture

/** Points of a series that are marked; more marks would run into each other. */
const MOST_MARKS = 40;

/**
 * A chart with its caption.
 *
 * options: title, says (the alternative text), x {label, log, whole (only whole ticks), domain?}, y {label, log, share (of 0…1), domain?},
 * series [{name, colour (class c0 … c7, cn, ci), points [{x, y, low?, high?, note? (in the table)}], dash?}],
 * rules [{x, label, colour}], zones [{low, high, colour}] (of y).
 */
export function lineChart(options) {
  const heads = [options.x.label, ...options.series.map((series) => series.name)];
  return html(
    "figure",
    { class: "chart" },
    html("figcaption", {}, options.title),
    chartLegend(options.series),
    chartPicture(options),
    tableBehind(options.title, heads, () => chartRows(options)),
  );
}

/** The picture alone. */
export function chartPicture(options) {
  const { width, height, left, right, top, bottom } = SIZE;
  const { x, y, series, rules = [], zones = [] } = options;
  const points = series.flatMap((one) => one.points);
  const horizontal = axisScale(
    x,
    [...points, ...rules].map((point) => point.x),
    [left, width - right],
  );
  const vertical = axisScale(
    y,
    points.flatMap((point) => [point.y, point.low, point.high]),
    [height - bottom, top],
  );
  const label = `${options.title}. ${options.says}`;
  return svg(
    "svg",
    { class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, preserveAspectRatio: "xMidYMid meet" },
    ...zones.map((zone) => zoneShape(zone, vertical)),
    ...horizontalLines(vertical, y),
    ...verticalLines(horizontal, x),
    ...rules.map((rule) => ruleLine(rule, horizontal.position(rule.x))),
    ...series.flatMap((one, index) => seriesShapes(one, index, horizontal, vertical)),
    ...rules.map((rule, index) => ruleLabel(rule, horizontal.position(rule.x), index)),
  );
}

function axisScale(axis, values, range) {
  const known = values.filter((value) => Number.isFinite(value) && (!axis.log || value > 0));
  const low = axis.domain?.[0] ?? Math.min(...known);
  const high = axis.domain?.[1] ?? Math.max(...known);
  const domain = usableDomain(low, high, axis.log);
  const scale = axis.log ? logScale(domain, range) : linearScale(domain, range);
  return axis.whole ? { ...scale, ticks: scale.ticks.filter(Number.isInteger) } : scale;
}

/**
 * A domain of some extent, also for one value or none.
 * @returns {[number, number]}
 */
function usableDomain(low, high, isLog) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return isLog ? [1, 10] : [0, 1];
  return [low, high > low ? high : low + (isLog ? low : 1)];
}

function tickText(axis, tick) {
  return axis.share ? `${shortNumber(tick * 100)} %` : shortNumber(tick);
}

function horizontalLines(scale, axis) {
  return scale.ticks.flatMap((tick) => {
    const y = scale.position(tick);
    return [
      svg("line", { class: "gridline", x1: SIZE.left, x2: SIZE.width - SIZE.right, y1: y, y2: y }),
      svg("text", { x: SIZE.left - 6, y: y + 4, "text-anchor": "end" }, tickText(axis, tick)),
    ];
  });
}

/** The lines of the horizontal axis' ticks, the axis itself, and its label. */
function verticalLines(scale, axis) {
  const { width, height, left, right, top, bottom } = SIZE;
  const ground = height - bottom;
  const lines = scale.ticks.flatMap((tick) => {
    const x = scale.position(tick);
    return [
      svg("line", { class: "gridline", x1: x, x2: x, y1: top, y2: ground }),
      svg("text", { x, y: ground + 17, "text-anchor": "middle" }, tickText(axis, tick)),
    ];
  });
  return [
    ...lines,
    svg("line", { class: "axis", x1: left, x2: width - right, y1: ground, y2: ground }),
    svg("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, axis.label),
  ];
}

function seriesShapes({ points, colour, dash }, index, horizontal, vertical) {
  const places = points
    .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y))
    .map((point) => ({ ...point, left: horizontal.position(point.x), top: vertical.position(point.y) }));
  if (!places.length) return [];
  const banded = places.filter((point) => Number.isFinite(point.low) && Number.isFinite(point.high));
  const d = places.map(({ left, top }, i) => `${i ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`).join("");
  const marks = places.length <= MOST_MARKS ? places.map(({ left, top }) => chartMark(index, left, top)) : [];
  return [
    banded.length > 1 ? svg("path", { class: `band fill ${colour}`, d: bandPath(banded, vertical) }) : null,
    svg("path", { class: `series line ${colour}`, d, "stroke-dasharray": dash ?? seriesDash(index) }),
    svg("g", { class: `fill ${colour}` }, ...marks),
  ];
}

function zoneShape({ low, high, colour }, vertical) {
  const [top, bottom] = [vertical.position(high), vertical.position(low)];
  const place = { x: SIZE.left, y: top, width: SIZE.width - SIZE.left - SIZE.right, height: bottom - top };
  return svg("rect", { class: `band fill ${colour}`, ...place });
}

/** The outline of a band: the upper edge from left to right, then the lower edge back. */
function bandPath(points, vertical) {
  const text = (letter, point, value) => `${letter}${point.left.toFixed(1)} ${vertical.position(value).toFixed(1)}`;
  const high = points.map((point, i) => text(i ? "L" : "M", point, point.high));
  const low = [...points].reverse().map((point) => text("L", point, point.low));
  return `${high.join("")}${low.join("")}Z`;
}

function ruleLine(rule, x) {
  return svg("line", { class: `rule line ${rule.colour}`, x1: x, x2: x, y1: SIZE.top, y2: SIZE.height - SIZE.bottom });
}

/** The label of a rule, at its left where there is no room at its right; each label one line lower than the last. */
function ruleLabel(rule, x, index) {
  const isRight = x > SIZE.width * 0.6;
  const place = { x: isRight ? x - 5 : x + 5, y: SIZE.top + 22 + 17 * index, "text-anchor": isRight ? "end" : "start" };
  return svg("text", { ...place, class: "ink" }, rule.label);
}

// The figures of a line chart as rows of a table: one for each x, a column for each series.

/** The rows of a chart with the options of `lineChart`. */
function chartRows({ series, y }) {
  const places = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b);
  return places.map((x) => [
    shortNumber(x),
    ...series.map(({ points }) =>
      chartCell(
        points.find((point) => point.x === x),
        y,
      ),
    ),
  ]);
}

function chartCell(point, axis) {
  if (!point || !Number.isFinite(point.y)) return "";
  const text = axis.share ? percentage : shortNumber;
  const interval = Number.isFinite(point.low) ? ` (${text(point.low)} to ${text(point.high)})` : "";
  return `${text(point.y)}${interval}${point.note ? ` ${point.note}` : ""}`;
}
