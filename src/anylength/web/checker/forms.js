// The rule of each operation over forms: numbers that depend on a vector u, |u| <= 1, by a parabola in part, up to an error.
//
// A form stands for the numbers within `error` of center + linear . u + (curved_1 . v_1 + ... + curved_b . v_b) / 2 for any vectors v_k
// with |v_k| <= 1. Its bound is that of the curved part, and of the products of that with numbers that are linear in u. All is in units of
// 2^-32. The reasons for the rules stand in docs/reference/certificate-ellipsoids.md and in the Python checker's forms.

import { ceilShifted, floorDivided, largestOf, magnitude, squareRoot, tanhBounds } from "./dyadic.js";
import { pickedRows, rangeOf } from "./ranges.js";
import { PICKING } from "./steps.js";
import { demand } from "./strict.js";

const BITS = 32n;
export const FORM_UNIT = 1n << BITS;
export const TO_BOX = 320n; // from units of 2^-32 to units of 2^-352
const FROM_WEIGHT = 117n; // from a weight's unit of 2^-149
const MOST = FORM_UNIT << 100n;

export const form = (center, linear, curved, error, bound) => ({ center, linear, curved, error, bound });
const halved = (x) => ceilShifted(x, 1n);
const roundedDown = (x) => x >> BITS;
const roundedUp = (x) => ceilShifted(x, BITS);
const zerosOf = (count) => Array(count).fill(0n);

/** The sum of the products of two lists. */
export function dot(a, b) {
  let sum = 0n;
  for (let k = 0; k < a.length; k += 1) sum += a[k] * b[k];
  return sum;
}

/** An upper bound of a vector's length. */
function lengthOf(vector) {
  return squareRoot(dot(vector, vector)) + 1n;
}

/** The most that the linear part is, the curved one, and the error. */
function sizesOf({ center, linear, curved, error, bound }) {
  const whole = halved(curved.reduce((sum, vector) => sum + lengthOf(vector), 0n));
  const parts = [lengthOf(linear), whole < bound ? whole : bound, error];
  demand(magnitude(center) + parts[0] + parts[1] + error <= MOST, "a form has numbers above 2^100");
  return parts;
}

/** The most that the number differs from its center. */
export const radiusOf = (own) => sizesOf(own).reduce((sum, part) => sum + part, 0n);

/** What roundings by less than a unit change: of a center, of n numbers of a vector, and of those of each curved one. */
const slipsOf = (n, blocks) => BigInt(1 + n + blocks * n);

/** The form of a number of a state in a slice, given that of the whole ellipsoid: see `slices`. */
export function formOfSlice({ center, linear: row, error }, { shift, along, across }) {
  const linear = row.map((x, k) => roundedDown(x * (k ? across : along)));
  return form(center + roundedDown(row[0] * shift), linear, [], error + slipsOf(row.length, 0), 0n);
}

/** The numbers of a form, in units of 2^-352. */
export function intervalOf(own) {
  const most = radiusOf(own);
  return [(own.center - most) << TO_BOX, (own.center + most) << TO_BOX];
}

/** A form that does not depend on u, for the numbers of an interval in units of 2^-352. */
export function formOfInterval([least, most], n) {
  const [low, high] = [least >> TO_BOX, ceilShifted(most, TO_BOX)];
  const center = (low + high) >> 1n;
  return form(center, zerosOf(n), [], high - center, 0n);
}

/** The forms of a value with errors that are larger by a number in units of 2^-352. */
export function widenedForms(value, epsilon) {
  return value.map((own) => ({ ...own, error: own.error + ceilShifted(epsilon, TO_BOX) }));
}

/** The sum, or for a sign of -1 the difference. */
function totalOf(a, b, sign = 1n) {
  const zeros = Array(Math.max(a.curved.length, b.curved.length)).fill(zerosOf(a.linear.length));
  const [first, second] = [a, b].map(({ curved }) => (curved.length ? curved : zeros));
  const combined = (x, y) => x.map((value, k) => value + sign * y[k]);
  const curved = first.map((vector, k) => combined(vector, second[k]));
  return form(a.center + sign * b.center, combined(a.linear, b.linear), curved, a.error + b.error, a.bound + b.bound);
}

/** The product with an exact number. */
function timesForm(own, factor) {
  const linear = own.linear.map((x) => roundedDown(x * factor));
  const curved = own.curved.map((vector) => vector.map((x) => roundedDown(x * factor)));
  const [error, bound] = [own.error, own.bound].map((most) => roundedUp(most * magnitude(factor)) + slipsOf(linear.length, curved.length));
  return form(roundedDown(own.center * factor), linear, curved, error, bound);
}

/** The product with a number that may be larger by less than a unit. */
function scaledForm(own, factor) {
  const product = timesForm(own, factor);
  return { ...product, error: product.error + roundedUp(magnitude(own.center) + radiusOf(own)) };
}

/** The sums of the forms times the weights of each row; weights are in units of 2^-149, and rounded down here. */
export function matmulOfForms(matrix, value) {
  const [n, blocks] = [value[0].linear.length, Math.max(...value.map(({ curved }) => curved.length))];
  const [centers, errors, bounds] = ["center", "error", "bound"].map((part) => value.map((own) => own[part]));
  const lines = Array.from({ length: n }, (_, at) => value.map(({ linear }) => linear[at]));
  const curves = Array.from({ length: blocks }, (_, k) =>
    Array.from({ length: n }, (__, at) => value.map(({ curved }) => (curved.length ? curved[k][at] : 0n))),
  );
  const slack = roundedUp(value.reduce((sum, own) => sum + magnitude(own.center) + radiusOf(own), 0n)) + slipsOf(n, blocks);
  return matrix.map((weights) => {
    const row = weights.map((w) => w >> FROM_WEIGHT);
    const curved = curves.map((columns) => columns.map((column) => roundedDown(dot(row, column))));
    const [error, bound] = [errors, bounds].map((most) => roundedUp(dot(row.map(magnitude), most)) + slack);
    return form(roundedDown(dot(row, centers)), lines.map((column) => roundedDown(dot(row, column))), curved, error, bound);
  });
}

/** 4 times the linear part near the product of g . u and a curved part, in units of 2^-64. */
function leaningOf(g, curved) {
  const turned = curved.map((vector) => dot(g, vector));
  const trace = curved.reduce((sum, vector, k) => sum + vector[k], 0n);
  return g.map((x, at) => curved.reduce((sum, vector, k) => sum + g[k] * vector[at], (turned[at] ?? 0n) - trace * x));
}

/** The products (g . u) (h . u) of the linear parts, and of each with the other's curved part, up to `beyond`. */
function bentForm(blocks, a, b) {
  const [g, h] = [a.linear, b.linear];
  const [restOfG, restOfH] = [g, h].map((vector) => vector.slice(blocks));
  const rest = [...zerosOf(Math.min(blocks, g.length)), ...restOfG];
  const curved = Array.from({ length: blocks }, (_, k) => rest.map((x, at) => roundedDown(g[k] * h[at] + h[k] * x)));
  const error = halved(roundedUp(lengthOf(restOfG) * lengthOf(restOfH))) + slipsOf(g.length, blocks) + 1n;
  const [first, second] = [leaningOf(g, b.curved), leaningOf(h, a.curved)];
  const linear = first.map((x, at) => (x + second[at]) >> (BITS + 2n));
  return form(roundedDown(dot(g, h)) >> 1n, linear, curved, error, halved(roundedUp(lengthOf(g) * lengthOf(h))) + error);
}

/** How far the product of all that is beside the centers is from `bentForm`, in units of 2^-64. */
function beyond(a, b) {
  const [[p, s, d], [q, t, e]] = [sizesOf(a), sizesOf(b)];
  return halved(p * t + q * s) + p * e + q * d + (s + d) * (t + e);
}

/** center times center, each center times what the other has beside it, and the product of both that. */
function productOfForms(blocks, a, b) {
  const [besideA, besideB] = [a, b].map((own) => ({ ...own, center: 0n }));
  const mixed = totalOf(timesForm(besideB, a.center), timesForm(besideA, b.center));
  const both = totalOf(mixed, bentForm(blocks, a, b));
  return { ...both, center: both.center + roundedDown(a.center * b.center), error: both.error + roundedUp(beyond(a, b)) + 1n };
}

/** tanh, wrong by less than 2 units. */
const tanhNear = (x) => tanhBounds(x << 64n)[0] >> 64n;

/** A bound of the third derivative of tanh, 2 (1 - w)(1 - 3w) for w = tanh^2 between two numbers. */
function thirdDerivative([least, most]) {
  const ends = [least, most].map((w) => 2n * magnitude(roundedDown((FORM_UNIT - w) * (FORM_UNIT - 3n * w))) + 2n);
  const hasTurn = 3n * least < 2n * FORM_UNIT && 2n * FORM_UNIT < 3n * most;
  return largestOf(hasTurn ? [...ends, (2n * FORM_UNIT) / 3n + 1n] : ends);
}

/** A bound of the fifth derivative of tanh, 8 (1 - w)(15 (w - 1/2)^2 - 7/4) for w = tanh^2 between two numbers: of each factor by itself. */
function fifthDerivative([least, most]) {
  const valley = (7n * FORM_UNIT) / 4n;
  const ends = [least, most].map((w) => magnitude(15n * roundedDown((w - FORM_UNIT / 2n) ** 2n) - valley) + 16n);
  const hasTurn = 2n * least < FORM_UNIT && FORM_UNIT < 2n * most;
  return roundedUp(8n * (FORM_UNIT - least) * largestOf(hasTurn ? [...ends, valley] : ends));
}

/** Bounds of tanh^2 between two numbers whose tanh is given. */
function squaresBetween(low, high) {
  const sizes = [low, high].map(magnitude);
  const most = roundedUp((largestOf(sizes) + 2n) ** 2n);
  const least = sizes[0] < sizes[1] ? sizes[0] : sizes[1];
  return [low > 2n || high < -2n ? roundedDown((least - 2n) ** 2n) : 0n, most];
}

/** The parabola through tanh at the center and the two ends, and how far tanh may be from it: the less of two bounds. */
function tanhForm(blocks, own) {
  const size = radiusOf(own);
  const r = size + (size & 1n);
  const [low, middle, high] = [-r, 0n, r].map((x) => tanhNear(own.center + x));
  const slope = floorDivided((high - low) << BITS, 2n * r);
  const curvature = r >> (BITS / 2n) ? floorDivided((high + low - 2n * middle) << (2n * BITS), 2n * r * r) : 0n; // any parabola will do
  const [first, b, a, last] = [-r, -r / 2n, r / 2n, r].map(
    (x) => tanhNear(own.center + x) - middle - roundedDown(slope * x) - ((curvature * x * x) >> (2n * BITS)),
  );
  const [wrong, between] = [largestOf([first, last].map(magnitude)) + 4n, squaresBetween(low, high)];
  const cubed = roundedUp(roundedUp(r * r) * r);
  const cubic = (roundedUp(cubed * thirdDerivative(between)) * 3849003n) / 60_000_000n + 1n;
  const added = (5_132_004n * magnitude(a - b) + 6_666_667n * magnitude(a + b)) / 10_000_000n + 1n;
  const fifthPower = roundedUp(roundedUp(roundedUp(r * r) ** 2n) * r);
  const quintic = added + (roundedUp(fifthPower * fifthDerivative(between)) * 1135n) / 1_200_000n + 1n;
  const rest = roundedUp(magnitude(curvature) * roundedUp(beyond(own, own)));
  const curve = timesForm(bentForm(blocks, own, own), curvature);
  const line = totalOf(timesForm({ ...own, center: 0n }, slope), curve);
  const error = line.error + rest + (cubic < quintic ? cubic : quintic) + ((9n * wrong) >> 2n) + 1n;
  return { ...line, center: middle + line.center, error };
}

/** (1 + tanh(x / 2)) / 2. */
function sigmoidForm(blocks, own) {
  const half = timesForm(tanhForm(blocks, timesForm(own, FORM_UNIT >> 1n)), FORM_UNIT >> 1n);
  return { ...half, center: half.center + (FORM_UNIT >> 1n) };
}

const FORM_RULES = new Map(
  Object.entries({
    add: (_, a, b) => totalOf(a, b),
    subtract: (_, a, b) => totalOf(a, b, -1n),
    multiply: productOfForms,
    square: (blocks, a) => productOfForms(blocks, a, a),
    tanh: tanhForm,
    sigmoid: sigmoidForm,
    lerp: (blocks, z, a, b) => totalOf(a, productOfForms(blocks, z, totalOf(b, a, -1n))),
    stored: (_, a) => a,
  }),
);

/** The forms of an instruction's value, from those of its arguments. What has no rule here has that of its interval. */
export function formsOfStep(net, columns, n, blocks, step, values) {
  if (FORM_RULES.has(step.op)) return values[0].map((_, at) => FORM_RULES.get(step.op)(blocks, ...values.map((value) => value[at])));
  if (Object.hasOwn(PICKING, step.op)) return pickedRows(step, values);
  if (step.op === "scale") return values[0].map((own) => scaledForm(own, step.number >> TO_BOX));
  if (step.op === "matmul") return matmulOfForms(step.picked.map((row) => net.get(step.tensor)[row]), values[0]);
  return rangeOf(net, columns, step, values.map((value) => value.map(intervalOf))).map((bounds) => formOfInterval(bounds, n));
}
