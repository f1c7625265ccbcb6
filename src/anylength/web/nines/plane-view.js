// The live picture of a plane: where the net remembers the carry, how nines move its states, and the state that is travelling.

import { projected } from "../shared/principal-axes.js";
import { mixedColour } from "../shared/theme.js";
import { carryMargin, NINE } from "./counting.js";
import { distinctEnds, lifted } from "./plane.js";

const CELL = 12; // pixels of the background
const PARTICLES = 90;
const [STEP_TIME, LIFE] = [450, 6]; // milliseconds and steps of a particle
const TRAIL = 0.55; // of a step, drawn behind a particle

export class PlaneView {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {boolean} isCalm no moving particles
   */
  constructor(canvas, isCalm) {
    Object.assign(this, { canvas, isCalm, particles: [], clock: 0 });
  }

  /** Takes a net and its plane. */
  take(net, plane) {
    Object.assign(this, { net, plane, particles: [], background: null });
    this.ends = distinctEnds(plane).map((state) => ({ place: projected(plane, state), remembers: carryMargin(net, state) > 0 }));
  }

  /** The colours have changed. */
  takeColours(colours) {
    Object.assign(this, { colours, background: null });
  }

  /**
   * @param {number} time milliseconds since the last picture
   * @param {{states: Float32Array[], step: number, share: number, isWrong: boolean} | null} travel a state on its way
   */
  draw(time, travel) {
    const surface = this.sized();
    if (!surface) return;
    const { context } = surface;
    context.drawImage(this.backgroundOf(surface), 0, 0, surface.width, surface.height);
    if (this.isCalm) this.drawArrows(surface);
    else this.drawParticles(surface, time);
    if (travel) this.drawPath(surface, travel);
    this.drawEnds(surface);
    if (travel) this.drawState(surface, travel);
  }

  sized() {
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !this.net || !this.colours) return null;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      this.background = null;
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { low, high } = this.plane;
    const at = ([x, y]) => [((x - low[0]) / (high[0] - low[0])) * width, (1 - (y - low[1]) / (high[1] - low[1])) * height];
    const from = (px, py) => [low[0] + (px / width) * (high[0] - low[0]), high[1] - (py / height) * (high[1] - low[1])];
    return { context, width, height, at, from };
  }

  /** A colour for each place: does the net remember the carry there? */
  backgroundOf({ width, height, from }) {
    if (this.background) return this.background;
    const { colours, net, plane } = this;
    const image = document.createElement("canvas");
    [image.width, image.height] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
    const context = image.getContext("2d");
    for (let row = 0; row < image.height; row += 1) {
      for (let column = 0; column < image.width; column += 1) {
        const state = lifted(plane, from((column + 0.5) * CELL, (row + 0.5) * CELL));
        const remembers = carryMargin(net, state) > 0;
        context.fillStyle = mixedColour(colours.card, remembers ? colours.carry : colours.none, 0.17);
        context.fillRect(column, row, 1, 1);
      }
    }
    this.background = image;
    return image;
  }

  /** Particles that nines move, seen in the plane. */
  drawParticles({ context, width, height, at, from }, time) {
    const { net, plane, particles, colours } = this;
    this.clock += time;
    const steps = Math.min(3, Math.floor(this.clock / STEP_TIME));
    this.clock -= steps * STEP_TIME;
    for (let step = 0; step < steps; step += 1) particles.forEach((particle) => moveOn(particle, net, plane));
    const anywhere = () => from(Math.random() * width, Math.random() * height);
    while (particles.length < PARTICLES) particles.push({ ...born(net, plane, anywhere()), age: Math.floor(Math.random() * LIFE) });
    const share = this.clock / STEP_TIME;
    context.lineWidth = 1.3;
    for (const particle of particles) {
      if (particle.age >= LIFE) Object.assign(particle, born(net, plane, anywhere()));
      const head = mixedPlace(particle.place, particle.nextPlace, share);
      const tail = mixedPlace(particle.place, particle.nextPlace, Math.max(0, share - TRAIL));
      context.strokeStyle = mixedColour(colours.card, colours.ink, 0.45);
      context.globalAlpha = Math.min(1, (particle.age + share) / 2, (LIFE - particle.age - share) / 2);
      context.beginPath();
      context.moveTo(...at(tail));
      context.lineTo(...at(head));
      context.stroke();
      context.fillStyle = context.strokeStyle;
      context.fillRect(at(head)[0] - 1.5, at(head)[1] - 1.5, 3, 3);
    }
    context.globalAlpha = 1;
  }

  /** The flow as arrows that stand still. */
  drawArrows({ context, width, height, at, from }) {
    const { net, plane, colours } = this;
    const [across, down] = [14, 10];
    context.strokeStyle = mixedColour(colours.card, colours.ink, 0.5);
    context.lineWidth = 1.2;
    for (let place = 0; place < across * down; place += 1) {
      const start = from(((place % across) + 0.5) * (width / across), (Math.floor(place / across) + 0.5) * (height / down));
      const end = projected(plane, net.step(lifted(plane, start), NINE));
      const [a, b] = [at(start), at(end)];
      const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
      const share = Math.min(1, 16 / length);
      context.beginPath();
      context.moveTo(...a);
      context.lineTo(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]));
      context.stroke();
    }
  }

  /** The places that nines lead to. */
  drawEnds({ context, at }) {
    const { carry, none, card } = this.colours;
    for (const { place, remembers } of this.ends) drawDisc(context, at(place), 9, rgb(remembers ? carry : none), rgb(card));
  }

  drawPath({ context, at }, { states, step, share }) {
    if (step < 0) return;
    const points = states.slice(0, step + 1).map((state) => at(projected(this.plane, state)));
    if (step + 1 < states.length) points.push(this.placeOf(at, states, step, share));
    context.strokeStyle = rgb(this.colours.ink);
    context.fillStyle = rgb(this.colours.ink);
    context.lineWidth = 1.4;
    context.globalAlpha = 0.55;
    context.beginPath();
    points.forEach((point, number) => (number ? context.lineTo(...point) : context.moveTo(...point)));
    context.stroke();
    for (const [x, y] of points.slice(0, -1)) {
      context.beginPath();
      context.arc(x, y, 2.6, 0, 7);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  placeOf(at, states, step, share) {
    const [before, after] = [step, step + 1].map((number) => states[Math.max(0, Math.min(number, states.length - 1))]);
    return at(mixedPlace(projected(this.plane, before), projected(this.plane, after), share));
  }

  drawState({ context, at }, { states, step, share, isWrong }) {
    const { bad, ink, card } = this.colours;
    drawDisc(context, this.placeOf(at, states, step, share), 8, rgb(isWrong ? bad : ink), rgb(card));
  }
}

function drawDisc(context, [x, y], radius, fill, edge) {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = edge;
  context.stroke();
}

function born(net, plane, place) {
  const state = lifted(plane, place);
  const next = net.step(state, NINE);
  return { age: 0, place: projected(plane, state), next, nextPlace: projected(plane, next) };
}

function moveOn(particle, net, plane) {
  const next = net.step(particle.next, NINE);
  Object.assign(particle, { age: particle.age + 1, place: particle.nextPlace, next, nextPlace: projected(plane, next) });
}

function mixedPlace(a, b, share) {
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

function rgb(colour) {
  return `rgb(${colour.join(" ")})`;
}
