// Trains a tanh net together with the boxes that prove it.
//
// The state is h, and W h is what the next step reads of it: h' = tanh(W h + drive of the symbol). The logits are V h' + v. There is one
// box of values of W h for each state q of the machine, with center c_q and half sides r_q. The loss asks for each pair (q, symbol), and
// for the whole box at once: the image lies in the box of the next state, and the right answer has the largest logit. All pairs are one
// batch, so that an update takes a tenth of a millisecond; a net for a small machine needs some hundreds of them.

import { Adam } from "./adam.js";
import { digitsOf } from "./encoding.js";
import { NoisePace } from "./noise-pace.js";
import { orthogonal } from "./orthogonal.js";
import { randomNumbers } from "../shared/random.js";

/**
 * The settings. Trained numbers are smaller by `scale` than real ones. `margin` is the share of a box that images leave free; `noise` is
 * what is added to all coordinates of all states in the end: it grows in steps of 1 / (noiseUpdates · updates) while nearly all is closed.
 */
export const SETTINGS = {
  rate: 0.02, warm: 0.05, lastRate: 0.02, clip: 1, scale: 8, noise: 0.05, noiseUpdates: 0.4, closed: 0.01,
  drive: 3, spread: 2, radius: 0.5, pull: 0.1, margin: 0.05, ramp: 3, rampEnd: 0.4, circle: 5,
};

const FEW_PAIRS = 64;
const [UNITS_FOR_FEW, UNITS_FOR_MANY] = [48, 34]; // of pairs, for a machine with more than two answers; many pairs take long

/** Units that are enough for a machine. A machine with more than two answers needs more. */
function unitsFor({ names, labels, symbols }) {
  const pairs = names.length * symbols.length;
  const forAnswers = labels.length > 2 ? Math.min(pairs + 12, pairs > FEW_PAIRS ? UNITS_FOR_MANY : UNITS_FOR_FEW) : 0;
  return Math.max(3 * names.length + 8, forAnswers);
}

/** Updates that are enough. Few pairs with many answers, as those of a group, take longer. */
function updatesFor({ labels, delta }) {
  return labels.length > 2 && delta.length <= FEW_PAIRS ? 2000 : 1000;
}

export class Learner {
  /**
   * @param {import("./machines.js").Machine} machine
   * @param {{seed: number, units?: number}} options
   */
  constructor(machine, { seed, units = unitsFor(machine), ...settings }) {
    this.settings = { ...SETTINGS, updates: updatesFor(machine), ...settings };
    Object.assign(this, { machine, units, done: 0 });
    const [states, symbols] = [machine.names.length, machine.symbols.length];
    Object.assign(this, { states, symbols, pairs: states * symbols, classes: machine.labels.length, digits: digitsOf(machine) });
    const encoded = machine.letters * machine.tapes;
    const sizes = {
      recurrent: units * units, input: encoded * units, bias: units, readout: this.classes * units, readoutBias: this.classes,
      centers: states * units, sides: states * units,
    };
    const total = Object.values(sizes).reduce((sum, size) => sum + size);
    [this.flat, this.gradient] = Array.from({ length: 2 }, () => new Float64Array(total));
    this.adam = new Adam(total, this.settings);
    this.pace = new NoisePace(this.settings);
    this.own = namedViews(this.flat, sizes);
    this.slope = namedViews(this.gradient, sizes);
    this.allocate();
    this.initialise(randomNumbers(seed));
  }

  allocate() {
    const { units, states, symbols, pairs, classes } = this;
    const array = (size) => new Float64Array(size);
    Object.assign(this, {
      weights: array(units * units), sizes: array(units * units), drive: array(symbols * units),
      centers: array(states * units), half: array(states * units),
      low: array(pairs * units), high: array(pairs * units), middle: array(pairs * units), spread: array(pairs * units),
      image: array(pairs * units), reach: array(pairs * units), slopeMiddle: array(pairs * units), slopeSpread: array(pairs * units),
      slopeCenter: array(states * units), slopeHalf: array(states * units), margins: array(pairs * classes), losses: array(pairs),
    });
  }

  initialise({ normal }) {
    const { own, units, settings } = this;
    const unit = 1 / settings.scale;
    own.recurrent.set(orthogonal(units, normal).map((value) => value * unit));
    fill(own.input, () => settings.drive * unit * normal());
    fill(own.readout, () => normal() / Math.sqrt(2 * units));
    fill(own.centers, () => settings.spread * unit * normal());
    own.sides.fill(Math.log(Math.expm1(settings.radius * unit)));
    const places = placesOnCircle(this.machine);
    places.forEach((place, state) => {
      const angle = (2 * Math.PI * (place - places[0])) / places.length + 0.9 * Math.PI; // the start is on the left
      own.centers[state * units] = settings.circle * unit * Math.cos(angle);
      own.centers[state * units + 1] = settings.circle * unit * Math.sin(angle);
    });
  }

  /** Real numbers from the trained ones. The box of the start state has its center at 0, where W h starts. */
  unpack() {
    const { own, units, states, symbols, weights, sizes, drive, centers, half, digits, settings } = this;
    for (let at = 0; at < weights.length; at += 1) {
      weights[at] = settings.scale * own.recurrent[at];
      sizes[at] = Math.abs(weights[at]);
    }
    for (let symbol = 0; symbol < symbols; symbol += 1) {
      for (let unit = 0; unit < units; unit += 1) {
        let sum = own.bias[unit];
        for (const digit of digits[symbol]) sum += own.input[digit * units + unit];
        drive[symbol * units + unit] = settings.scale * sum;
      }
    }
    for (let state = 0, at = 0; state < states; state += 1) {
      for (let unit = 0; unit < units; unit += 1, at += 1) {
        centers[at] = settings.scale * (own.centers[at] - own.centers[unit]);
        half[at] = settings.scale * Math.log1p(Math.exp(own.sides[at]));
      }
    }
  }

  /** One update of Adam. */
  update() {
    this.unpack();
    this.forward(this.settings.noise * this.pace.share);
    for (const array of [this.gradient, this.slopeMiddle, this.slopeSpread, this.slopeCenter, this.slopeHalf]) array.fill(0);
    const wrong = this.answers();
    const outside = this.inclusions();
    this.backward();
    this.adam.update(this.flat, this.gradient);
    this.pace.follow(wrong, outside);
    this.done += 1;
  }

  /** The images of all boxes. */
  forward(noise) {
    const { pairs, symbols, units, drive, centers, half, low, high, middle, spread, image, reach, weights, sizes } = this;
    for (let pair = 0; pair < pairs; pair += 1) {
      const [state, from] = [Math.floor(pair / symbols), pair * units];
      const symbol = pair - state * symbols;
      for (let unit = 0; unit < units; unit += 1) {
        const center = drive[symbol * units + unit] + centers[state * units + unit];
        const side = half[state * units + unit];
        const [a, b] = [Math.tanh(center - side), Math.tanh(center + side)];
        low[from + unit] = a;
        high[from + unit] = b;
        middle[from + unit] = 0.5 * (a + b);
        spread[from + unit] = 0.5 * (b - a) + noise;
      }
      for (let row = 0, at = 0; row < units; row += 1) {
        let [sum, size] = [0, 0];
        for (let unit = from; unit < from + units; unit += 1, at += 1) {
          sum += weights[at] * middle[unit];
          size += sizes[at] * spread[unit];
        }
        image[from + row] = sum;
        reach[from + row] = size;
      }
    }
  }

  /** The worst case of the cross-entropy over each image, and its slopes; the share of pairs that may be answered wrongly. */
  answers() {
    const { pairs, classes, machine, margins, losses } = this;
    let [wrong, sum] = [0, 0];
    for (let pair = 0; pair < pairs; pair += 1) {
      let [least, others] = [Infinity, 0];
      for (let other = 0; other < classes; other += 1) {
        if (other === machine.output[pair]) continue;
        const margin = this.marginOver(pair, other);
        margins[pair * classes + other] = margin;
        least = Math.min(least, margin);
        others += Math.exp(Math.min(500, -margin));
      }
      losses[pair] = Math.log1p(others) + 1e-6;
      sum += losses[pair] ** 2;
      if (!(least > 0)) wrong += 1;
    }
    const mean = Math.sqrt(sum / pairs);
    for (let pair = 0; pair < pairs; pair += 1) this.slopesOfAnswer(pair, losses[pair] / (pairs * mean));
    return wrong / pairs;
  }

  /** The least lead of the right logit over another on a pair's image. */
  marginOver(pair, other) {
    const { units, own, machine, middle, spread } = this;
    const [right, wrong, from] = [machine.output[pair] * units, other * units, pair * units];
    let margin = own.readoutBias[machine.output[pair]] - own.readoutBias[other];
    for (let unit = 0; unit < units; unit += 1) {
      const weight = own.readout[right + unit] - own.readout[wrong + unit];
      margin += weight * middle[from + unit] - Math.abs(weight) * spread[from + unit];
    }
    return margin;
  }

  slopesOfAnswer(pair, share) {
    const { units, classes, own, slope, machine, margins, losses, middle, spread, slopeMiddle, slopeSpread } = this;
    const [answer, from] = [machine.output[pair], pair * units];
    const whole = Math.exp(losses[pair] - 1e-6); // 1 + the sum over other answers
    for (let other = 0; other < classes; other += 1) {
      if (other === answer) continue;
      const push = (-share * Math.exp(Math.min(500, -margins[pair * classes + other]))) / whole;
      slope.readoutBias[answer] += push;
      slope.readoutBias[other] -= push;
      for (let unit = 0, at = from; unit < units; unit += 1, at += 1) {
        const [right, wrong] = [answer * units + unit, other * units + unit];
        const weight = own.readout[right] - own.readout[wrong];
        const change = push * (middle[at] - (weight < 0 ? -spread[at] : spread[at]));
        slope.readout[right] += change;
        slope.readout[wrong] -= change;
        slopeMiddle[at] += push * weight;
        slopeSpread[at] -= push * Math.abs(weight);
      }
    }
  }

  /** How far images lie outside the boxes that they go to, and its slopes. Coordinates that lie inside cost nothing. */
  inclusions() {
    const { pairs, units, settings, machine, image, reach, centers, half, slope, weights, sizes, middle, spread } = this;
    const share = 10 ** (-settings.ramp * Math.max(0, 1 - this.done / (settings.rampEnd * settings.updates))) / pairs;
    const kept = 1 - settings.margin;
    let outside = 0;
    for (let pair = 0; pair < pairs; pair += 1) {
      for (let row = 0; row < units; row += 1) {
        const [from, to] = [pair * units, machine.delta[pair] * units + row];
        const away = image[from + row] - centers[to];
        const over = Math.abs(away) + reach[from + row] - kept * half[to];
        if (!(over > 0)) continue;
        outside += over + over * over;
        const ofReach = share * (1 + 2 * over);
        const ofImage = away < 0 ? -ofReach : ofReach;
        this.slopeCenter[to] -= settings.pull * ofImage;
        this.slopeHalf[to] -= kept * ofReach;
        for (let unit = from, at = row * units; unit < from + units; unit += 1, at += 1) {
          const weight = weights[at];
          this.slopeMiddle[unit] += ofImage * weight;
          this.slopeSpread[unit] += ofReach * sizes[at];
          slope.recurrent[at] += ofImage * middle[unit] + (weight < 0 ? -ofReach : ofReach) * spread[unit];
        }
      }
    }
    return outside / pairs;
  }

  /** Slopes of the trained numbers from those of the images and boxes. */
  backward() {
    const { pairs, symbols, units, states, digits, own, slope, settings } = this;
    const { low, high, slopeMiddle, slopeSpread, slopeCenter, slopeHalf } = this;
    for (let pair = 0; pair < pairs; pair += 1) {
      const state = Math.floor(pair / symbols);
      const read = digits[pair - state * symbols];
      for (let unit = 0, at = pair * units, box = state * units; unit < units; unit += 1, at += 1, box += 1) {
        const ofLow = 0.5 * (slopeMiddle[at] - slopeSpread[at]) * (1 - low[at] * low[at]);
        const ofHigh = 0.5 * (slopeMiddle[at] + slopeSpread[at]) * (1 - high[at] * high[at]);
        slopeCenter[box] += ofLow + ofHigh;
        slopeHalf[box] += ofHigh - ofLow;
        slope.bias[unit] += settings.scale * (ofLow + ofHigh);
        for (const digit of read) slope.input[digit * units + unit] += settings.scale * (ofLow + ofHigh);
      }
    }
    for (let at = 0; at < slope.recurrent.length; at += 1) slope.recurrent[at] *= settings.scale;
    for (let state = 0, at = 0; state < states; state += 1) {
      for (let unit = 0; unit < units; unit += 1, at += 1) {
        const growth = Math.exp(own.sides[at]);
        slope.centers[at] += settings.scale * slopeCenter[at];
        slope.centers[unit] -= settings.scale * slopeCenter[at];
        slope.sides[at] = (settings.scale * slopeHalf[at] * growth) / (1 + growth);
      }
    }
  }

  /** The net as it would be stored, in float32: `recurrent` [H, H], `input` [E, H], `bias` [H], `readout` [C, H], `readoutBias` [C]. */
  net() {
    const { own, units, weights, machine, settings } = this;
    this.unpack();
    const scaled = (values) => Float32Array.from(values, (value) => settings.scale * value);
    return {
      units, machine, recurrent: Float32Array.from(weights), input: scaled(own.input), bias: scaled(own.bias),
      readout: Float32Array.from(own.readout), readoutBias: Float32Array.from(own.readoutBias),
    };
  }

  /** The boxes as lists of bounds, `[Q · H]` each. */
  boxes() {
    this.unpack();
    const { centers, half } = this;
    return { low: centers.map((center, at) => center - half[at]), high: centers.map((center, at) => center + half[at]) };
  }
}

export function namedViews(flat, sizes) {
  let at = 0;
  return Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, flat.subarray(at, (at += size))]));
}

function fill(array, next) {
  for (let at = 0; at < array.length; at += 1) array[at] = next();
}

// Places for a machine's states on a circle, neighbours close together. Two coordinates of a net start there, for the picture.

/** For each of the states its place, 0 to Q - 1: swaps of two states, while one makes the transitions shorter. */
function placesOnCircle({ delta, symbols, names }) {
  const count = names.length;
  const places = Array.from(names, (_, state) => state);
  const half = Math.PI / count;
  const apart = (a, b) => Math.abs(Math.sin(half * (places[a] - places[b])));
  const length = () => delta.reduce((sum, next, at) => sum + apart(Math.floor(at / symbols.length), next), 0);
  const swap = (a, b) => ([places[a], places[b]] = [places[b], places[a]]);
  let best = length();
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (let a = 0; a < count; a += 1) {
      for (let b = 0; b < a; b += 1) {
        swap(a, b);
        const now = length();
        if (now < best - 1e-9) [best, isBetter] = [now, true];
        else swap(a, b);
      }
    }
  }
  return places;
}
