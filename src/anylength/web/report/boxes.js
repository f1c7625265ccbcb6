// The regions of a certificate: for each state of the machine the interval of every coordinate, as bars side by side.

import { html, svg, tableBehind } from "../shared/dom.js";
import { linearScale, shortNumber } from "../shared/scales.js";
import { stateColour } from "../shared/theme.js";

const BOX_PLOT = { height: 230, top: 10, bottom: 34, left: 44 }; // in pixels
const COLUMNS = { least: 13, gap: 4, bar: 6 }; // widths: of a column, between columns, of a bar with its gap

const TITLE =
  "The regions of the proof: whatever the input, what the state adds to the next step (the recurrent term) stays in one of these boxes";

/** The boxes of one proof (a ProofView) with caption, legend and table. */
export function boxesFigure({ boxes }, names) {
  const rows = () =>
    boxes.flatMap((box) => box.low.map((low, i) => [box.state, i + 1, shortNumber(low), shortNumber(box.high[i])]));
  return html(
    "figure",
    {},
    html("figcaption", {}, TITLE),
    html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": TITLE }, boxesPicture(boxes, names)),
    boxesLegend(boxes, names),
    tableBehind(TITLE, ["state", "coordinate", "from", "to"], rows),
  );
}

function boxesPicture(boxes, names) {
  const count = boxes[0]?.low.length ?? 0;
  const column = Math.max(COLUMNS.least, COLUMNS.gap + COLUMNS.bar * boxes.length);
  const width = BOX_PLOT.left + count * column + 10;
  const ends = boxes.flatMap((box) => [...box.low, ...box.high]);
  const scale = linearScale([Math.min(...ends), Math.max(...ends)], [BOX_PLOT.height - BOX_PLOT.bottom, BOX_PLOT.top]);
  const bar = (column - COLUMNS.gap) / boxes.length;
  const bars = boxes.flatMap((box, k) =>
    box.low.map((low, i) => {
      const x = BOX_PLOT.left + i * column + COLUMNS.gap / 2 + k * bar;
      return barShape(x, bar, [scale.position(low), scale.position(box.high[i])], stateColour(names, box.state));
    }),
  );
  const words = `${TITLE}. ${boxes.length} boxes of ${count} intervals, one bar for each coordinate of the recurrent term.`;
  const size = { viewBox: `0 0 ${width} ${BOX_PLOT.height}`, width, height: BOX_PLOT.height, role: "img", "aria-label": words };
  return svg("svg", size, ...gridLines(scale, width), ...bars, axisLabel(BOX_PLOT.left + (count * column) / 2, count));
}

function gridLines(scale, width) {
  return scale.ticks.flatMap((tick) => {
    const y = scale.position(tick);
    return [
      svg("line", { class: "gridline", x1: BOX_PLOT.left, x2: width, y1: y, y2: y }),
      svg("text", { x: BOX_PLOT.left - 6, y: y + 4, "text-anchor": "end" }, shortNumber(tick)),
    ];
  });
}

function axisLabel(x, count) {
  return svg("text", { x, y: BOX_PLOT.height - 8, "text-anchor": "middle" }, `coordinates 1 … ${count} of the recurrent term`);
}

function barShape(x, width, [bottom, top], colour) {
  const size = { width: Math.max(width - 0.6, 1), height: Math.max(bottom - top, 1.5) };
  return svg("rect", { class: `fill ${colour}`, x, y: top, ...size, rx: 1 });
}

function boxesLegend(boxes, names) {
  const sign = (name) => {
    const bar = svg("rect", { class: `fill ${stateColour(names, name)}`, width: 8, height: 14 });
    return svg("svg", { width: 12, height: 14, viewBox: "0 0 12 14", "aria-hidden": "true" }, bar);
  };
  const states = [...new Set(boxes.map((box) => box.state))];
  return html("ul", { class: "legend" }, ...states.map((name) => html("li", {}, sign(name), `state “${name}”`)));
}
