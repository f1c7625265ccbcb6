// The handle of a portrait: the state at a step, which the reader drags or moves with the arrow keys.

import { PORTRAIT_SIZE } from "./portrait-view.js";
import { svg } from "./dom.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const KEY_STEPS = { usual: 8, withShift: 40 }; // units of the picture that one key press moves the handle

/** Radius of the ring, and the largest one of the dashed circle around it: a larger one would cover the picture. */
const RADII = { ring: 8, most: 150 };

/**
 * The handle {at, step, reads, colour, off, move} as a shape: a ring in the colour class of what the net reads there, with its name. The
 * dashed circle is as wide as the state is far off the picture. A state beyond the edges of the picture is drawn at the edge.
 * `move(dx, dy)` is called in the plane's units when the reader has moved it.
 */
export function handleShape(handle, view, drawing) {
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
