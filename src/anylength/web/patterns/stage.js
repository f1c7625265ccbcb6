// The picture: boxes of what the net may remember, seen along two coordinates, and an arrow for each state and symbol.

import { arrowPath, drawArrow, textPlace } from "./arrows.js";
import { bundles, fixedPlaces, hasFixedPlaces, placeInBox } from "./fixed-places.js";

const PADDING = { left: 34, right: 34, top: 40, bottom: 28 };
const PADDING_OF_SMALL = { left: 18, right: 18, top: 34, bottom: 30 };
const SMALL = 300; // pixels across
const CORNER = 7;
const LEAST_SIDE = 5;
const QUIET_FROM = 18; // arrows; from here on those that are inside are drawn lightly

/**
 * @typedef {object} Mixture
 * @property {object} machine
 * @property {number} units
 * @property {object} from a frame
 * @property {object} to the next one, and `share`, 0 to 1, the way to it
 * @property {number} share
 * @property {object[]} axes two of them
 * @property {object[] | null} axesBefore those that a turn of the view comes from, with `turn`, 0 to 1
 * @property {number} turn
 * @property {number[]} lit arrows that stand out
 * @property {number | null} state the state that the net is in
 * @property {{before: object, after: object, share: number} | null} travel two steps of a word, and the share of the way between them
 * @property {{pair: number, share: number} | null} ghost a box on its way to its image
 * @property {Iterable<{point: Float64Array, at: number, count: number}>} dots W h and the state of the machine
 */

/** The canvas at the size it has on the screen. */
export function sizedContext(canvas) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/**
 * Draws a scene; returns the boxes on the screen, one a state.
 * @param {HTMLCanvasElement} canvas
 * @param {Mixture} scene
 * @param {Record<string, string>} colours
 */
export function drawStage(canvas, scene, colours) {
  const surface = sizedContext(canvas);
  const isFixed = hasFixedPlaces(scene.machine);
  const view = { ...surface, colours, isFixed, placeIn: isFixed ? placesInBoxes(scene, surface) : everywhere(placeOf(scene, surface)) };
  const boxes = scene.machine.names.map((_, state) => boxAt(scene, view, "boxes", state));
  const images = Array.from(scene.machine.delta, (_, pair) => boxAt(scene, view, "images", pair));
  const paths = images.map((image, pair) => arrowPath(pair, image, boxes, scene.machine, view));
  boxes.forEach((box, state) => drawBox(view, scene, box, state));
  drawArrows(view, scene, boxes, images, paths);
  drawLabels(view, scene, boxes, isFixed || paths.length > QUIET_FROM ? [] : paths.map(textPlace));
  drawDots(view, scene);
  if (scene.ghost) drawGhost(view, scene, boxes);
  if (scene.travel) drawPoint(view, scene.travel);
  return boxes;
}

/** All states share one function to the screen. */
function everywhere(place) {
  return () => place;
}

/** Each state's box has a fixed place, and what is in the box is shown in proportion. */
function placesInBoxes(scene, surface) {
  const { units, axes } = scene;
  const places = fixedPlaces(scene.machine, surface);
  return (state) => {
    const ends = axes.map(({ unit }) => ({
      low: mixedBound(scene, "boxes", "low", state * units + unit), high: mixedBound(scene, "boxes", "high", state * units + unit),
    }));
    const place = placeInBox(places[state], ends);
    return (side, get) => place(side, get(axes[side].unit));
  };
}

function mixedBound({ from, to, share }, family, bound, index) {
  return from[family][bound][index] * (1 - share) + to[family][bound][index] * share;
}

/** A function from a getter of coordinates to the place on an axis of the screen. */
function placeOf({ axes, axesBefore, turn }, { width, height }) {
  const padding = width < SMALL ? PADDING_OF_SMALL : PADDING;
  const along = ({ unit, least, most }, get) => (get(unit) - least) / (most - least || 1);
  return (side, get) => {
    const now = along(axes[side], get);
    const share = axesBefore ? along(axesBefore[side], get) * (1 - turn) + now * turn : now;
    if (side === 0) return padding.left + share * (width - padding.left - padding.right);
    return height - padding.bottom - share * (height - padding.top - padding.bottom);
  };
}

/** A box or an image of the scene on the screen: left, top, right, bottom; never too small to see. */
function boxAt(scene, { placeIn }, family, number) {
  const place = placeIn(family === "boxes" ? number : scene.machine.delta[number]);
  const at = (bound) => (unit) => mixedBound(scene, family, bound, number * scene.units + unit);
  const [left, right, bottom, top] = [place(0, at("low")), place(0, at("high")), place(1, at("low")), place(1, at("high"))];
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const [a, b] = [Math.max(LEAST_SIDE, right - left) / 2, Math.max(LEAST_SIDE, bottom - top) / 2];
  return { left: x - a, right: x + a, top: y - b, bottom: y + b, x, y };
}

function colourOfState({ accepting }, state, colours) {
  return !accepting ? colours.plain : accepting[state] ? colours.yes : colours.no;
}

function drawBox({ context, colours }, { machine, state: present }, box, state) {
  context.strokeStyle = colourOfState(machine, state, colours);
  context.fillStyle = context.strokeStyle;
  context.beginPath();
  context.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, CORNER);
  context.globalAlpha = present === state ? 0.3 : 0.12;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = present === state ? 3.5 : 1.6;
  context.stroke();
}

function drawArrows(view, scene, boxes, images, paths) {
  const { machine, lit, share } = scene;
  const now = share < 0.5 ? scene.from : scene.to;
  const pairs = Array.from(machine.delta, (_, pair) => pair);
  const isOpen = (pair) => now.outside[pair] || now.wrong[pair];
  const rank = (pair) => (lit.includes(pair) ? 2 : 0) + (isOpen(pair) ? 1 : 0);
  const isCrowded = pairs.length > QUIET_FROM;
  const together = view.isFixed ? bundleTexts(machine, lit) : null;
  for (const pair of pairs.sort((a, b) => rank(a) - rank(b))) {
    const isLit = lit.includes(pair);
    const isFaded = lit.length > 0 && !isLit && isCrowded;
    const isQuiet = lit.length ? !isLit : isCrowded && !isOpen(pair);
    const aim = now.outside[pair] && !view.isFixed ? boxes[machine.delta[pair]] : null;
    const hasText = view.width >= SMALL && (isLit || (!view.isFixed && !(isQuiet && isCrowded)));
    const text = together ? (together.get(pair) ?? "") : textOf(machine, pair);
    const looks = { isOpen: isOpen(pair), isQuiet, isFaded, isLit, text: hasText ? text : "" };
    drawArrow(view, { image: images[pair], path: together && !together.has(pair) ? null : paths[pair], aim, ...looks });
  }
}

/** The one arrow that is drawn for all symbols that lead from a state to the same other one, and its text. */
function bundleTexts(machine, lit) {
  const shown = bundles(machine).map(({ pairs, text }) => {
    const own = lit.length === 1 ? pairs.find((pair) => lit.includes(pair)) : undefined;
    return /** @type {[number, string]} */ (own === undefined ? [pairs[0], text] : [own, textOf(machine, own)]);
  });
  return new Map(shown);
}

/** What stands on an arrow: the symbol, and for a machine whose answers are not of its states the answer. */
function textOf({ symbols, labels, output, accepting }, pair) {
  const symbol = symbols[pair % symbols.length];
  return accepting ? symbol : `${symbol}→${labels[output[pair]]}`;
}

function drawLabels({ context, colours, width, height }, { machine }, boxes, obstacles) {
  const texts = textsOfBoxes(machine);
  const size = boxes.length > 8 ? 11 : 13;
  context.font = `600 ${size}px ${colours.sans}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  const places = placedLabels(boxes, texts.map((text) => context.measureText(text).width), size, obstacles, { width, height });
  texts.forEach((text, state) => {
    context.fillStyle = colourOfState(machine, state, colours);
    context.strokeStyle = colours.card;
    context.lineWidth = 3;
    context.strokeText(text, ...places[state]);
    context.fillText(text, ...places[state]);
  });
}

function textsOfBoxes(machine) {
  return machine.names.map((name, state) => `${answerOf(machine, state)}${state ? shortened(name) : "start"}`);
}

function answerOf({ accepting }, state) {
  return accepting ? `${accepting[state] ? "yes" : "no"} · ` : "";
}

function shortened(name) {
  const letters = [...name];
  return letters.length > 8 ? `${letters.slice(0, 3).join("")}…${letters.slice(-3).join("")}` : name;
}

function drawDots({ context, colours, placeIn }, { dots }) {
  context.fillStyle = colours.point;
  for (const { point, at, count } of dots) {
    const place = placeIn(at);
    context.globalAlpha = count > 1 ? 0.75 : 0.5;
    context.beginPath();
    context.arc(place(0, (unit) => point[unit]), place(1, (unit) => point[unit]), count > 1 ? 2 + 0.12 * Math.sqrt(count) : 1.2, 0, 7);
    context.fill();
  }
  context.globalAlpha = 1;
}

function drawGhost(view, scene, boxes) {
  const { context, colours } = view;
  const { pair, share } = scene.ghost;
  const [a, b] = [boxes[Math.floor(pair / scene.machine.symbols.length)], boxAt(scene, view, "images", pair)];
  const mixed = (side) => a[side] + share * (b[side] - a[side]);
  context.globalAlpha = 0.7;
  context.strokeStyle = colours.point;
  context.lineWidth = 2;
  context.setLineDash([5, 4]);
  context.strokeRect(mixed("left"), mixed("top"), mixed("right") - mixed("left"), mixed("bottom") - mixed("top"));
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function drawPoint({ context, colours, placeIn }, { before, after, share }) {
  const [a, b] = [before, after].map(({ at, point }) => [0, 1].map((side) => placeIn(at)(side, (unit) => point[unit])));
  context.beginPath();
  context.arc(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), 8, 0, 7);
  context.fillStyle = colours.point;
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = colours.card;
  context.stroke();
}

// Places for the boxes' labels: beside their boxes, and not on each other or on other boxes where that can be.

const GAP = 4;

/**
 * @param {object[]} boxes on the screen
 * @param {number[]} widths of the texts
 * @param {number} size their height
 * @param {object[]} obstacles areas that are better left free
 * @param {{width: number, height: number}} canvas
 * @returns {[number, number][]} the start of each text's base line
 */
function placedLabels(boxes, widths, size, obstacles, canvas) {
  const taken = [...obstacles];
  return boxes.map((box, number) => {
    const others = [...taken, ...boxes.filter((_, other) => other !== number)];
    const places = candidatePlaces(box, widths[number], size);
    const costs = places.map((place) => costOf(areaOf(place, widths[number], size), others, canvas));
    const best = places[costs.indexOf(Math.min(...costs))];
    taken.push(areaOf(best, widths[number], size));
    return best;
  });
}

/** Above, below, inside at the top, and at the sides, the most liked first. */
function candidatePlaces(box, width, size) {
  const [above, below, middle] = [box.top - GAP, box.bottom + size + 1, box.y + size / 3];
  const inside = box.right - box.left > width + 2 * GAP && box.bottom - box.top > size + 2 * GAP;
  return [
    [box.left + 2, above], ...(inside ? [[box.left + GAP + 2, box.top + size + 1]] : []), [box.left + 2, below],
    [box.right - width, above], [box.right - width, below], [box.right + GAP, middle], [box.left - width - GAP, middle],
    [box.left + 2, above - size], [box.left + 2, below + size],
  ];
}

function areaOf([x, y], width, size) {
  return { left: x, right: x + width, top: y - size, bottom: y + 2 };
}

function costOf(area, others, canvas) {
  const outside = Math.max(0, -area.left, area.right - canvas.width, -area.top, area.bottom - canvas.height);
  return others.reduce((sum, other) => sum + overlap(area, other), 1e4 * outside);
}

function overlap(a, b) {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return across > 0 && down > 0 ? across * down : 0;
}
