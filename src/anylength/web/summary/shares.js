// A figure of shares: a row for each setting, its share as a mark and the interval as a line.

import { chartMark } from "../shared/chart-legend.js";
import { html, svg, tableBehind } from "../shared/dom.js";
import { linearScale, percentage, shortNumber } from "../shared/scales.js";

const ROW = { height: 26, left: 190, right: 20, width: 560, top: 8, bottom: 34 }; // in units of the picture
const MOST_ROWS = 40; // a figure of more rows is longer than a page; the table of the settings has all
const NAME_LENGTH = 30; // characters of a setting's name that fit at the left

/** The figure of a measure, or null where the sweep did not measure it. */
export function sharesFigure(groups, measure, title) {
  const known = groups.filter((group) => group[measure] !== null).slice(0, MOST_ROWS);
  if (!known.length) return null;
  const rows = () => known.map(({ name, [measure]: share }) => [name, `${share.right} of ${share.tried}`, intervalWords(share)]);
  const behind = tableBehind(title, ["setting", "nets", "95 % interval"], rows);
  return html("figure", { class: "chart" }, html("figcaption", {}, title), sharesPicture(known, measure, title), behind);
}

function sharesPicture(groups, measure, title) {
  const height = ROW.top + groups.length * ROW.height + ROW.bottom;
  const scale = linearScale([0, 1], [ROW.left, ROW.width - ROW.right]);
  const words = groups.map(({ name, [measure]: share }) => `${name}: ${percentage(share.right / share.tried)}`).join("; ");
  return svg(
    "svg",
    { viewBox: `0 0 ${ROW.width} ${height}`, role: "img", "aria-label": `${title}. ${words}` },
    ...gridShapes(scale, height - ROW.bottom),
    ...groups.flatMap((group, i) => shareRow(group.name, group[measure], ROW.top + (i + 0.5) * ROW.height, scale)),
  );
}

function gridShapes(scale, bottom) {
  return scale.ticks.flatMap((tick) => {
    const x = scale.position(tick);
    return [
      svg("line", { class: "gridline", x1: x, x2: x, y1: ROW.top, y2: bottom }),
      svg("text", { x, y: bottom + 16, "text-anchor": "middle" }, `${shortNumber(tick * 100)} %`),
    ];
  });
}

function shareRow(name, share, y, scale) {
  const text = name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;
  const interval = { x1: scale.position(share.low), x2: scale.position(share.high), y1: y, y2: y };
  return [
    svg("text", { x: ROW.left - 8, y: y + 4, "text-anchor": "end", class: "ink" }, text),
    svg("line", { class: "series line c1", ...interval }),
    svg("g", { class: "fill c1" }, chartMark(0, scale.position(share.right / share.tried), y, 4.5)),
  ];
}

function intervalWords(share) {
  return `${percentage(share.low)} to ${percentage(share.high)}`;
}
