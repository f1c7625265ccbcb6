// Do boxes close? Each image of a box under a symbol must lie in the box of the machine's next state, with the right answer on it.
// All bounds are rounded outward, so that a checker in exact arithmetic agrees.

import { digitsOf } from "./encoding.js";
import { nearTanh, sumError, NEAR_TANH_ERROR } from "./enclosures.js";

/**
 * @typedef {{low: Float64Array, high: Float64Array}} Boxes bounds of W h, `[Q · H]`, one box a state of the machine
 * @typedef {object} Closure
 * @property {boolean} closed whether all is inside, and every answer right
 * @property {number} open pairs that are not inside, or not answered rightly
 * @property {Uint8Array} outside `[pairs]` 1 where an image is not inside its box
 * @property {Uint8Array} wrong `[pairs]` 1 where an answer may be wrong
 * @property {Boxes} images `[pairs · H]`
 * @property {number} margin the least lead of a right answer
 */

/**
 * @param {object} net as `Learner.net` gives it
 * @param {Boxes} boxes
 * @param {number} noise what each coordinate of each state may be off by
 * @returns {Closure}
 */
export function closureOf(net, boxes, noise = 0) {
  const { machine, units } = net;
  const pairs = machine.delta.length;
  const images = imagesOf(net, boxes, noise);
  const [outside, wrong] = [new Uint8Array(pairs), new Uint8Array(pairs)];
  let [open, margin] = [0, Infinity];
  for (let pair = 0; pair < pairs; pair += 1) {
    const to = machine.delta[pair] * units;
    for (let unit = 0, at = pair * units; unit < units; unit += 1, at += 1) {
      if (!(images.low[at] >= boxes.low[to + unit] && images.high[at] <= boxes.high[to + unit])) outside[pair] = 1;
    }
    wrong[pair] = images.margins[pair] > 0 ? 0 : 1;
    open += outside[pair] | wrong[pair];
    margin = Math.min(margin, images.margins[pair]);
  }
  let hasStart = true;
  for (let unit = 0; unit < units; unit += 1) hasStart &&= boxes.low[unit] <= 0 && boxes.high[unit] >= 0;
  return { closed: hasStart && open === 0, open, outside, wrong, images, margin };
}

/** The bounds of W h after each pair's step, and of the right answer's lead. */
function imagesOf(net, boxes, noise) {
  const { machine, units } = net;
  const [pairs, symbols] = [machine.delta.length, machine.symbols.length];
  const room = NEAR_TANH_ERROR + noise;
  const [low, high, margins] = [new Float64Array(pairs * units), new Float64Array(pairs * units), new Float64Array(pairs)];
  const [least, most] = [new Float64Array(units), new Float64Array(units)];
  const errors = rowErrors(net.recurrent, units, 1 + room);
  const drives = drivesOf(net);
  for (let pair = 0; pair < pairs; pair += 1) {
    const state = Math.floor(pair / symbols);
    const drive = drives[pair - state * symbols];
    for (let unit = 0; unit < units; unit += 1) {
      const [a, b] = [boxes.low[state * units + unit], boxes.high[state * units + unit]];
      least[unit] = nearTanh(drive.low[unit] + a - sumError(2, Math.abs(a) + drive.size[unit])) - room;
      most[unit] = nearTanh(drive.high[unit] + b + sumError(2, Math.abs(b) + drive.size[unit])) + room;
    }
    for (let row = 0, at = 0; row < units; row += 1) {
      let [a, b] = [0, 0];
      for (let unit = 0; unit < units; unit += 1, at += 1) {
        const weight = net.recurrent[at];
        a += weight * (weight > 0 ? least[unit] : most[unit]);
        b += weight * (weight > 0 ? most[unit] : least[unit]);
      }
      low[pair * units + row] = a - errors[row];
      high[pair * units + row] = b + errors[row];
    }
    margins[pair] = marginOf(net, machine.output[pair], least, most, 1 + room);
  }
  return { low, high, margins };
}

function rowErrors(matrix, units, most) {
  return Float64Array.from({ length: units }, (_, row) => {
    let size = 0;
    for (let unit = 0; unit < units; unit += 1) size += Math.abs(matrix[row * units + unit]);
    return sumError(units, size * most);
  });
}

/** What each symbol adds to W h: bounds, and the magnitude. */
function drivesOf({ machine, units, input, bias }) {
  return digitsOf(machine).map((digits) => {
    const [low, high, size] = [new Float64Array(units), new Float64Array(units), new Float64Array(units)];
    for (let unit = 0; unit < units; unit += 1) {
      const parts = [bias[unit], ...digits.map((digit) => input[digit * units + unit])];
      const sum = parts.reduce((total, part) => total + part);
      size[unit] = parts.reduce((total, part) => total + Math.abs(part), 0);
      const error = sumError(parts.length, size[unit]);
      [low[unit], high[unit]] = [sum - error, sum + error];
    }
    return { low, high, size };
  });
}

/** The least lead of an answer on a box of states. */
function marginOf({ units, readout, readoutBias }, answer, least, most, largest) {
  let margin = Infinity;
  for (let other = 0; other < readoutBias.length; other += 1) {
    if (other === answer) continue;
    let [sum, size] = [readoutBias[answer] - readoutBias[other], Math.abs(readoutBias[answer]) + Math.abs(readoutBias[other])];
    for (let unit = 0, right = answer * units, wrong = other * units; unit < units; unit += 1, right += 1, wrong += 1) {
      const weight = readout[right] - readout[wrong];
      sum += weight * (weight > 0 ? least[unit] : most[unit]);
      size += (Math.abs(readout[right]) + Math.abs(readout[wrong])) * largest;
    }
    const bound = sum - sumError(2 * units + 2, size);
    if (!(bound >= margin)) margin = bound; // a NaN stays
  }
  return margin;
}

/**
 * Smaller boxes that close as well. `share` 0 is the hull of the images, 1 the boxes themselves. Every family between has its images in
 * the hull, because images of smaller boxes are smaller. It is checked all the same.
 */
export function tightened({ machine }, boxes, images, share) {
  const units = boxes.low.length / machine.names.length;
  const [low, high] = [boxes.low.map(() => Infinity), boxes.high.map(() => -Infinity)];
  low.fill(0, 0, units); // W h starts at 0
  high.fill(0, 0, units);
  machine.delta.forEach((next, pair) => {
    for (let unit = 0, at = pair * units, to = next * units; unit < units; unit += 1, at += 1, to += 1) {
      low[to] = Math.min(low[to], images.low[at]);
      high[to] = Math.max(high[to], images.high[at]);
    }
  });
  return {
    low: low.map((bound, at) => bound + share * (boxes.low[at] - bound)),
    high: high.map((bound, at) => bound + share * (boxes.high[at] - bound)),
  };
}

/** The largest noise, to 1 %, under which boxes close; 0 if they do not without any. */
export function noiseBudget(net, boxes) {
  return largestNoise((noise) => closureOf(net, boxes, noise).closed);
}

/** The largest number up to `most`, to 1 %, for which a question that is true of smaller ones is true; 0 if it is not even of 0. */
export function largestNoise(closes, most = 1) {
  if (!closes(0)) return 0;
  let [low, high] = [0, most];
  for (let noise = 1e-6; noise < most; noise *= 4) {
    if (closes(noise)) low = noise;
    else {
      high = noise;
      break;
    }
  }
  while (high > 1.01 * low && high > 1e-9) {
    const middle = low ? Math.sqrt(low * high) : high / 4;
    if (closes(middle)) low = middle;
    else high = middle;
  }
  return low;
}
