// The handle of a portrait: the state at a step, which the reader drags or moves with the arrow keys.

import { PORTRAIT_SIZE } from "./portrait-view.js";
import { svg } from "./dom.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const KEY_STEPS = { usual: 8, withShift: 40 }; // units of the picture that one key press moves the handle

/** The handle {at, move} as a shape. `move(dx, dy)` is called in the plane's units when the reader has moved it. */
export function handleShape(handle, view, drawing) {
  const place = { cx: view.x(handle.at), cy: view.y(handle.at) };
  const label = "The state at this step. Arrow keys move it in the plane.";
  const knob = svg(
    "g",
    { tabindex: "0", role: "application", class: "handle", "aria-label": label },
    svg("circle", { r: 14, ...place, fill: "transparent" }),
    svg("circle", { r: 8, ...place, fill: "var(--card)", stroke: "var(--ink)", "stroke-width": 3 }),
    svg("circle", { r: 2.5, ...place, fill: "var(--ink)" }),
  );
  const moveBy = (right, up) => handle.move(right * view.units[0], up * view.units[1]);
  knob.addEventListener("keydown", (event) => moveByKey(event, moveBy));
  knob.addEventListener("pointerdown", (event) => startDrag(event, knob, drawing, moveBy));
  return knob;
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
