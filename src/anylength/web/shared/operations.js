// The operations of a step program, in float32: the only place in the pages that knows what an operation computes.
// Names and meanings are those of `anylength.programs.operations`. An operation is a function (out, attributes, ...arguments) that
// fills `out`; values are Float32Arrays of rows, and storing a number in one rounds it to float32.

import { multiplyInto, sigmoid, lerp } from "./tensors.js";

/**
 * @typedef {(out: Float32Array, attributes: Record<string, any>, ...values: Float32Array[]) => void} Operation
 */

/** @type {Record<string, Operation>} */
export const OPERATIONS = {
  slice: (out, { start }, a) => copyInto(out, 0, a, start, out.length),
  take: (out, { rows }, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a[rows[k]];
  },
  concatenate: (out, _, ...parts) => {
    let first = 0;
    for (const part of parts) {
      copyInto(out, first, part, 0, part.length);
      first += part.length;
    }
  },
  matmul: (out, { matrix }, a) => multiplyInto(matrix, a, a.length, out),
  matvec: (out, _, a, b) => multiplyInto(a, b, b.length, out),
  add: (out, _, a, b) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] + b[k];
  },
  subtract: (out, _, a, b) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] - b[k];
  },
  multiply: (out, _, a, b) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] * b[k];
  },
  maximum: (out, _, a, b) => {
    for (let k = 0; k < out.length; k += 1) out[k] = Math.max(a[k], b[k]);
  },
  minimum: (out, _, a, b) => {
    for (let k = 0; k < out.length; k += 1) out[k] = Math.min(a[k], b[k]);
  },
  scale: (out, { factor }, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = factor * a[k];
  },
  lerp: (out, _, a, b, c) => {
    for (let k = 0; k < out.length; k += 1) out[k] = lerp(a[k], b[k], c[k]);
  },
  mean: (out, _, a) => {
    out[0] = meanOf(a);
  },
  mean_square: (out, _, a) => {
    let sum = Math.fround(0);
    for (let k = 0; k < a.length; k += 1) sum = Math.fround(sum + Math.fround(a[k] * a[k]));
    out[0] = sum / a.length;
  },
  center: (out, _, a) => {
    const mean = meanOf(a);
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] - mean;
  },
  normalize: (out, { epsilon }, a, b) => {
    const root = Math.fround(Math.sqrt(Math.fround(b[0] + epsilon)));
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] / root;
  },
  softmax: (out, _, a) => {
    let largest = -Infinity;
    let sum = Math.fround(0);
    for (let k = 0; k < out.length; k += 1) largest = Math.max(largest, a[k]);
    for (let k = 0; k < out.length; k += 1) {
      out[k] = Math.exp(Math.fround(a[k] - largest));
      sum = Math.fround(sum + out[k]);
    }
    for (let k = 0; k < out.length; k += 1) out[k] /= sum;
  },
  tanh: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = Math.tanh(a[k]);
  },
  sigmoid: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = sigmoid(a[k]);
  },
  relu: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] > 0 ? a[k] : 0;
  },
  exp: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = Math.exp(a[k]);
  },
  softplus: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = Math.max(a[k], 0) + Math.log1p(Math.exp(-Math.abs(a[k])));
  },
  silu: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] / (1 + Math.exp(-a[k]));
  },
  gelu: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] * normalShare(a[k]);
  },
  absolute: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = Math.abs(a[k]);
  },
  square: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a[k] * a[k];
  },
  reciprocal: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = 1 / a[k];
  },
  rsqrt: (out, _, a) => {
    for (let k = 0; k < out.length; k += 1) out[k] = 1 / Math.fround(Math.sqrt(a[k]));
  },
  stored: (out, _, a) => copyInto(out, 0, a, 0, out.length),
};

/**
 * Copies `count` numbers. A loop is faster than `set` for the few numbers of a small net.
 * @param {Float32Array} out
 * @param {number} at
 * @param {Float32Array} from
 * @param {number} start
 * @param {number} count
 */
export function copyInto(out, at, from, start, count) {
  for (let k = 0; k < count; k += 1) out[at + k] = from[start + k];
}

function meanOf(value) {
  let sum = Math.fround(0);
  for (let k = 0; k < value.length; k += 1) sum = Math.fround(sum + value[k]);
  return Math.fround(sum / value.length);
}

/** Coefficients of t⁰ to t⁹ in the exponent of erfc (Press et al., Numerical Recipes, section 6.2): relative error below 1.2e-7. */
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
];

/** The normal distribution function Φ(x) = erfc(−x / √2) / 2. */
function normalShare(x) {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 1 / (1 + z / 2);
  const upper = (t / 2) * Math.exp(ERFC.reduceRight((sum, coefficient) => sum * t + coefficient, 0) - z * z);
  return x < 0 ? upper : 1 - upper;
}
