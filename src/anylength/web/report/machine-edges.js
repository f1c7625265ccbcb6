// The arrows of a machine's picture, each with what is read and answered.

import { shortLabel, STATE_RADIUS } from "./machine-shapes.js";
import { svg } from "../shared/dom.js";

const LABEL_LENGTH = 30; // characters of an arrow's label
const BEND = 0.22; // height of an arrow's arc as a share of its length, so that the arrows of both directions lie apart

/** Shares of an arc at which its label may be: the middle first. */
const LABEL_SHARES = [0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75];

/** The arrow of a transition: a loop, or an arc between two states. With `room`, a LabelRoom, a label goes where there is some. */
export function edgeShapes({ source, target, label }, places, { middle, room }) {
  const [from, to] = [places[source], places[target]];
  return source === target ? loopShapes(from, label, { middle, room }) : arcShapes(from, to, label, room);
}

/** A loop above the state, or below it for states in the lower half. */
function loopShapes([x, y], label, { middle, room }) {
  const isBelow = y > middle[1] + 1;
  const side = isBelow ? 1 : -1;
  const far = y + side * (STATE_RADIUS + 46);
  const d = `M${x - 11} ${y + side * (STATE_RADIUS - 3)}C${x - 38} ${far} ${x + 38} ${far} ${x + 11} ${y + side * (STATE_RADIUS - 1)}`;
  const place = [x, y + side * (STATE_RADIUS + 42) + (isBelow ? 12 : -2)];
  room?.take([place], shortLabel(label, LABEL_LENGTH));
  return [edgeLine(d), edgeText(...place, label)];
}

function arcShapes(from, to, label, room) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const [nx, ny] = [dy / length, -dx / length];
  const [midX, midY] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const bend = BEND * length;
  const control = [midX + nx * bend, midY + ny * bend];
  const [start, end] = [rimPoint(from, control), rimPoint(to, control)];
  const usual = [midX + nx * (bend * 0.5 + 12), midY + ny * (bend * 0.5 + 14) + 2];
  const along = (share) => {
    const [x, y] = arcPoint(from, control, to, share);
    return [x + nx * 12, y + ny * 14 + 2];
  };
  const place = room ? room.take(LABEL_SHARES.map(along), shortLabel(label, LABEL_LENGTH)) : usual;
  return [edgeLine(`M${start.join(" ")}Q${control.join(" ")} ${end.join(" ")}`), edgeText(...place, label)];
}

/** The point at a share of a quadratic curve. */
function arcPoint(from, control, to, share) {
  const [a, b, c] = [(1 - share) ** 2, 2 * share * (1 - share), share ** 2];
  return [0, 1].map((axis) => a * from[axis] + b * control[axis] + c * to[axis]);
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
