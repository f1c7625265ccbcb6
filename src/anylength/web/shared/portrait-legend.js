// The legend of a portrait: what its colours and marks mean.

import { html, svg } from "./dom.js";
import { orbitState } from "./portrait-shapes.js";
import { stateColour } from "./theme.js";

/** The legend of a picture; states that no orbit starts in are left out. */
export function portraitLegend(picture, names) {
  const states = [...new Set(picture.orbits.map(orbitState))].map((name) => stateEntry(name, names));
  const ring = { class: "line ci", fill: "none", "stroke-width": 1.6, cx: 9, cy: 9, r: 5 };
  const dashes = { class: "series line ci", "stroke-width": 1.4, "stroke-dasharray": "1 3", d: "M1 9H17" };
  return html(
    "ul",
    { class: "legend" },
    ...states,
    entry(svg("circle", { class: "fill ci", cx: 9, cy: 9, r: 7 }), "attracting fixed point"),
    entry(svg("path", { class: "line ci", fill: "none", "stroke-width": 2, d: "M9 2L16 9L9 16L2 9Z" }), "repelling fixed point"),
    entry(svg("circle", ring), "start of an orbit"),
    picture.basins?.length ? entry(svg("path", dashes), "basin boundary") : null,
  );
}

function stateEntry(name, names) {
  return entry(svg("circle", { class: `fill ${stateColour(names, name)}`, cx: 9, cy: 9, r: 5 }), `state “${name}”`);
}

function entry(shape, text) {
  return html("li", {}, svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, shape), text);
}
