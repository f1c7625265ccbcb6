// Ellipsoids c + L u, |u| <= 1, as regions of states, and what it takes to show that one holds all numbers of some forms.

import { floorDivided, largestOf, magnitude, smallestOf, squareRoot, sumOf } from "./dyadic.js";
import { dot, form } from "./forms.js";

const SHARE_BITS = 10n;
const CHOLESKY_BITS = 40n;
const KEPT_BITS = 56;
const SPARE = 1n << 20n;
const SHIFT_BITS = 10n; // a shift of joint weights is in units of 2^-10
export const HALF_SHIFT = 512; // the most that a shift may be

/** The region of a center and a shape, the rows of L, in units of 2^-32. The spread says how the room for errors is shared out. */
export function ellipsoidOf(center, shape, spread) {
  return { center, shape, spread, gram: shape.map((a) => shape.map((b) => dot(a, b))) };
}

/** All states of a region: a form for each number of a state. */
export function formsOfRegion({ center, shape }) {
  return center.map((own, k) => form(own, shape[k], [], 0n, 0n));
}

/**
 * Whether this symmetric matrix surely is positive definite: it differs from some G G^T by one whose diagonal outweighs its rows. G is
 * about the Cholesky factor of the matrix less a little, in integers; whatever it is, the conclusion holds.
 * @param {bigint[][]} matrix its rows up to the diagonal
 */
function isPositiveDefinite(matrix) {
  const factor = [];
  for (let i = 0; i < matrix.length; i += 1) {
    const line = [];
    for (let j = 0; j < i; j += 1) {
      line.push(floorDivided((matrix[i][j] << CHOLESKY_BITS) - dot(line, factor[j]), factor[j][j]));
    }
    const square = ((matrix[i][i] - SPARE) << CHOLESKY_BITS) - dot(line, line);
    if (square <= 0n) return false;
    factor.push([...line, squareRoot(square)]);
    if (!factor[i][i]) return false;
  }
  const left = Array(matrix.length).fill(0n);
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j += 1) {
      const rest = (row[j] << CHOLESKY_BITS) - dot(factor[j], factor[i]);
      left[i] += i === j ? rest : -magnitude(rest);
      if (i !== j) left[j] -= magnitude(rest);
    }
  });
  return smallestOf(left) > 0n;
}

/**
 * Whether the region surely holds all numbers of the forms: L L^T less all squares G G^T of their parts, each times its scale, and less
 * a diagonal for the errors, is positive definite. The errors' room is shared out as `spread` times the errors. The weights give the
 * scales in one of two ways. Parts are [how many bits the scales have, pairs of a scale and the rows of G, the scale of the errors].
 */
export function regionHolds(region, value, weights, areJoint = false) {
  const isPoint = (own, k) => own.center === region.center[k] && !own.error && !own.curved.length && own.linear.every((x) => !x);
  if (value.every(isPoint)) return true; // a point, which a region without extent may hold, too
  const beside = value.map((own, k) => own.center - region.center[k]);
  const [bits, parts, ofErrors] = (areJoint ? jointParts : separateParts)(value, beside, weights);
  const matrix = region.gram.map((row, i) => row.slice(0, i + 1).map((own) => own << bits));
  for (const [scale, part] of parts) {
    matrix.forEach((row, i) => {
      const left = part[i].map((x) => scale * x);
      for (let j = 0; j <= i; j += 1) row[j] -= dot(left, part[j]);
    });
  }
  const reach = sumOf(value.map((own, k) => own.error * region.spread[k]));
  value.forEach((own, k) => {
    matrix[k][k] -= ofErrors * own.error * -floorDivided(-reach, region.spread[k]);
  });
  return isPositiveDefinite(rescaled(matrix));
}

/** For each k the k-th curved vectors of the forms. */
function curvesOf(value, blocks) {
  const none = Array(value.length).fill(0n);
  return Array.from({ length: blocks }, (_, k) => value.map((own) => (own.curved.length ? own.curved[k] : none)));
}

/** The total over the weight, in units of 2^-10, rounded up. */
const ratioOf = (total, weight) => -floorDivided(-total << SHARE_BITS, weight);

/** The parts, each with a room of its own: weights are of what centers differ by, linear parts, each curved part, and errors. */
function separateParts(value, beside, weights) {
  const total = sumOf(weights);
  const inverse = weights.map((weight) => ratioOf(total, weight));
  const parts = [
    [4n * inverse[0], beside.map((x) => [x])],
    [4n * inverse[1], value.map((own) => own.linear)],
    ...curvesOf(value, weights.length - 3).map((curve, k) => [inverse[2 + k], curve]),
  ];
  return [SHARE_BITS + 2n, parts, 4n * inverse.at(-1)];
}

/**
 * The parts, with one room for all. Weights are those of what centers differ by, of u, of products, of errors, of each square, and the
 * shift of each. Why this suffices stands in docs/certificate.md and in the Python checker's `joint_parts`.
 */
function jointParts(value, beside, weights) {
  const [misfit, linear, products, errors, ...others] = weights;
  const blocks = others.length / 2;
  const [squares, shifts, curves] = [others.slice(0, blocks), others.slice(blocks), curvesOf(value, blocks)];
  const shifted = sumOf(squares.map((weight, k) => weight * shifts[k] ** 2n));
  const total = ((misfit + linear + products + errors) << (2n * SHIFT_BITS)) + shifted;
  // in units of 2^-42, and so its square is in those of 2^-84
  const moves = beside.map((_, i) => sumOf(shifts.map((shift, k) => (shift - BigInt(HALF_SHIFT)) * curves[k][i][k])));
  const moved = beside.map((x, i) => [(x << SHIFT_BITS) + moves[i]]);
  const parts = [
    [ratioOf(total, misfit << (2n * SHIFT_BITS)), moved],
    [ratioOf(total, linear), value.map((own) => own.linear)],
  ];
  curves.forEach((curve, k) => {
    parts.push([ratioOf(total, squares[k]), curve.map((row) => [row[k]])]);
    parts.push([ratioOf(total, squares[k] + products), curve.map((row) => row.slice(blocks))]);
    for (let j = 0; j < k; j += 1) {
      parts.push([ratioOf(total, squares[k] + squares[j]), curve.map((row, i) => [row[j] + curves[j][i][k]])]);
    }
  });
  return [SHARE_BITS + 2n * SHIFT_BITS, parts, ratioOf(total, errors)];
}

/** The matrix divided by a power of 2 and rounded; what roundings by less than 1 may change is taken from the diagonal. */
function rescaled(matrix) {
  const largest = largestOf(matrix.map((row) => magnitude(row.at(-1))));
  const shift = BigInt(Math.max(0, bitLength(largest) - KEPT_BITS));
  return matrix.map((row) => row.map((x, k) => (x >> shift) - (k === row.length - 1 ? BigInt(matrix.length) : 0n)));
}

const bitLength = (x) => (x ? x.toString(2).length : 0);
