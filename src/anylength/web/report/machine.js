// A finite machine as a picture: states on a circle, arrows with what is read and answered; and the same as a table.

import { edgeShapes } from "./machine-edges.js";
import { html, svg, tableBehind } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";
import { LabelRoom } from "./machine-labels.js";
import { STATE_RADIUS, shortLabel } from "./machine-shapes.js";

/** States of a machine that is drawn; the arrows of more states would hide each other. */
const MOST_STATES = 12;

const NAME_LENGTH = 9; // characters that fit into a state's circle
const WORD_LENGTH = 8; // characters of the small line below them

/**
 * A machine (a MachineView) with caption and table; more than 12 states are shown as a table alone. Where symbols have names (`isNamed`),
 * labels make room for each other, and a state that is never left may be left out.
 */
export function machineFigure(machine, { isNamed = false } = {}) {
  const name = (state) => (machine.words ? `${machine.names[state]} (${machine.words[state]})` : machine.names[state]);
  const left = machine.edges_left ? [["…", `${grouped(machine.edges_left)} more`, ""]] : [];
  const rows = () => [...machine.edges.map((edge) => [name(edge.source), edge.label, name(edge.target)]), ...left];
  const isSmall = machine.names.length <= MOST_STATES;
  const dead = isNamed && isSmall ? deadState(machine) : null;
  return html(
    "figure",
    { class: "machine" },
    html("figcaption", {}, machine.caption),
    isSmall ? machinePicture(machine, { isNamed, dead }) : html("p", { class: "quiet" }, `${machine.names.length} states: too many to draw.`),
    dead === null ? null : html("p", { class: "quiet" }, deadWords(machine, dead)),
    machine.words && isSmall
      ? html("p", { class: "quiet" }, "Below the number of a state is a shortest word that leads to it from the start.")
      : null,
    tableBehind("transitions", ["in state", "reads / answers", "goes to"], rows),
  );
}

function machinePicture(machine, { isNamed, dead }) {
  const states = machine.names.map((_, k) => k).filter((k) => k !== dead);
  const { width, height, middle, places: inOrder } = machineLayout(states.length);
  const places = Object.fromEntries(states.map((k, i) => [k, inOrder[i]]));
  const edges = machine.edges.filter(({ source, target }) => source !== dead && target !== dead);
  const room = isNamed ? new LabelRoom(inOrder) : null;
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${machine.caption}. ${machineWords(machine)}` },
    svg("defs", {}, arrowhead()),
    ...loopsFirst(edges, isNamed).flatMap((edge) => edgeShapes(edge, places, { middle, room })),
    ...states.flatMap((k) => stateShapes(stateTexts(machine, k), places[k], `c${k % 8}`, k === machine.start)),
  );
}

/**
 * The state that is never left, where arrows from two others or more would hide the rest of the picture, or null. All its arrows must have
 * one answer, so that a sentence can stand for them.
 */
function deadState({ names, start, edges }) {
  const isDead = (k) => {
    const [out, into] = [edges.filter(({ source }) => source === k), edges.filter(({ target }) => target === k)];
    const isLeft = out.length !== 1 || out[0].target !== k;
    return k !== start && !isLeft && into.length > 2 && new Set(into.map(onlyAnswer)).size === 1 && onlyAnswer(into[0]) !== null;
  };
  const dead = names.findIndex((_, k) => isDead(k));
  return dead < 0 ? null : dead;
}

/** The answer of an edge of named symbols, such as "a, b / accept"; null where it has several. */
function onlyAnswer({ label }) {
  return label.includes("; ") ? null : label.slice(label.indexOf(" / ") + 3);
}

function deadWords({ names, edges }, dead) {
  const answer = onlyAnswer(edges.find(({ source }) => source === dead));
  return `Symbols without an arrow lead to state “${names[dead]}”, which is not drawn: the machine stays there and answers ${answer}.`;
}

/** The edges; where labels make room, those that have but one place come first. */
function loopsFirst(edges, isNamed) {
  const isLoop = ({ source, target }) => source === target;
  return isNamed ? [...edges.filter(isLoop), ...edges.filter((edge) => !isLoop(edge))] : edges;
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
