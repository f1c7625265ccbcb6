// The picture of small nets side by side, as for the places of five cards: a picture for each, and below them a cell for each state of the
// whole machine, with a mark for each arrow that leaves it.

import { edgeOf } from "./arrows.js";
import { drawScene, sizedContext } from "./stage.js";

const ROOM = 8; // between pictures, and around the cells
const [HEAD_ROOM, LEAST_PICTURE] = [18, 170]; // above a picture, for its title; the width from which all pictures are in one row
const [PICTURES_IN_A_ROW, SHARE_OF_PICTURES] = [3, 0.5]; // on small screens; of the height
const [CELLS_ACROSS, CELLS_ACROSS_SMALL, MARK] = [15, 10, 4];

/**
 * Draws a scene with parts; returns the cells on the screen, one a state of the whole machine.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./stage.js").Scene & {parts: object[]}} scene
 * @param {Record<string, string>} colours
 */
export function drawParts(canvas, scene, colours) {
  const surface = sizedContext(canvas);
  const areas = areasOf(scene.parts.length, surface);
  scene.parts.forEach((_, number) => drawPart({ ...surface, colours }, scene, number, areas.pictures[number]));
  const cells = scene.machine.names.map((_, state) => cellAt(state, scene.machine, areas.cells));
  cells.forEach((cell, state) => drawCell({ ...surface, colours }, scene, state, cell));
  for (const pair of scene.lit) drawLitArrow({ ...surface, colours }, scene, pair, cells);
  return cells;
}

/** Where the pictures are, and where the cells. */
function areasOf(count, { width, height }) {
  const isWide = width >= count * LEAST_PICTURE;
  const across = isWide ? count : PICTURES_IN_A_ROW;
  const rows = Math.ceil(count / across);
  const [wide, high] = [width / across, (SHARE_OF_PICTURES * height) / rows];
  const pictures = Array.from({ length: count }, (_, number) => ({
    left: (number % across) * wide, top: Math.floor(number / across) * high, width: wide, height: high,
  }));
  const top = SHARE_OF_PICTURES * height + ROOM;
  const cells = { left: ROOM, top, width: width - 2 * ROOM, height: height - top - ROOM };
  return { pictures, cells: { ...cells, across: isWide ? CELLS_ACROSS : CELLS_ACROSS_SMALL } };
}

function drawPart(view, scene, number, { left, top, width, height }) {
  const { context, colours } = view;
  context.save();
  context.translate(left, top);
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
  context.font = `600 12px ${colours.sans}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillStyle = colours.ink;
  context.fillText(`card ${number + 1}`, 6, 15);
  context.translate(0, HEAD_ROOM);
  drawScene({ ...view, width, height: height - HEAD_ROOM }, sceneOfPart(scene, number));
  context.restore();
}

/** What a small net does in a scene of all. */
function sceneOfPart({ machine: whole, parts, units: all, lit, state, point, ghost, dots }, number) {
  const { machine, blocks } = whole.parts[number];
  const [width, units] = [whole.symbols.length, all / parts.length];
  const pairOf = (pair) => blocks[Math.floor(pair / width)] * width + (pair % width);
  const own = (values) => values.subarray(number * units, (number + 1) * units);
  return {
    ...parts[number], machine, units, axesBefore: null, turn: 1, lit: [...new Set(lit.map(pairOf))],
    texts: machine.names.map((name) => `at ${name}`),
    state: state === null ? null : blocks[state], point: point && own(point), ghost: ghost && { ...ghost, pair: pairOf(ghost.pair) },
    dots: Array.from(dots, (dot) => ({ ...dot, point: own(dot.point) })),
  };
}

function cellAt(state, { names }, { left, top, width, height, across }) {
  const [wide, high] = [width / across, height / Math.ceil(names.length / across)];
  const [x, y] = [left + (state % across) * wide, top + Math.floor(state / across) * high];
  return { left: x + 1, top: y + 1, right: x + wide - 1, bottom: y + high - 1, x: x + wide / 2, y: y + high / 2 };
}

/** The cell of a state, lit while the net is there, with a mark for each of its arrows. */
function drawCell({ context, colours }, { machine, from, to, share, state: present, lit }, state, { left, top, right, bottom, x, y }) {
  const [now, width] = [share < 0.5 ? from : to, machine.symbols.length];
  const isPresent = present === state;
  context.globalAlpha = isPresent ? 1 : 0.1;
  context.fillStyle = isPresent ? colours.point : colours.plain;
  context.beginPath();
  context.roundRect(left, top, right - left, bottom - top, 3);
  context.fill();
  const wide = (right - left - 4) / width;
  for (let symbol = 0; symbol < width; symbol += 1) {
    const pair = state * width + symbol;
    const isOpen = now.outside[pair] || now.wrong[pair];
    context.globalAlpha = isOpen || lit.includes(pair) ? 1 : 0.55;
    context.fillStyle = isOpen ? colours.open : colours.closed;
    context.fillRect(left + 2 + symbol * wide, bottom - MARK, wide - 1, MARK - 1);
  }
  context.globalAlpha = 1;
  context.fillStyle = isPresent ? colours.card : colours.ink;
  context.font = `600 ${Math.min(12, Math.floor((right - left) / 3.2))}px ${colours.mono}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(machine.answers[state], x, y - MARK / 2);
}

/** An arrow from a cell to the next one, with its symbol. */
function drawLitArrow({ context, colours }, { machine, from, to, share }, pair, cells) {
  const now = share < 0.5 ? from : to;
  const [before, after] = [cells[Math.floor(pair / machine.symbols.length)], cells[machine.delta[pair]]];
  const ends = [edgeOf(before, [after.x, after.y]), edgeOf(after, [before.x, before.y])];
  const [start, end] = ends.map(([x, y]) => ({ x, y }));
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  context.strokeStyle = now.outside[pair] || now.wrong[pair] ? colours.open : colours.closed;
  context.fillStyle = context.strokeStyle;
  context.lineWidth = 2.5;
  context.beginPath();
  context.moveTo(start.x, start.y);
  context.lineTo(end.x - 6 * ux, end.y - 6 * uy);
  context.stroke();
  context.beginPath();
  context.moveTo(end.x, end.y);
  context.lineTo(end.x - 11 * ux - 6 * uy, end.y - 11 * uy + 6 * ux);
  context.lineTo(end.x - 11 * ux + 6 * uy, end.y - 11 * uy - 6 * ux);
  context.fill();
  drawName({ context, colours }, machine.symbols[pair % machine.symbols.length], [(start.x + end.x) / 2, (start.y + end.y) / 2]);
}

function drawName({ context, colours }, name, [x, y]) {
  context.font = `600 12px ${colours.mono}`;
  const half = context.measureText(name).width / 2 + 5;
  const ink = context.fillStyle;
  context.beginPath();
  context.roundRect(x - half, y - 9, 2 * half, 18, 9);
  context.fillStyle = colours.card;
  context.fill();
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = ink;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(name, x, y + 0.5);
}

/** The table of checks: for each small net its arrows as rows and the numbers that it remembers as columns. */
export function drawPartChecks(canvas, { machine, parts, units: all }, colours) {
  const { context, width, height } = sizedContext(canvas);
  const units = all / parts.length;
  const across = width / all;
  parts.forEach(({ from, to, share, axes }, number) => {
    const frame = share < 0.5 ? from : to;
    const { delta } = machine.parts[number].machine;
    const down = height / delta.length;
    const left = number * units * across;
    for (let at = 0; at < delta.length * units; at += 1) {
      const [pair, unit] = [Math.floor(at / units), at % units];
      const box = delta[pair] * units + unit;
      const isOut = frame.images.low[at] < frame.boxes.low[box] || frame.images.high[at] > frame.boxes.high[box];
      context.fillStyle = isOut ? colours.open : colours.closed;
      context.globalAlpha = isOut ? 1 : 0.3;
      context.fillRect(left + unit * across, pair * down, Math.max(1, across - 0.6), down - 1);
    }
    context.globalAlpha = 1;
    context.strokeStyle = colours.ink;
    for (const { unit } of axes) context.strokeRect(left + unit * across - 0.5, 0.5, across, height - 1);
  });
}
