// The shapes of a portrait: states as dots, orbits, fixed points, and the path of an asked number.

import { linePath, PORTRAIT_SIZE } from "./portrait-view.js";
import { stateColour } from "./theme.js";
import { svg } from "./dom.js";

/** The name of the machine state that an orbit starts in: orbits are called "carry after the start". */
export function orbitState(orbit) {
  return orbit.name.split(" after ")[0];
}

/** The states of a frame as dots. */
export function dotShapes(picture, view) {
  return (picture.states ?? []).map((point, i) =>
    svg("circle", {
      class: `fill c${(picture.at[i] ?? 0) % 8}`,
      opacity: 0.55,
      r: 2.4,
      cx: view.x(point).toFixed(1),
      cy: view.y(point).toFixed(1),
    }),
  );
}

/** An orbit: a line, a dot for each step, a ring around the first one. */
export function orbitShapes(orbit, names, view) {
  const colour = stateColour(names, orbitState(orbit));
  const line = { class: `series line ${colour}`, "stroke-width": 1.2, opacity: 0.75, d: linePath(orbit.points, view) };
  const dots = orbit.points.map((point) => svg("circle", { r: 1.9, cx: view.x(point).toFixed(1), cy: view.y(point).toFixed(1) }));
  return [svg("path", line), svg("g", { class: `fill ${colour}` }, ...dots), startRing(orbit.points[0], colour, view)];
}

function startRing(point, colour, view) {
  if (!point) return null;
  return svg("circle", { class: `line ${colour}`, fill: "none", "stroke-width": 1.6, r: 5, cx: view.x(point), cy: view.y(point) });
}

/** A fixed point: a disc with a label where it attracts, a diamond where it repels. */
export function markShapes(mark, names, view) {
  const [x, y] = [view.x(mark.at), view.y(mark.at)];
  const colour = stateColour(names, mark.reads);
  return mark.stable ? [disc(x, y, colour), discLabel(x, y, mark.reads ?? "no state")] : [diamond(x, y, colour)];
}

function disc(x, y, colour) {
  return svg("circle", { class: `fill ${colour}`, stroke: "var(--card)", "stroke-width": 2, r: 7.5, cx: x, cy: y });
}

function discLabel(x, y, text) {
  const isRight = x > PORTRAIT_SIZE.width * 0.75;
  const place = { x: isRight ? x - 11 : x + 11, y: y + (y < 30 ? 14 : -6), "text-anchor": isRight ? "end" : "start" };
  return svg("text", { ...place, class: "ink" }, text);
}

function diamond(x, y, colour) {
  const d = `M${x} ${y - 7}L${x + 7} ${y}L${x} ${y + 7}L${x - 7} ${y}Z`;
  return svg("path", { class: `line ${colour}`, fill: "var(--card)", "stroke-width": 2.2, d });
}

/** The states of an asked number as a line: {before, push?, after?}, each [x, y][]; the push and what follows it are dashed. */
export function pathShapes({ before, push = [], after = [] }, view) {
  const line = { class: "series line ci", "stroke-width": 1.3, opacity: 0.8 };
  return [
    before.length ? svg("path", { ...line, d: linePath(before, view) }) : null,
    push.length ? svg("path", { ...line, "stroke-width": 2.6, "stroke-dasharray": "2 4", d: linePath(push, view) }) : null,
    after.length ? svg("path", { ...line, "stroke-dasharray": "6 3", d: linePath(after, view) }) : null,
    ...after.map((point) => svg("circle", { class: "fill ci", r: 2.2, cx: view.x(point).toFixed(1), cy: view.y(point).toFixed(1) })),
  ];
}
