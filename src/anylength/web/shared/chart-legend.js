// Legends of charts, and the dashes and marks that tell series apart without colour.

import { html, svg } from "./dom.js";

const DASHES = ["", "7 4", "2 3", "9 3 2 3"];

/** The dash pattern of a series by its place in the chart. */
export function seriesDash(index) {
  return DASHES[index % DASHES.length];
}

/** A mark whose shape tells series apart: circle, square, triangle, diamond. */
export function chartMark(index, x, y, size = 3.2) {
  const transform = `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
  const shapes = [
    () => svg("circle", { r: size, transform }),
    () => svg("rect", { x: -size, y: -size, width: 2 * size, height: 2 * size, transform }),
    () => svg("path", { d: `M0 ${-1.3 * size}L${1.2 * size} ${size}L${-1.2 * size} ${size}Z`, transform }),
    () => svg("path", { d: `M0 ${-1.4 * size}L${1.4 * size} 0L0 ${1.4 * size}L${-1.4 * size} 0Z`, transform }),
  ];
  return shapes[index % shapes.length]();
}

/** The legend: a piece of each line with its mark and name. */
export function chartLegend(series) {
  return html("ul", { class: "legend" }, ...series.map(legendItem));
}

function legendItem({ name, colour, dash }, index) {
  const line = { class: `series line ${colour}`, d: "M1 6H33", "stroke-dasharray": dash ?? seriesDash(index) };
  const sign = svg(
    "svg",
    { width: 34, height: 12, viewBox: "0 0 34 12", "aria-hidden": "true" },
    svg("path", line),
    svg("g", { class: `fill ${colour}` }, chartMark(index, 17, 6)),
  );
  return html("li", { class: colour }, sign, name);
}
