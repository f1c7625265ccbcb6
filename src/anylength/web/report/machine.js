// A finite machine as a picture: states on a circle, arrows with what is read and answered; and the same as a table.

import { html, svg, tableBehind } from "../shared/dom.js";

const STATE = 26;
const MOST_STATES = 12;
const LABEL_LENGTH = 30;

/** A machine (a MachineView) with caption and table; more than 12 states are shown as a table alone. */
export function machineFigure(machine) {
  const rows = () => machine.edges.map((edge) => [machine.names[edge.source], edge.label, machine.names[edge.target]]);
  const table = tableBehind("transitions", ["in state", "reads / answers", "goes to"], rows);
  const drawn = machine.names.length <= MOST_STATES;
  return html(
    "figure",
    { class: "machine" },
    html("figcaption", {}, machine.says),
    drawn ? machinePicture(machine) : html("p", { class: "quiet" }, `${machine.names.length} states: too many to draw.`),
    table,
  );
}

function machinePicture(machine) {
  const count = machine.names.length;
  const radius = count === 1 ? 0 : count === 2 ? 120 : Math.max(120, 34 * count);
  const [width, height] = [2 * radius + 260, count <= 2 ? 200 : 2 * radius + 190];
  const middle = [width / 2, count <= 2 ? height / 2 + 24 : height / 2 + 8];
  const places = machine.names.map((_, k) => {
    const angle = Math.PI + (2 * Math.PI * k) / count;
    return [middle[0] + radius * Math.cos(angle), middle[1] + radius * Math.sin(angle)];
  });
  const arrow = svg(
    "marker",
    { id: "arrowhead", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" },
    svg("path", { d: "M0 0L10 5L0 10Z", fill: "var(--muted)" }),
  );
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${machine.says}. ${machineWords(machine)}` },
    svg("defs", {}, arrow),
    ...machine.edges.flatMap((edge) => edgeShapes(edge, places, middle)),
    ...machine.names.flatMap((name, k) => stateShapes(name, places[k], k, k === machine.start)),
  );
}

/** The machine's transitions in words. */
function machineWords(machine) {
  return machine.edges
    .map((edge) => `In ${machine.names[edge.source]}, ${edge.label}, to ${machine.names[edge.target]}`)
    .join("; ");
}

function stateShapes(name, [x, y], k, starts) {
  return [
    svg("circle", { class: `line c${k % 8}`, fill: "var(--card)", "stroke-width": 3, cx: x, cy: y, r: STATE }),
    starts ? svg("circle", { class: `line c${k % 8}`, fill: "none", "stroke-width": 1.5, cx: x, cy: y, r: STATE - 5 }) : null,
    svg(
      "text",
      { class: "ink", x, y: y + 4, "text-anchor": "middle" },
      name.length > 9 ? `${name.slice(0, 8)}…` : name,
      svg("title", {}, name),
    ),
  ];
}

function edgeShapes(edge, places, middle) {
  const [from, to] = [places[edge.source], places[edge.target]];
  const label = edge.label.length > LABEL_LENGTH ? `${edge.label.slice(0, LABEL_LENGTH - 1)}…` : edge.label;
  return edge.source === edge.target ? loopShapes(from, middle, label, edge.label) : arcShapes(from, to, label, edge.label);
}

function loopShapes([x, y], middle, label, whole) {
  const below = y > middle[1] + 1;
  const way = below ? 1 : -1;
  const d = `M${x - 11} ${y + way * (STATE - 3)}C${x - 38} ${y + way * (STATE + 46)} ${x + 38} ${y + way * (STATE + 46)} ${x + 11} ${y + way * (STATE - 1)}`;
  return [edgeLine(d), edgeText(x, y + way * (STATE + 42) + (below ? 12 : -2), label, whole)];
}

function arcShapes(from, to, label, whole) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const far = Math.hypot(dx, dy);
  const [nx, ny] = [dy / far, -dx / far];
  const bend = 0.22 * far;
  const control = [(from[0] + to[0]) / 2 + nx * bend, (from[1] + to[1]) / 2 + ny * bend];
  const edgeOf = (end) => {
    const [cx, cy] = [control[0] - end[0], control[1] - end[1]];
    const length = Math.hypot(cx, cy);
    return [end[0] + (cx / length) * (STATE + 2), end[1] + (cy / length) * (STATE + 2)];
  };
  const [a, b] = [edgeOf(from), edgeOf(to)];
  const [x, y] = [(from[0] + to[0]) / 2 + nx * (bend * 0.5 + 12), (from[1] + to[1]) / 2 + ny * (bend * 0.5 + 14) + 2];
  return [edgeLine(`M${a.join(" ")}Q${control.join(" ")} ${b.join(" ")}`), edgeText(x, y, label, whole)];
}

function edgeLine(d) {
  return svg("path", { d, fill: "none", stroke: "var(--muted)", "stroke-width": 1.6, "marker-end": "url(#arrowhead)" });
}

function edgeText(x, y, label, whole) {
  return svg("text", { class: "ink", x, y, "text-anchor": "middle" }, label, label === whole ? null : svg("title", {}, whole));
}
