// The legend of a portrait: what its colours and marks mean.

import { html, svg } from "./dom.js";
import { legendEntry, listedStates } from "./state-legend.js";
import { orbitState } from "./portrait-shapes.js";
import { stateColour } from "./theme.js";

/** The legend of a picture with every state of the machine; `handle` is whether the reader can move a state in it. */
export function portraitLegend(picture, names, { handle = false } = {}) {
  const seen = new Set([...picture.orbits.map(orbitState), ...picture.marks.map((mark) => mark.reads)].filter(Boolean));
  const ring = { class: "line ci", fill: "none", "stroke-width": 1.6, cx: 9, cy: 9, r: 5 };
  const dashes = { class: "series line ci", "stroke-width": 1.4, "stroke-dasharray": "1 3", d: "M1 9H17" };
  return html(
    "ul",
    { class: "legend" },
    ...listedStates(names, seen).map((name) => stateEntry(name, names)),
    picture.marks.some((mark) => mark.stable) ? legendEntry(attractor(), "attracting fixed point") : null,
    picture.marks.some((mark) => !mark.stable) ? legendEntry(repeller(), "repelling fixed point") : null,
    picture.orbits.length ? legendEntry(svg("circle", ring), "start of an orbit") : null,
    new Set(picture.basins?.flat()).size > 1 ? legendEntry(svg("path", dashes), "basin boundary") : null,
    ...(handle ? handleEntries() : []),
  );
}

function stateEntry(name, names) {
  return legendEntry(svg("circle", { class: `fill ${stateColour(names, name)}`, cx: 9, cy: 9, r: 5 }), `state “${name}”`);
}

function attractor() {
  return svg("circle", { class: "fill ci", cx: 9, cy: 9, r: 7 });
}

function repeller() {
  return svg("path", { class: "line ci", fill: "none", "stroke-width": 2, d: "M9 2L16 9L9 16L2 9Z" });
}

function handleEntries() {
  const ring = svg("circle", { class: "line ci", fill: "none", "stroke-width": 3, cx: 9, cy: 9, r: 6 });
  const halo = svg("circle", { class: "line ci", fill: "none", "stroke-width": 1.2, "stroke-dasharray": "3 2.5", cx: 9, cy: 9, r: 8 });
  return [
    legendEntry(ring, "the state that you can move, in the colour of what the net reads there"),
    legendEntry(halo, "how far that state lies off the picture"),
  ];
}
