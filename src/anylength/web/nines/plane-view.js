// The picture of a plane: where the net remembers the carry, how a nine moves its states, and the states that it went through.

import { extentAround, projected } from "../shared/principal-axes.js";
import { mixedColour } from "../shared/theme.js";
import { carryMargin, NINE } from "./counting.js";
import { distinctEnds, lifted } from "./plane.js";

const SAMPLE = 16; // pixels between two places whose answer is computed; between them it is interpolated
const GRAIN = 2; // pixels of the ground that have one colour, before they are smoothed
const TINT = 0.2;
const ARROW_GAP = 44; // pixels
const [SHORTEST, LONGEST] = [9, 20]; // of an arrow, in pixels
const LEAST_MOVE = 0.3; // pixels; below it there is no arrow
const TEXT_HEIGHT = 20;

export class PlaneView {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    Object.assign(this, { canvas, field: null });
  }

  /** Takes a net and its plane. */
  take(net, plane) {
    Object.assign(this, { net, plane, ends: distinctEnds(plane), field: null });
  }

  takeColours(colours) {
    this.colours = colours;
  }

  /** The places that nines lead to, and whether a net there remembers the carry when it reads a digit. */
  endsOf(digit) {
    const { net, plane } = this;
    return this.ends.map((state) => ({ place: projected(plane, state), remembers: carryMargin(net, state, digit) > 0 }));
  }

  /**
   * @param {{path: Float32Array[], front: number, nines: number, lost: number | null}} reading
   * @param {boolean} isZoomed whether only the surroundings of the path are shown
   */
  draw(reading, isZoomed) {
    const points = reading.path.map((state) => projected(this.plane, state));
    const { low, high } = isZoomed && points.length ? extentAround(points) : this.plane;
    const surface = this.surface(low, high);
    if (!surface) return;
    const key = [surface.width, surface.height, reading.front, ...low, ...high].join();
    if (this.field?.key !== key) this.field = { key, margins: this.margins(surface, reading.front) };
    this.drawGround(surface);
    this.drawArrows(surface);
    const taken = this.drawPath(surface, points, reading);
    taken.push(...this.drawEnds(surface, reading.front, taken.at(-1)));
    this.drawNames(surface, taken);
  }

  surface(low, high) {
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !this.colours) return null;
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const at = ([x, y]) => [((x - low[0]) / (high[0] - low[0])) * width, (1 - (y - low[1]) / (high[1] - low[1])) * height];
    const from = (px, py) => [low[0] + (px / width) * (high[0] - low[0]), high[1] - (py / height) * (high[1] - low[1])];
    return { context, width, height, at, from };
  }

  /** Rows of carry margins, one every `SAMPLE` pixels. */
  margins({ width, height, from }, digit) {
    const { net, plane } = this;
    const count = (size) => Math.ceil(size / SAMPLE) + 1;
    return Array.from({ length: count(height) }, (_, row) =>
      Array.from({ length: count(width) }, (__, column) =>
        carryMargin(net, lifted(plane, from(column * SAMPLE, row * SAMPLE)), digit)));
  }

  /** A colour for each place: does the net remember the carry there? */
  drawGround({ context, width, height }) {
    const { margins } = this.field;
    const { card, carry, none } = this.colours;
    const tints = [none, carry].map((colour) => mixedColour(card, colour, TINT).match(/[\d.]+/g).map(Number));
    const [noCarry, aCarry] = tints.map(([red, green, blue]) => new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0]);
    const image = new ImageData(Math.ceil(width / GRAIN), Math.ceil(height / GRAIN));
    const pixels = new Uint32Array(image.data.buffer);
    for (let y = 0; y < image.height; y += 1) {
      const [row, down] = placeBetweenSamples(y);
      const line = margins[row].map((margin, column) => margin * (1 - down) + margins[row + 1][column] * down);
      for (let x = 0; x < image.width; x += 1) {
        const [column, across] = placeBetweenSamples(x);
        pixels[y * image.width + x] = line[column] * (1 - across) + line[column + 1] * across > 0 ? aCarry : noCarry;
      }
    }
    const ground = new OffscreenCanvas(image.width, image.height);
    ground.getContext("2d").putImageData(image, 0, 0);
    context.drawImage(ground, 0, 0, GRAIN * image.width, GRAIN * image.height);
  }

  /** How a nine moves states. */
  drawArrows({ context, width, height, at, from }) {
    const { net, plane, colours } = this;
    context.strokeStyle = mixedColour(colours.card, colours.ink, 0.55);
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 1.2;
    const [across, down] = [Math.floor(width / ARROW_GAP), Math.floor(height / ARROW_GAP)];
    for (let place = 0; place < across * down; place += 1) {
      const start = [((place % across) + 0.5) * (width / across), (Math.floor(place / across) + 0.5) * (height / down)];
      const end = at(projected(plane, net.step(lifted(plane, from(...start)), NINE)));
      const move = Math.hypot(end[0] - start[0], end[1] - start[1]);
      if (move < LEAST_MOVE) continue;
      const length = Math.min(LONGEST, Math.max(SHORTEST, move / 2));
      drawShortArrow(context, start, [((end[0] - start[0]) / move) * length, ((end[1] - start[1]) / move) * length]);
    }
  }

  /** The states that it went through; returns the areas that are taken. */
  drawPath({ context, at, width }, points, { nines, lost }) {
    if (!points.length) return [];
    const { ink, bad, card } = this.colours;
    const places = points.map(at);
    context.strokeStyle = rgb(ink);
    context.fillStyle = rgb(ink);
    context.lineWidth = 1.6;
    context.beginPath();
    places.forEach((place, number) => (number ? context.lineTo(...place) : context.moveTo(...place)));
    context.stroke();
    for (const place of places.slice(0, -1)) drawDisc(context, place, 3.2, rgb(ink), rgb(card), 1);
    const last = places.at(-1);
    drawDisc(context, last, 8, rgb(lost === null ? ink : bad), rgb(card), 2.5);
    const areas = [this.drawText(context, nines === 1 ? "after one nine" : `after ${nines} nines`, last, ink, width)];
    if (places.length > 1) areas.push(this.drawText(context, "after one", places[0], ink, width, areas[0]));
    return [...areas, ...places.map(([x, y]) => ({ left: x, right: x, top: y, bottom: y }))];
  }

  /** Where nines lead; returns the areas that are taken. A state that has come there needs no second text. */
  drawEnds({ context, at, width, height }, front, state) {
    const { carry, none, card, ink } = this.colours;
    return this.endsOf(front).flatMap(({ place, remembers }) => {
      const [x, y] = at(place);
      if (x < 0 || x > width || y < 0 || y > height) return [];
      drawDisc(context, [x, y], 6, rgb(card), rgb(remembers ? carry : none), 4);
      if (state && Math.hypot(state.left - x, state.top - y) < TEXT_HEIGHT) return [];
      return this.drawText(context, "nines end here", [x, y + 2.2 * TEXT_HEIGHT], ink, width);
    });
  }

  /** What each colour means, where there is most room for the words. */
  drawNames({ context, width, height }, taken) {
    const { margins } = this.field;
    const { carry, none, card, ink } = this.colours;
    for (const [isCarry, text, colour] of /** @type {[boolean, string, number[]][]} */ ([[true, "carry", carry], [false, "no carry", none]])) {
      context.font = "600 17px system-ui, sans-serif";
      const half = context.measureText(text).width / 2 + 6;
      const fits = (x, y) => margins.every((row, down) => row.every((margin, across) =>
        margin > 0 === isCarry || Math.abs(across * SAMPLE - x) > half || Math.abs(down * SAMPLE - y) > TEXT_HEIGHT));
      const isFree = (x, y) => taken.every(({ left, right, top, bottom }) =>
        right < x - half || left > x + half || bottom < y - TEXT_HEIGHT || top > y + TEXT_HEIGHT);
      const place = placesFromCorner(width, height, half, isCarry).find(([x, y]) => isFree(x, y) && fits(x, y));
      if (!place) continue;
      Object.assign(context, { textAlign: "center", textBaseline: "middle", lineWidth: 4, lineJoin: "round" });
      context.strokeStyle = mixedColour(card, colour, TINT);
      context.strokeText(text, ...place);
      context.fillStyle = mixedColour(colour, ink, 0.25);
      context.fillText(text, ...place);
    }
  }

  /** A text above a place, or below it where an area is in its way; returns its own area. */
  drawText(context, text, [x, y], colour, width, other = null) {
    context.font = "600 13px system-ui, sans-serif";
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineWidth: 4, lineJoin: "round" });
    const half = context.measureText(text).width / 2;
    const middle = Math.min(width - half - 4, Math.max(half + 4, x));
    const isInTheWay = other && Math.abs(other.top - y) < 2 * TEXT_HEIGHT && other.left < middle + half && other.right > middle - half;
    const line = y + (isInTheWay || y < 30 ? 1 : -1) * 1.1 * TEXT_HEIGHT;
    context.strokeStyle = rgb(this.colours.card);
    context.strokeText(text, middle, line);
    context.fillStyle = rgb(colour);
    context.fillText(text, middle, line);
    return { left: middle - half, right: middle + half, top: line - TEXT_HEIGHT / 2, bottom: line + TEXT_HEIGHT / 2 };
  }
}

/** The sample before a grain of the ground, and the share of the way to the next one. */
function placeBetweenSamples(grain) {
  const place = (grain * GRAIN) / SAMPLE;
  return [Math.floor(place), place % 1];
}

/** Middles of texts, from the upper corner at the side where that answer is at home. */
function placesFromCorner(width, height, half, isRight) {
  const places = [];
  for (let y = TEXT_HEIGHT + 4; y < height - TEXT_HEIGHT; y += 2 * SAMPLE) {
    for (let x = half + 4; x < width - half; x += 2 * SAMPLE) places.push([isRight ? width - x : x, y]);
  }
  return places;
}

function drawShortArrow(context, [x, y], [dx, dy]) {
  const length = Math.hypot(dx, dy);
  const [ux, uy] = [dx / length, dy / length];
  const [tipX, tipY] = [x + dx, y + dy];
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(tipX - 3 * ux, tipY - 3 * uy);
  context.stroke();
  context.beginPath();
  context.moveTo(tipX, tipY);
  context.lineTo(tipX - 6 * ux - 2.8 * uy, tipY - 6 * uy + 2.8 * ux);
  context.lineTo(tipX - 6 * ux + 2.8 * uy, tipY - 6 * uy - 2.8 * ux);
  context.fill();
}

function drawDisc(context, [x, y], radius, fill, edge, line) {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = line;
  context.strokeStyle = edge;
  context.stroke();
}

function rgb(colour) {
  return `rgb(${colour.join(" ")})`;
}
