// Line charts as SVG: series with bands and marks, vertical rules, a legend, and a table of the figures behind each.

import { html, svg, tableBehind } from "./dom.js";
import { linearScale, logScale, percentage, shortNumber } from "./scales.js";

const SIZE = { width: 460, height: 260, left: 58, right: 16, top: 12, bottom: 46 };
const DASHES = ["", "7 4", "2 3", "9 3 2 3"];
const MARK_AT_MOST = 40;

/**
 * A chart with its caption.
 *
 * options: title, says (the alternative text), x {label, log, whole (only whole ticks), domain?}, y {label, log, share (of 0…1), domain?},
 * series [{name, colour (class c0 … c7, cn, ci), points [{x, y, low?, high?}], dash?}], rules [{x, label, colour}].
 */
export function lineChart(options) {
  const drawn = chartPicture(options);
  const rows = () => chartRows(options);
  const heads = [options.x.label, ...options.series.map((each) => each.name)];
  return html(
    "figure",
    { class: "chart" },
    html("figcaption", {}, options.title),
    chartLegend(options),
    drawn,
    tableBehind(options.title, heads, rows),
  );
}

/** The picture alone. */
export function chartPicture(options) {
  const { width, height, left, right, top, bottom } = SIZE;
  const across = scaleOf(options.x, options.series, (point) => [point.x], [left, width - right], options.rules);
  const up = scaleOf(options.y, options.series, (point) => [point.y, point.low, point.high], [height - bottom, top]);
  return svg(
    "svg",
    {
      class: "plot",
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `${options.title}. ${options.says}`,
      preserveAspectRatio: "xMidYMid meet",
    },
    ...gridOf(across, up, options),
    ...(options.rules ?? []).map((rule) => ruleLine(rule, across)),
    ...options.series.flatMap((each, at) => seriesOf(each, at, across, up)),
    ...(options.rules ?? []).map((rule, at) => ruleLabel(rule, across, at)),
  );
}

function scaleOf(axis, series, read, range, rules = []) {
  const values = series.flatMap((each) => each.points.flatMap(read)).concat(rules.map((rule) => rule.x));
  const known = values.filter((value) => Number.isFinite(value) && (!axis.log || value > 0));
  const low = axis.domain?.[0] ?? Math.min(...known);
  const high = axis.domain?.[1] ?? Math.max(...known);
  const safe =
    Number.isFinite(low) && Number.isFinite(high)
      ? [low, high > low ? high : low + (axis.log ? low : 1)]
      : [axis.log ? 1 : 0, axis.log ? 10 : 1];
  const scale = axis.log ? logScale(safe, range) : linearScale(safe, range);
  return axis.whole ? { ...scale, ticks: scale.ticks.filter(Number.isInteger) } : scale;
}

function gridOf(across, up, options) {
  const { width, height, left, right, top, bottom } = SIZE;
  const written = (axis, tick) => (axis.share ? `${shortNumber(tick * 100)} %` : shortNumber(tick));
  const level = up.ticks.flatMap((tick) => [
    svg("line", { class: "gridline", x1: left, x2: width - right, y1: up.at(tick), y2: up.at(tick) }),
    svg("text", { x: left - 6, y: up.at(tick) + 4, "text-anchor": "end" }, written(options.y, tick)),
  ]);
  const upright = across.ticks.flatMap((tick) => [
    svg("line", { class: "gridline", x1: across.at(tick), x2: across.at(tick), y1: top, y2: height - bottom }),
    svg("text", { x: across.at(tick), y: height - bottom + 17, "text-anchor": "middle" }, written(options.x, tick)),
  ]);
  return [
    ...level,
    ...upright,
    svg("line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }),
    svg("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, options.x.label),
  ];
}

function seriesOf(each, at, across, up) {
  const places = each.points
    .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y))
    .map((point) => ({ ...point, px: across.at(point.x), py: up.at(point.y) }));
  if (!places.length) return [];
  const banded = places.filter((point) => Number.isFinite(point.low) && Number.isFinite(point.high));
  const line = places.map((point, i) => `${i ? "L" : "M"}${point.px.toFixed(1)} ${point.py.toFixed(1)}`).join("");
  const marks = places.length <= MARK_AT_MOST ? places.map((point) => chartMark(at, point.px, point.py)) : [];
  return [
    banded.length > 1 ? svg("path", { class: `band fill ${each.colour}`, d: bandOf(banded, up) }) : null,
    svg("path", { class: `series line ${each.colour}`, d: line, "stroke-dasharray": each.dash ?? DASHES[at % DASHES.length] }),
    svg("g", { class: `fill ${each.colour}` }, ...marks),
  ];
}

function bandOf(points, up) {
  const high = points.map((point, i) => `${i ? "L" : "M"}${point.px.toFixed(1)} ${up.at(point.high).toFixed(1)}`);
  const low = [...points].reverse().map((point) => `L${point.px.toFixed(1)} ${up.at(point.low).toFixed(1)}`);
  return `${high.join("")}${low.join("")}Z`;
}

/** A mark whose shape tells series apart without colour: circle, square, triangle, diamond. */
export function chartMark(kind, x, y, size = 3.2) {
  const place = `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
  const shapes = [
    () => svg("circle", { r: size, transform: place }),
    () => svg("rect", { x: -size, y: -size, width: 2 * size, height: 2 * size, transform: place }),
    () => svg("path", { d: `M0 ${-1.3 * size}L${1.2 * size} ${size}L${-1.2 * size} ${size}Z`, transform: place }),
    () => svg("path", { d: `M0 ${-1.4 * size}L${1.4 * size} 0L0 ${1.4 * size}L${-1.4 * size} 0Z`, transform: place }),
  ];
  return shapes[kind % shapes.length]();
}

function ruleLine(rule, across) {
  const x = across.at(rule.x);
  return svg("line", { class: `rule line ${rule.colour}`, x1: x, x2: x, y1: SIZE.top, y2: SIZE.height - SIZE.bottom });
}

function ruleLabel(rule, across, at) {
  const x = across.at(rule.x);
  const late = x > SIZE.width * 0.6;
  return svg(
    "text",
    { x: late ? x - 5 : x + 5, y: SIZE.top + 22 + 17 * at, "text-anchor": late ? "end" : "start", class: "ink" },
    rule.label,
  );
}

function chartLegend(options) {
  const entries = options.series.map((each, at) =>
    html(
      "li",
      { class: each.colour },
      svg(
        "svg",
        { width: 34, height: 12, viewBox: "0 0 34 12", "aria-hidden": "true" },
        svg("path", {
          class: `series line ${each.colour}`,
          d: "M1 6H33",
          "stroke-dasharray": each.dash ?? DASHES[at % DASHES.length],
        }),
        svg("g", { class: `fill ${each.colour}` }, chartMark(at, 17, 6)),
      ),
      each.name,
    ),
  );
  return html("ul", { class: "legend" }, ...entries);
}

function chartRows(options) {
  const places = [...new Set(options.series.flatMap((each) => each.points.map((point) => point.x)))].sort((a, b) => a - b);
  return places.map((x) => [
    shortNumber(x),
    ...options.series.map((each) =>
      chartCell(
        each.points.find((point) => point.x === x),
        options.y,
      ),
    ),
  ]);
}

function chartCell(point, axis) {
  if (!point || !Number.isFinite(point.y)) return "";
  const written = axis.share ? percentage : shortNumber;
  const interval = Number.isFinite(point.low) ? ` (${written(point.low)} to ${written(point.high)})` : "";
  return written(point.y) + interval;
}
