// The arrows of a machine's picture, each with what is read and answered.

import { shortLabel, STATE_RADIUS } from "./machine-shapes.js";
import { svg } from "../shared/dom.js";

const LABEL_LENGTH = 30; // characters of an arrow's label
const BEND = 0.22; // height of an arrow's arc as a share of its length, so that the arrows of both directions lie apart

/** The arrow of a transition: a loop, or an arc between two states. */
export function edgeShapes({ source, target, label }, places, middle) {
  const [from, to] = [places[source], places[target]];
  return source === target ? loopShapes(from, middle, label) : arcShapes(from, to, label);
}

/** A loop above the state, or below it for states in the lower half. */
function loopShapes([x, y], middle, label) {
  const isBelow = y > middle[1] + 1;
  const side = isBelow ? 1 : -1;
  const far = y + side * (STATE_RADIUS + 46);
  const d = `M${x - 11} ${y + side * (STATE_RADIUS - 3)}C${x - 38} ${far} ${x + 38} ${far} ${x + 11} ${y + side * (STATE_RADIUS - 1)}`;
  return [edgeLine(d), edgeText(x, y + side * (STATE_RADIUS + 42) + (isBelow ? 12 : -2), label)];
}

function arcShapes(from, to, label) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const [nx, ny] = [dy / length, -dx / length];
  const [midX, midY] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const bend = BEND * length;
  const control = [midX + nx * bend, midY + ny * bend];
  const [start, end] = [rimPoint(from, control), rimPoint(to, control)];
  return [
    edgeLine(`M${start.join(" ")}Q${control.join(" ")} ${end.join(" ")}`),
    edgeText(midX + nx * (bend * 0.5 + 12), midY + ny * (bend * 0.5 + 14) + 2, label),
  ];
}

/** The point on the rim of a state's circle in the direction of another point. */
function rimPoint(state, towards) {
  const [dx, dy] = [towards[0] - state[0], towards[1] - state[1]];
  const share = (STATE_RADIUS + 2) / Math.hypot(dx, dy);
  return [state[0] + dx * share, state[1] + dy * share];
}

function edgeLine(d) {
  return svg("path", { d, fill: "none", stroke: "var(--muted)", "stroke-width": 1.6, "marker-end": "url(#arrowhead)" });
}

function edgeText(x, y, label) {
  const text = shortLabel(label, LABEL_LENGTH);
  return svg("text", { class: "ink", x, y, "text-anchor": "middle" }, text, text === label ? null : svg("title", {}, label));
}
