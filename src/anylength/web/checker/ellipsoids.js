// Ellipsoids c + L u, |u| <= 1, as regions of states, and what it takes to show that one holds all numbers of some forms.

import { floorDivided, largestOf, magnitude, smallestOf, squareRoot, sumOf } from "./dyadic.js";
import { dot, form } from "./forms.js";

const SHARE_BITS = 10n;
const CHOLESKY_BITS = 40n;
const KEPT_BITS = 56;
const SPARE = 1n << 20n;

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
 * a diagonal for the errors, is positive definite. The errors' room is shared out as `spread` times the errors. Weights are of what
 * centers differ by, linear parts, each curved part, and errors.
 */
export function regionHolds(region, value, weights) {
  const isPoint = (own, k) => own.center === region.center[k] && !own.error && !own.curved.length && own.linear.every((x) => !x);
  if (value.every(isPoint)) return true; // a point, which a region without extent may hold, too
  const total = sumOf(weights);
  const inverse = weights.map((weight) => -floorDivided(-total << SHARE_BITS, weight));
  const parts = [
    [4n * inverse[0], value.map((own, k) => [own.center - region.center[k]])],
    [4n * inverse[1], value.map((own) => own.linear)],
    ...curvesOf(value, weights.length - 3).map((curve, k) => [inverse[2 + k], curve]),
  ];
  const matrix = region.gram.map((row, i) => row.slice(0, i + 1).map((own) => own << (SHARE_BITS + 2n)));
  for (const [scale, part] of parts) {
    matrix.forEach((row, i) => {
      const left = part[i].map((x) => scale * x);
      for (let j = 0; j <= i; j += 1) row[j] -= dot(left, part[j]);
    });
  }
  const reach = sumOf(value.map((own, k) => own.error * region.spread[k]));
  value.forEach((own, k) => {
    matrix[k][k] -= 4n * inverse.at(-1) * own.error * -floorDivided(-reach, region.spread[k]);
  });
  return isPositiveDefinite(rescaled(matrix));
}

/** For each k the k-th curved vectors of the forms. */
function curvesOf(value, blocks) {
  const none = Array(value.length).fill(0n);
  return Array.from({ length: blocks }, (_, k) => value.map((own) => (own.curved.length ? own.curved[k] : none)));
}

/** The matrix divided by a power of 2 and rounded; what roundings by less than 1 may change is taken from the diagonal. */
function rescaled(matrix) {
  const largest = largestOf(matrix.map((row) => magnitude(row.at(-1))));
  const shift = BigInt(Math.max(0, bitLength(largest) - KEPT_BITS));
  return matrix.map((row) => row.map((x, k) => (x >> shift) - (k === row.length - 1 ? BigInt(matrix.length) : 0n)));
}

const bitLength = (x) => (x ? x.toString(2).length : 0);
