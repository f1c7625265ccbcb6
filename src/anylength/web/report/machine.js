// A finite machine as a picture: states on a circle, arrows with what is read and answered; and the same as a table.

import { edgeShapes } from "./machine-edges.js";
import { html, svg, tableBehind } from "../shared/dom.js";
import { STATE_RADIUS, shortLabel } from "./machine-shapes.js";

/** States of a machine that is drawn; the arrows of more states would hide each other. */
const MOST_STATES = 12;

const NAME_LENGTH = 9; // characters that fit into a state's circle
const WORD_LENGTH = 8; // characters of the small line below them

/** A machine (a MachineView) with caption and table; more than 12 states are shown as a table alone. */
export function machineFigure(machine) {
  const name = (state) => (machine.words ? `${machine.names[state]} (${machine.words[state]})` : machine.names[state]);
  const left = machine.edges_left ? [["…", `${machine.edges_left.toLocaleString("en")} more`, ""]] : [];
  const rows = () => [...machine.edges.map((edge) => [name(edge.source), edge.label, name(edge.target)]), ...left];
  const isSmall = machine.names.length <= MOST_STATES;
  return html(
    "figure",
    { class: "machine" },
    html("figcaption", {}, machine.says),
    isSmall ? machinePicture(machine) : html("p", { class: "quiet" }, `${machine.names.length} states: too many to draw.`),
    machine.words && isSmall
      ? html("p", { class: "quiet" }, "Below the number of a state is a shortest word that leads to it from the start.")
      : null,
    tableBehind("transitions", ["in state", "reads / answers", "goes to"], rows),
  );
}

function machinePicture(machine) {
  const { width, height, middle, places } = machineLayout(machine.names.length);
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${machine.says}. ${machineWords(machine)}` },
    svg("defs", {}, arrowhead()),
    ...machine.edges.flatMap((edge) => edgeShapes(edge, places, middle)),
    ...machine.names.flatMap((name, k) => stateShapes(stateTexts(machine, k), places[k], `c${k % 8}`, k === machine.start)),
  );
}

/** The size of the picture, its middle and the places of the states; one or two states need little height. */
function machineLayout(count) {
  const radius = count === 1 ? 0 : count === 2 ? 120 : Math.max(120, 34 * count);
  const [width, height] = [2 * radius + 260, count <= 2 ? 200 : 2 * radius + 190];
  const middle = [width / 2, count <= 2 ? height / 2 + 24 : height / 2 + 8];
  const places = Array.from({ length: count }, (_, k) => {
    const angle = Math.PI + (2 * Math.PI * k) / count;
    return [middle[0] + radius * Math.cos(angle), middle[1] + radius * Math.sin(angle)];
  });
  return { width, height, middle, places };
}

function arrowhead() {
  const size = { viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" };
  return svg("marker", { id: "arrowhead", ...size }, svg("path", { d: "M0 0L10 5L0 10Z", fill: "var(--muted)" }));
}

/** The machine's transitions in words. */
function machineWords(machine) {
  return machine.edges
    .map((edge) => `In ${machine.names[edge.source]}, ${edge.label}, to ${machine.names[edge.target]}`)
    .join("; ");
}

/** The lines in a state's circle: its name, and below it a shortest word that leads there where the name is but a number. */
function stateTexts({ names, words }, state) {
  return words ? [names[state], words[state]] : [names[state]];
}

/** A circle with the state's name; the start has a second circle inside. */
function stateShapes([name, word], [x, y], colour, isStart) {
  const circle = (radius, fill, width) =>
    svg("circle", { class: `line ${colour}`, fill, "stroke-width": width, cx: x, cy: y, r: radius });
  const text = svg(
    "text",
    { class: "ink", x, y: word ? y - 2 : y + 4, "text-anchor": "middle" },
    shortLabel(name, NAME_LENGTH),
    svg("title", {}, word ? `${name}: ${word}` : name),
  );
  const second = word ? svg("text", { class: "ink small", x, y: y + 11, "text-anchor": "middle" }, shortLabel(word, WORD_LENGTH)) : null;
  return [circle(STATE_RADIUS, "var(--card)", 3), isStart ? circle(STATE_RADIUS - 5, "none", 1.5) : null, text, second];
}
