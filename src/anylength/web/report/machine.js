// A finite machine as a picture: states on a circle, arrows with what is read and answered; and the same as a table.

import { html, svg, tableBehind } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";

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

// The arrows of a machine's picture, each with what is read and answered.

const LABEL_LENGTH = 30; // characters of an arrow's label
const BEND = 0.22; // height of an arrow's arc as a share of its length, so that the arrows of both directions lie apart

/** Shares of an arc at which its label may be: the middle first. */
const LABEL_SHARES = [0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75];

/** The arrow of a transition: a loop, or an arc between two states. With `room`, a LabelRoom, a label goes where there is some. */
function edgeShapes({ source, target, label }, places, { middle, room }) {
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

// Room for the labels of a machine's arrows: each label takes the first of its possible places that is free.

const LABEL_CHARACTER_WIDTH = 6.2; // of a label, in units of the picture
const LABEL_HEIGHT = 14;

/** The boxes that states and labels take: [left, top, right, bottom]. */
class LabelRoom {
  constructor(places) {
    this.boxes = places.map(([x, y]) => [x - STATE_RADIUS, y - STATE_RADIUS, x + STATE_RADIUS, y + STATE_RADIUS]);
  }

  /** Takes the first place [x, y] whose label overlaps nothing, or the one where it overlaps least. */
  take(places, label) {
    const boxes = places.map((place) => labelBox(place, label));
    const overlaps = boxes.map((box) => this.boxes.reduce((sum, other) => sum + overlap(box, other), 0));
    const best = overlaps.indexOf(Math.min(...overlaps));
    this.boxes.push(boxes[best]);
    return places[best];
  }
}

/** The box of a label whose baseline is centred at a place. */
function labelBox([x, y], label) {
  const half = (label.length * LABEL_CHARACTER_WIDTH) / 2;
  return [x - half, y - LABEL_HEIGHT + 3, x + half, y + 3];
}

/** The area that two boxes share. */
function overlap(first, second) {
  const width = Math.min(first[2], second[2]) - Math.max(first[0], second[0]);
  const height = Math.min(first[3], second[3]) - Math.max(first[1], second[1]);
  return Math.max(0, width) * Math.max(0, height);
}

/** Radius of a state's circle. */
const STATE_RADIUS = 26;

/** A text cut to a number of characters. */
function shortLabel(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
