// The phase portrait: states on the plane of their two main axes, where a repeated input takes them, and the fixed points.

import { basinShapes } from "./basins.js";
import { dotShapes, markShapes, orbitShapes, pathShapes } from "./portrait-shapes.js";
import { handleShape } from "./portrait-handle.js";
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
