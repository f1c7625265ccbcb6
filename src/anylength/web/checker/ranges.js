// The rule of each operation over intervals in units of 2^-352: the result holds the exact value for any numbers in the arguments.
//
// Sums, rows that are moved or compared, and products of weights with numbers on the grid of 2^-96 are exact; all else is rounded
// outward to that grid. What no rule bounds, such as 1 / x around 0, is Refused, and so are numbers above 2^1000.

import {
  ceilDivided, expBounds, floorDivided, GRID_SHIFT, larger, largestOf, magnitude, normalBounds, ONE, outward, sigmoidBounds, smaller,
  smallestOf, softplusBounds, squareRoot, sumOf, tanhBounds, UNIT, WEIGHT_SHIFT,
} from "./dyadic.js";
import { PICKING } from "./steps.js";
import { demand } from "./strict.js";

const LARGEST_RANGE = UNIT << 1000n;
const SILU_TURN = -101290396562599003152735741617n;
const GELU_TURN = -59563061095268295647893366582n;

/** An interval in units of 2^-bits, rounded outward to the grid of 2^-96, in units of 2^-352. */
export function onGrid(low, high, bits = 352n) {
  const [down, up] = outward([low, high], bits - 96n);
  return [down << GRID_SHIFT, up << GRID_SHIFT];
}

function productOfRanges(a, b) {
  const corners = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
  return [smallestOf(corners), largestOf(corners)];
}

function squareOf(a) {
  return [largestOf([a[0], -a[1], 0n]) ** 2n, larger(a[0] ** 2n, a[1] ** 2n)];
}

function rising(bounds) {
  return (a) => onGrid(bounds(a[0] >> GRID_SHIFT)[0], bounds(-(-a[1] >> GRID_SHIFT))[1], 96n);
}

/** x g(x) for a gate g >= 0 that rises, if it falls up to a number between t = turn < 0 and t + 1 and rises from there on. */
function gated(gate, turn) {
  return (a) => {
    const [low, high] = outward(a, GRID_SHIFT);
    const corners = [low, high].flatMap((x) => gate(x).map((bound) => x * bound));
    if (low <= turn + 1n && turn <= high) corners.push(turn * gate(turn + 1n)[1]);
    return onGrid(smallestOf(corners), largestOf(corners), 192n);
  };
}

/** |y_i| 2^352 is the root of n x_i^2 2^704 / (x_i^2 + S + n e), S being the sum of the other squares. */
function normalized(a, e) {
  const [squares, count] = [a.map(squareOf), BigInt(a.length)];
  const sums = [0, 1].map((end) => sumOf(squares.map((square) => square[end])));
  return a.map((interval, k) => {
    const ends = interval.map((x, end) => {
      const side = end ? 1n : -1n;
      const inner = side * x <= 0n ? 1 : 0; // then the size of y_i is rounded down
      const size = squareRoot((count * (x * UNIT) ** 2n) / (x * x + sums[inner] - squares[k][inner] + count * e));
      return inner ? -side * size : side * (size + 1n);
    });
    return onGrid(...ends);
  });
}

/** 1 / (1 + the sum of e^(x_j - x_i) over the others) rises with x_i and falls with each x_j. */
function softmaxOfRanges(a) {
  const ends = a.map((x) => outward(x, GRID_SHIFT));
  return ends.map(([low, high], i) => {
    const others = ends.filter((_, j) => j !== i);
    const [most, least] = [[1, low], [0, high]].map(([end, own]) => ONE + sumOf(others.map((x) => expBounds(x[end] - own)[end])));
    return onGrid((ONE * ONE) / most, ceilDivided(ONE * ONE, least), 96n);
  });
}

/** (sum w (low + high) -+ sum |w| (high - low)) / 2 for each row of weights w, the box first rounded to the grid. */
export function matmulOfRanges(matrix, columns, value) {
  const ends = value.map((interval) => outward(interval, GRID_SHIFT));
  const [sums, widths] = [ends.map(([low, high]) => low + high), ends.map(([low, high]) => high - low)];
  const kept = ends.flatMap(([low, high], at) => (low || high ? [at] : []));
  return matrix.map((row, k) => {
    let [center, radius] = [0n, 0n];
    for (const at of kept.length <= columns[k].length ? kept : columns[k]) {
      center += row[at] * sums[at];
      if (widths[at]) radius += magnitude(row[at]) * widths[at];
    }
    return [(center - radius) << 106n, (center + radius) << 106n];
  });
}

function lerped(z, a, b) {
  demand(z[0] >= 0n && z[1] <= UNIT, "lerp by a number outside 0 to 1");
  const at = (t, end) => (UNIT - t) * a[end] + t * b[end];
  return onGrid(smaller(at(z[0], 0), at(z[1], 0)), larger(at(z[0], 1), at(z[1], 1)), 704n);
}

function reciprocalOf(a) {
  demand(a[0] > 0n || a[1] < 0n, "1 / x around 0");
  return onGrid(floorDivided(UNIT ** 2n, a[1]), -floorDivided(-(UNIT ** 2n), a[0]));
}

function rsqrtOf(a) {
  demand(a[0] > 0n, "1 / sqrt(x) of a number not above 0");
  return onGrid(squareRoot(UNIT ** 3n / a[1]), squareRoot(UNIT ** 3n / a[0]) + 1n);
}

const ROW_RULES = new Map(
  Object.entries({
    add: (a, b) => [a[0] + b[0], a[1] + b[1]],
    subtract: (a, b) => [a[0] - b[1], a[1] - b[0]],
    multiply: (a, b) => onGrid(...productOfRanges(a, b), 704n),
    maximum: (a, b) => [larger(a[0], b[0]), larger(a[1], b[1])],
    minimum: (a, b) => [smaller(a[0], b[0]), smaller(a[1], b[1])],
    lerp: lerped,
    tanh: rising(tanhBounds),
    sigmoid: rising(sigmoidBounds),
    relu: (a) => [larger(a[0], 0n), larger(a[1], 0n)],
    exp: rising(expBounds),
    softplus: rising(softplusBounds),
    silu: gated(sigmoidBounds, SILU_TURN),
    gelu: gated(normalBounds, GELU_TURN),
    absolute: (a) => [largestOf([a[0], -a[1], 0n]), larger(-a[0], a[1])],
    square: (a) => onGrid(...squareOf(a), 704n),
    reciprocal: reciprocalOf,
    rsqrt: rsqrtOf,
    stored: (a) => a,
  }),
);

const VALUE_RULES = new Map(
  Object.entries({
    tensor: ({ tensor }, net) => net.get(tensor)[0].map((w) => [w << WEIGHT_SHIFT, w << WEIGHT_SHIFT]),
    constant: ({ number, rows }) => Array(rows).fill([number, number]),
    scale: ({ number }, _, __, a) => a.map((row) => onGrid(...productOfRanges(row, [number, number]), 704n)),
    matmul: ({ tensor, picked }, net, columns, a) =>
      matmulOfRanges(picked.map((row) => net.get(tensor)[row]), picked.map((row) => columns.get(tensor)[row]), a),
    mean: (_, __, ___, a) => meanOfRanges(a, 352n),
    mean_square: (_, __, ___, a) => meanOfRanges(a.map(squareOf), 704n),
    center: (_, __, ___, a) => centered(a),
    matvec: (_, __, ___, a, b) =>
      Array.from({ length: a.length / b.length }, (____, k) => {
        const products = b.map((own, at) => productOfRanges(a[k * b.length + at], own));
        return onGrid(sumOf(products.map(([low]) => low)), sumOf(products.map(([, high]) => high)), 704n);
      }),
    normalize: ({ number }, _, __, a) => normalized(a, number << 352n),
    softmax: (_, __, ___, a) => softmaxOfRanges(a),
  }),
);

function meanOfRanges(terms, bits) {
  const count = BigInt(terms.length);
  const [low, high] = [0, 1].map((end) => sumOf(terms.map((term) => term[end])));
  return [onGrid(floorDivided(low, count), ceilDivided(high, count), bits)];
}

/** ((n - 1) x_i - the sum of the others) / n, each x counted once. */
function centered(a) {
  const n = BigInt(a.length);
  const [lows, highs] = [0, 1].map((end) => sumOf(a.map((interval) => interval[end])));
  return a.map(([low, high]) => onGrid(floorDivided(n * low - low - highs + high, n), -floorDivided(lows - low - n * high + high, n)));
}

/** The box of an instruction's value, from those of its arguments. */
export function rangeOf(net, columns, step, values) {
  let box;
  if (ROW_RULES.has(step.op)) box = values[0].map((_, row) => ROW_RULES.get(step.op)(...values.map((value) => value[row])));
  else if (Object.hasOwn(PICKING, step.op)) box = pickedRows(step, values);
  else box = VALUE_RULES.get(step.op)(step, net, columns, ...values);
  demand(box.every(([low, high]) => -low <= LARGEST_RANGE && high <= LARGEST_RANGE), `${step.op} gives numbers above 2^1000`);
  return box;
}

/** The rows that an instruction takes from its arguments, one on top of the other. */
export function pickedRows(step, values) {
  const rows = values.flat(1);
  return step.picked.map((row) => rows[row]);
}
