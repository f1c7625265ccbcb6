// The figures of a line chart as rows of a table: one for each x, a column for each series.

import { percentage, shortNumber } from "./scales.js";

/** The rows of a chart with the options of `lineChart`. */
export function chartRows({ series, y }) {
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
