// The regions of a certificate: for each state of the machine the interval of every coordinate, as bars side by side.

import { html, svg, tableBehind } from "../shared/dom.js";
import { linearScale, shortNumber } from "../shared/scales.js";
import { stateColour } from "../shared/portrait.js";

const TALL = { height: 230, top: 10, bottom: 34, left: 44, column: 13 };

/** The boxes of one proof (a ProofView) with caption and table. */
export function boxesFigure(proof, names) {
  const title = "The regions: every state that any input can lead to lies in one of these boxes";
  const rows = () =>
    proof.boxes.flatMap((box) => box.low.map((low, i) => [box.state, i + 1, shortNumber(low), shortNumber(box.high[i])]));
  const says = `${proof.boxes.length} boxes of ${proof.boxes[0]?.low.length ?? 0} intervals, one bar for each coordinate of a state's message to the next step.`;
  return html(
    "figure",
    {},
    html("figcaption", {}, title),
    html(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": title },
      boxesPicture(proof, names, `${title}. ${says}`),
    ),
    boxesLegend(proof, names),
    tableBehind(title, ["state", "coordinate", "from", "to"], rows),
  );
}

function boxesPicture(proof, names, says) {
  const count = proof.boxes[0]?.low.length ?? 0;
  const column = Math.max(TALL.column, 4 + 6 * proof.boxes.length);
  const width = TALL.left + count * column + 10;
  const all = proof.boxes.flatMap((box) => [...box.low, ...box.high]);
  const up = linearScale([Math.min(...all), Math.max(...all)], [TALL.height - TALL.bottom, TALL.top]);
  const grid = up.ticks.flatMap((tick) => [
    svg("line", { class: "gridline", x1: TALL.left, x2: width, y1: up.at(tick), y2: up.at(tick) }),
    svg("text", { x: TALL.left - 6, y: up.at(tick) + 4, "text-anchor": "end" }, shortNumber(tick)),
  ]);
  const bars = proof.boxes.flatMap((box, k) =>
    box.low.map((low, i) => barShape(box, k, i, low, up, column, proof.boxes.length, names)),
  );
  const label = svg(
    "text",
    { x: TALL.left + (count * column) / 2, y: TALL.height - 8, "text-anchor": "middle" },
    `coordinates 1 … ${count} of the message`,
  );
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${TALL.height}`, width, height: TALL.height, role: "img", "aria-label": says },
    ...grid,
    ...bars,
    label,
  );
}

function barShape(box, k, i, low, up, column, boxes, names) {
  const wide = (column - 4) / boxes;
  const [top, bottom] = [up.at(box.high[i]), up.at(low)];
  const x = TALL.left + i * column + 2 + k * wide;
  return svg("rect", {
    class: `fill ${stateColour(names, box.state)}`,
    x,
    y: top,
    width: Math.max(wide - 0.6, 1),
    height: Math.max(bottom - top, 1.5),
    rx: 1,
  });
}

function boxesLegend(proof, names) {
  const states = [...new Set(proof.boxes.map((box) => box.state))];
  const sign = (name) =>
    svg(
      "svg",
      { width: 12, height: 14, viewBox: "0 0 12 14", "aria-hidden": "true" },
      svg("rect", { class: `fill ${stateColour(names, name)}`, width: 8, height: 14 }),
    );
  return html("ul", { class: "legend" }, ...states.map((name) => html("li", {}, sign(name), `state “${name}”`)));
}
