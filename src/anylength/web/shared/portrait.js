// The phase portrait: states on the plane of their two main axes, where a repeated input takes them, and the fixed points.

import { basinShapes } from "./basins.js";
import { dotShapes, markShapes, orbitShapes, pathShapes } from "./portrait-shapes.js";
import { html, refill, svg, tableBehind } from "./dom.js";
import { portraitLegend } from "./portrait-legend.js";
import { PORTRAIT_SIZE, portraitView } from "./portrait-view.js";
import { shortNumber } from "./scales.js";

const LABEL_ROOM = 70; // units of the picture that a label takes beside its point

/**
 * A portrait with caption, legend and table.
 *
 * picture: {symbol, share, orbits [{name, points}], marks [{at, stable, reads}], corners?, basins?, states?, at?}: a Portrait or a
 * frame's Plane. options: names (the machine's states), title, path? (the states of an asked number, see `pathShapes`), handle? (a point that
 * can be dragged or moved by arrow keys, see `handleShape`).
 */
export function portraitFigure(picture, options) {
  return html(
    "figure",
    { class: "portrait" },
    html("figcaption", {}, options.title),
    portraitPicture(picture, options),
    portraitLegend(picture, options.names),
    tableBehind("fixed points and orbits", ["what", "decoded as", "axis 1", "axis 2"], () => portraitRows(picture)),
  );
}

/** The picture alone. */
export function portraitPicture(picture, options) {
  const { path = { before: [] }, handle } = options;
  return new LivePortrait(picture, options).show(path, handle);
}

/** A picture with a path and a handle that change. The rest is drawn again only when the view changes. */
export class LivePortrait {
  constructor(picture, { names, title }) {
    this.picture = picture;
    this.names = names;
    this.below = svg("g");
    this.above = svg("g");
    const { width, height } = PORTRAIT_SIZE;
    const attributes = { viewBox: `0 0 ${width} ${height}`, "aria-label": `${title}. ${portraitWords(picture)}` };
    this.drawing = svg("svg", attributes, this.below, this.above);
  }

  /** Shows a path, and a handle where there is one. Returns the drawing, always the same one. */
  show(path, handle) {
    const { before, push = [], after = [] } = path;
    const view = portraitView(this.picture, [...before, ...push, ...after]);
    const corners = JSON.stringify([view.low, view.high]);
    if (corners !== this.corners) this.draw(view);
    this.corners = corners;
    this.drawing.setAttribute("role", handle ? "group" : "img");
    refill(this.above, ...pathShapes(path, view), handle ? handleShape(this.named(handle, view), view, this.drawing) : null);
    return this.drawing;
  }

  /** The handle without its name where a fixed point of the same name is near, for the two would cover each other. */
  named(handle, view) {
    const distance = ({ at }) => Math.hypot(view.x(at) - view.x(handle.at), view.y(at) - view.y(handle.at));
    const isNamed = this.picture.marks.some((mark) => mark.stable && mark.reads === handle.reads && distance(mark) < LABEL_ROOM);
    return isNamed ? { ...handle, reads: null } : handle;
  }

  draw(view) {
    const { picture, names } = this;
    refill(
      this.below,
      ...basinShapes(picture, names, view),
      ...dotShapes(picture, view),
      ...picture.orbits.flatMap((orbit) => orbitShapes(orbit, names, view)),
      ...picture.marks.flatMap((mark) => markShapes(mark, names, view)),
    );
  }
}

/** What a portrait shows, in words. */
export function portraitWords({ symbol, marks }) {
  const attracting = marks.filter((mark) => mark.stable);
  const decoded = attracting.map((mark) => mark.reads ?? "no state");
  const repelling = marks.length - attracting.length;
  return (
    `While the net reads ${symbol} again and again, its state has ${counted(attracting.length, "attracting fixed point")}` +
    `${decoded.length ? ` (decoded as: ${decoded.join(", ")})` : ""} and ${counted(repelling, "repelling fixed point")}.`
  );
}

function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function portraitRows(picture) {
  const written = (point) => [shortNumber(point[0]), shortNumber(point[1])];
  const marks = picture.marks.map((mark) => [
    mark.stable ? "attracting fixed point" : "repelling fixed point",
    mark.reads ?? "–",
    ...written(mark.at),
  ]);
  const orbits = picture.orbits.flatMap((orbit) => [
    [`orbit of ${orbit.name}: first step`, "", ...written(orbit.points[0])],
    [`orbit of ${orbit.name}: step ${orbit.points.length}`, "", ...written(orbit.points.at(-1))],
  ]);
  return [...marks, ...orbits];
}

// The handle of a portrait: the state at a step, which the reader drags or moves with the arrow keys.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const KEY_STEPS = { usual: 8, withShift: 40 }; // units of the picture that one key press moves the handle

/** Radius of the ring, and the largest one of the dashed circle around it: a larger one would cover the picture. */
const RADII = { ring: 8, most: 150 };

/**
 * The handle {at, step, reads, colour, off, move} as a shape: a ring in the colour class of what the net reads there, with its name. The
 * dashed circle is as wide as the state is far off the picture. A state beyond the edges of the picture is drawn at the edge.
 * `move(dx, dy)` is called in the plane's units when the reader has moved it.
 */
function handleShape(handle, view, drawing) {
  const [cx, cy] = view.inside(handle.at);
  const place = { cx, cy };
  const label = `The state after step ${handle.step + 1}. Arrow keys move it in the plane.`;
  const knob = svg(
    "g",
    { tabindex: "0", role: "application", class: `handle ${handle.colour}`, "aria-label": label },
    haloShape(handle, view, place),
    svg("circle", { r: 14, ...place, fill: "transparent" }),
    svg("circle", { r: RADII.ring, ...place, fill: "var(--card)", stroke: "var(--ink)", "stroke-width": 6 }),
    svg("circle", { r: RADII.ring, ...place, class: "line", fill: "none", "stroke-width": 4 }),
    svg("circle", { r: 2.5, ...place, fill: "var(--ink)" }),
    nameShape(handle, place),
  );
  const moveBy = (right, up) => handle.move(right * view.units[0], up * view.units[1]);
  knob.addEventListener("keydown", (event) => moveByKey(event, moveBy));
  knob.addEventListener("pointerdown", (event) => startDrag(event, knob, drawing, moveBy));
  return knob;
}

function haloShape({ off, at }, view, place) {
  const radii = view.units.map((unit) => Math.min(RADII.most, off / unit));
  if (Math.min(...radii) < RADII.ring || !at.every(Number.isFinite)) return null;
  const line = { class: "line", fill: "none", "stroke-width": 1.4, "stroke-dasharray": "4 3" };
  return svg("ellipse", { ...place, rx: radii[0].toFixed(1), ry: radii[1].toFixed(1), ...line });
}

function nameShape({ reads }, { cx, cy }) {
  if (!reads) return null;
  const isRight = cx > PORTRAIT_SIZE.width * 0.75;
  const place = { x: isRight ? cx - 14 : cx + 14, y: cy + 18, "text-anchor": isRight ? "end" : "start" };
  return svg("text", { ...place, class: "ink" }, reads);
}

function moveByKey(event, moveBy) {
  const direction = ARROWS[event.key];
  if (!direction) return;
  event.preventDefault();
  const length = event.shiftKey ? KEY_STEPS.withShift : KEY_STEPS.usual;
  moveBy(direction[0] * length, direction[1] * length);
}

function startDrag(event, knob, drawing, moveBy) {
  event.preventDefault();
  const scale = PORTRAIT_SIZE.width / drawing.getBoundingClientRect().width;
  const [startX, startY] = [event.clientX, event.clientY];
  const shiftTo = (now) => [(now.clientX - startX) * scale, (now.clientY - startY) * scale];
  knob.setPointerCapture(event.pointerId);
  knob.onpointermove = (now) => knob.setAttribute("transform", `translate(${shiftTo(now).join(" ")})`);
  knob.onpointerup = (now) => {
    knob.onpointermove = null;
    knob.onpointerup = null;
    const [right, down] = shiftTo(now);
    moveBy(right, -down);
  };
}
