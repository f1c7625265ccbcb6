// The operations of a step program over intervals in double precision, rounded outward: for any numbers in the arguments the exact
// result lies in the interval. A value is {low, high}, two arrays of rows. What has no bound is unbounded: -Infinity to Infinity.
//
// Bounds of + - * / are wider than the rounding of IEEE 754 by 2^-53 of the result and by 2^-90, so that the checker, which rounds to
// multiples of 2^-96, finds its own bounds inside.

import { nearExp, nearNormal, nearSoftplus, nearTanh, NEAR_EXP_ERROR, NEAR_NORMAL_ERROR, NEAR_TANH_ERROR, sumError } from "./enclosures.js";

/** @typedef {{low: Float64Array, high: Float64Array}} Interval one interval a row */

const [RELATIVE, ABSOLUTE, ROOT] = [2 ** -52, 2 ** -90, 2 ** -40];
const [SILU_LOW, GELU_LOW] = [-0.2784645428, -0.1699712075]; // below the least values of these functions
const [SILU_PLACE, GELU_PLACE] = [[-1.2785, -1.2784], [-0.7518, -0.7517]]; // where those values are
const LARGEST_POWER = 190;

const down = (x) => x - (Math.abs(x) * RELATIVE + ABSOLUTE);
const above = (x) => x + (Math.abs(x) * RELATIVE + ABSOLUTE);

/** Intervals of so many rows, from a function of the row's number that gives low and high; a NaN becomes unbounded. */
function rowsBy(rows, boundsOf) {
  const [low, high] = [new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row += 1) {
    const [a, b] = boundsOf(row);
    low[row] = Number.isNaN(a) ? -Infinity : a;
    high[row] = Number.isNaN(b) ? Infinity : b;
  }
  return { low, high };
}

const byRow = (bounds) => (_, a) => rowsBy(a.low.length, (row) => bounds(a.low[row], a.high[row]));
const byTwoRows = (bounds) => (_, a, b) => rowsBy(a.low.length, (row) => bounds([a.low[row], a.high[row]], [b.low[row], b.high[row]]));

function productOf([a, b], [c, d]) {
  const corners = [a * c, a * d, b * c, b * d];
  return [down(Math.min(...corners)), above(Math.max(...corners))];
}

function squareBounds(a, b) {
  const least = a > 0 ? a : b < 0 ? -b : 0;
  return [Math.max(0, down(least * least)), above(Math.max(a * a, b * b))];
}

const tanhRange = (a, b) => [nearTanh(a) - NEAR_TANH_ERROR, nearTanh(b) + NEAR_TANH_ERROR];
const sigmoidRange = (a, b) => [0.5 + 0.5 * nearTanh(0.5 * a) - NEAR_TANH_ERROR, 0.5 + 0.5 * nearTanh(0.5 * b) + NEAR_TANH_ERROR];
const normalRange = (a, b) => [nearNormal(a) - NEAR_NORMAL_ERROR, nearNormal(b) + NEAR_NORMAL_ERROR];

function expRange(a, b) {
  const low = a < -LARGEST_POWER ? 0 : nearExp(a) * (1 - NEAR_EXP_ERROR) - ABSOLUTE;
  return [Math.max(0, low), b > LARGEST_POWER ? Infinity : nearExp(Math.max(b, -LARGEST_POWER)) * (1 + NEAR_EXP_ERROR) + ABSOLUTE];
}

function softplusRange(a, b) {
  const bound = (x, side) => {
    const value = nearSoftplus(x);
    return value + side * (Math.abs(value) * NEAR_EXP_ERROR + NEAR_EXP_ERROR);
  };
  return [Math.max(0, bound(a, -1)), bound(b, 1)];
}

/** x g(x) for a gate g that rises: least near `place`. */
function gatedRange(gate, least, [from, to]) {
  return (a, b) => {
    const corners = [a, b].flatMap((x) => gate(x, x).map((share) => x * share));
    if (a <= to && b >= from) corners.push(least);
    return [down(Math.min(...corners)), above(Math.max(...corners))];
  };
}

/** Bounds of the root of a number that is not below 0, confirmed by their squares. */
function rootBounds(x) {
  const root = Math.sqrt(x);
  const [low, high] = [root * (1 - ROOT), root * (1 + ROOT)];
  return above(low * low) - 2 * ABSOLUTE <= x && down(high * high) + 2 * ABSOLUTE >= x ? [low, high] : [0, Infinity];
}

function reciprocalRange(a, b) {
  return a > 0 || b < 0 ? [down(1 / b), above(1 / a)] : [-Infinity, Infinity];
}

function rsqrtRange(a, b) {
  if (!(a > 0)) return [-Infinity, Infinity];
  return [down(1 / rootBounds(b)[1]), above(1 / rootBounds(a)[0])];
}

function lerpRange(z, a, b) {
  const at = (share, end) => a[end] + share * (b[end] - a[end]);
  const error = 8 * RELATIVE * (Math.max(...a.map(Math.abs)) + Math.max(...b.map(Math.abs))) + ABSOLUTE;
  if (!(z[0] >= -ROOT && z[1] <= 1 + ROOT)) return [-Infinity, Infinity];
  const [least, most] = [Math.max(0, z[0]), Math.min(1, z[1])]; // the checker's own bounds of a gate lie in 0 to 1
  return [Math.min(at(least, 0), at(most, 0)) - error, Math.max(at(least, 1), at(most, 1)) + error];
}

/** The bounds of a sum of weights times rows. */
export function weightedSum(weights, first, value, extra = 0) {
  const count = value.low.length;
  let [low, high, size] = [extra, extra, Math.abs(extra)];
  for (let k = 0; k < count; k += 1) {
    const weight = weights[first + k];
    const [a, b] = weight > 0 ? [value.low[k], value.high[k]] : [value.high[k], value.low[k]];
    if (weight === 0) continue;
    low += weight * a;
    high += weight * b;
    size += Math.abs(weight) * Math.max(Math.abs(a), Math.abs(b));
  }
  const error = sumError(count + 1, size) + (count + 1) * ABSOLUTE;
  return [low - error, high + error];
}

function meanBounds(rows) {
  const count = rows.length;
  const [low, high] = [0, 1].map((end) => rows.reduce((sum, row) => sum + row[end], 0) / count);
  const error = sumError(count + 2, rows.reduce((sum, row) => sum + Math.max(Math.abs(row[0]), Math.abs(row[1])), 0)) + ABSOLUTE;
  return [low - error, high + error];
}

const rowOf = (a, row) => [a.low[row], a.high[row]];
const rowList = (a) => Array.from(a.low, (_, row) => rowOf(a, row));

/** Row i of x / root of (mean of squares + epsilon) rises with x_i; its size falls with the others'. */
function normalizedIntervals({ epsilon }, a) {
  const [rows, count] = [rowList(a), a.low.length];
  const squares = rows.map((row) => squareBounds(...row));
  return rowsBy(count, (row) => {
    const others = squares.filter((_, other) => other !== row);
    const end = (x, isLow) => {
      const isSmaller = isLow === x > 0; // a size that is rounded down has the larger root
      const [squareLow, squareHigh] = squareBounds(x, x);
      const sums = [[squareLow, squareHigh], ...others].map((bounds) => (isSmaller ? [bounds[1], bounds[1]] : [bounds[0], bounds[0]]));
      const mean = meanBounds(sums);
      const root = rootBounds(Math.max(0, (isSmaller ? above : down)((isSmaller ? mean[1] : mean[0]) + epsilon)))[isSmaller ? 1 : 0];
      return isLow ? down(x / root) : above(x / root);
    };
    return [end(a.low[row], true), end(a.high[row], false)];
  });
}

function softmaxIntervals(_, a) {
  return rowsBy(a.low.length, (row) => {
    const others = rowList(a).filter((__, other) => other !== row);
    const whole = (own, end) => 1 + others.reduce((sum, other) => sum + expRange(other[end] - own, other[end] - own)[end], 0);
    const error = (value) => value * (others.length + 3) * NEAR_EXP_ERROR + ABSOLUTE;
    const [least, most] = [1 / whole(a.low[row], 1), 1 / whole(a.high[row], 0)];
    return [Math.max(0, least - error(least)), Math.min(1, most + error(most))];
  });
}

/** @type {Record<string, (attributes: object, ...given: Interval[]) => Interval>} */
export const INTERVAL_OPERATIONS = {
  slice: ({ start, stop }, a) => ({ low: a.low.slice(start, stop), high: a.high.slice(start, stop) }),
  take: ({ rows }, a) => rowsBy(rows.length, (row) => rowOf(a, rows[row])),
  concatenate: (_, ...parts) => {
    const joined = (end) => Float64Array.from(parts.flatMap((part) => [...part[end]]));
    return { low: joined("low"), high: joined("high") };
  },
  tensor: ({ tensor }) => ({ low: Float64Array.from(tensor), high: Float64Array.from(tensor) }),
  constant: ({ value, rows }) => ({ low: new Float64Array(rows).fill(value), high: new Float64Array(rows).fill(value) }),
  matmul: ({ matrix, count }, a) => rowsBy(count, (row) => weightedSum(matrix, row * a.low.length, a)),
  matvec: (_, a, b) => {
    const width = b.low.length;
    return rowsBy(a.low.length / width, (row) => {
      const products = rowList(b).map((own, k) => productOf(rowOf(a, row * width + k), own));
      return meanBounds(products).map((bound, end) => (end ? above : down)(bound * width));
    });
  },
  add: byTwoRows((a, b) => [down(a[0] + b[0]), above(a[1] + b[1])]),
  subtract: byTwoRows((a, b) => [down(a[0] - b[1]), above(a[1] - b[0])]),
  multiply: byTwoRows(productOf),
  maximum: byTwoRows((a, b) => [Math.max(a[0], b[0]), Math.max(a[1], b[1])]),
  minimum: byTwoRows((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1])]),
  scale: ({ factor }, a) => rowsBy(a.low.length, (row) => productOf(rowOf(a, row), [factor, factor])),
  lerp: (_, z, a, b) => rowsBy(z.low.length, (row) => lerpRange(rowOf(z, row), rowOf(a, row), rowOf(b, row))),
  mean: (_, a) => rowsBy(1, () => meanBounds(rowList(a))),
  mean_square: (_, a) => rowsBy(1, () => meanBounds(rowList(a).map((row) => squareBounds(...row)))),
  center: (_, a) => {
    const [rows, count] = [rowList(a), a.low.length];
    return rowsBy(count, (row) => {
      const others = (end) => rows.map((own, other) => (other === row ? [0, 0] : [own[end], own[end]]));
      const part = 1 - 1 / count;
      const [low, high] = [meanBounds(others(1))[1], meanBounds(others(0))[0]];
      return [down(down(part * rows[row][0]) - low), above(above(part * rows[row][1]) - high)];
    });
  },
  normalize: normalizedIntervals,
  softmax: softmaxIntervals,
  tanh: byRow(tanhRange),
  sigmoid: byRow((a, b) => sigmoidRange(a, b).map((x) => Math.min(1, Math.max(0, x)))),
  relu: byRow((a, b) => [Math.max(a, 0), Math.max(b, 0)]),
  exp: byRow(expRange),
  softplus: byRow(softplusRange),
  silu: byRow(gatedRange(sigmoidRange, SILU_LOW, SILU_PLACE)),
  gelu: byRow(gatedRange(normalRange, GELU_LOW, GELU_PLACE)),
  absolute: byRow((a, b) => [Math.max(0, a, -b), Math.max(-a, b)]),
  square: byRow(squareBounds),
  reciprocal: byRow(reciprocalRange),
  rsqrt: byRow(rsqrtRange),
  stored: (_, a) => a,
};
