// The rule of each operation over upper bounds of rounding errors, and whether a proof covers a number format.
//
// A row bounds a value, or terms that the machine has still to multiply and to sum in an unknown order: `size` bounds the exact and the
// computed value (with terms, the sum of the exact terms' magnitudes), `slack` their difference. All are integers in units of 2^-352,
// rounded up. docs/reference/certificate-formats.md has each rule with its reason.

import { ceilShifted, floorDivided, larger, largestOf, magnitude, squareRoot, sumOf, UNIT, WEIGHT_SHIFT } from "./dyadic.js";
import { pickedRows } from "./ranges.js";
import { gateRows, PICKING, readOutRows, runPart } from "./steps.js";
import { demand } from "./strict.js";

const U = 24n; // u x is x / 2^24
const TAU = UNIT >> 126n;
const TANH_ERROR = UNIT >> 20n;
const STORAGE = { bfloat16: [8n, TAU], float16: [11n, UNIT >> 14n], float32: [3200n, TAU] }; // -log2 v, or 3200 for v = 0; and t
const ANY = UNIT << 2000n; // a size that only the range bounds
const LARGEST_SIZE = UNIT << 100n; // below it no sum of float32 overflows
const MOST_TERMS = 1 << 23;
const TOO_LARGE = "a weight, state or sum is too large";

const row = (size, slack, terms = 0) => ({ size, slack, terms });
const up = (x, bits = 352n) => ceilShifted(x, bits);
const limitOf = (name) => (name === "float16" ? UNIT << 15n : LARGEST_SIZE); // the largest size that is stored
const sizeOf = ([low, high]) => larger(-low, high);

/** The row after the machine has summed its terms. If the exact value lies in the interval, the computed one is no larger. */
function summed({ size, slack, terms }, interval = null) {
  demand(terms < MOST_TERMS, "a sum has too many terms");
  const k = BigInt(terms);
  let made = slack + 2n * k * TAU;
  made -= floorDivided(-k * (size + made), (1n << U) - k);
  const largest = terms ? size + made : size;
  if (!interval) return row(largest, made);
  const bound = sizeOf(interval) + made;
  return row(largest < bound ? largest : bound, made);
}

const withError = ({ size, slack }, error) => row(size + error, slack + error);
const storedRow = (a, [bits, t]) => withError(a, up(a.size, bits) + t);

/** How far a weight, in units of 2^-149, may be from its stored one; 0 if the format holds it exactly. */
export function weightSlack(w, name) {
  const [size, [bits, t]] = [magnitude(w) << WEIGHT_SHIFT, STORAGE[name]];
  const exact = w === 0n || (size >= t && magnitude(w) / (w & -w) < 1n << bits);
  return exact ? 0n : up(size, bits) + t;
}

/** A float32 number of the program. A subnormal one may be flushed. */
const givenRow = (number) => withError(row(magnitude(number), 0n), number && magnitude(number) < TAU ? TAU : 0n);

const pending = (terms) => row(sumOf(terms.map((a) => a.size)), sumOf(terms.map((a) => a.slack)), terms.length);
const timesRow = (a, b) => row(up(a.size * b.size), up(a.slack * b.size + a.size * b.slack));
const roundedRow = (a, factor = 1n) => withError(a, up(factor * a.size, U) + TAU);

function lerpedRow(z, a, b, where) {
  demand(where[0] >= 0n && where[1] <= UNIT, "z in lerp may be outside 0 to 1");
  const both = a.size + b.size;
  const slack = larger(a.slack, b.slack) + up(z.slack * both + (UNIT + z.slack) * (up(7n * both, U) + 16n * TAU));
  return row(larger(a.size, b.size) + slack, slack);
}

function meanRow(terms) {
  const [total, n] = [summed(pending(terms)), BigInt(terms.length)];
  return roundedRow(row(total.size / n + 1n, total.slack / n + 1n), 6n);
}

function normalizedRows(a, m, least, e, result) {
  const own = givenRow(e);
  const d = m.slack + own.slack + up(m.size + m.slack + own.size, U) + 2n * TAU;
  demand(4n * d <= least, "the mean square in normalize may err by too much");
  const [rho, scale] = [(d * UNIT) / least + 1n + (UNIT >> 19n), squareRoot(UNIT ** 3n / least) + 1n];
  return a.map((x, k) => {
    const size = sizeOf(result[k]);
    const grown = up(up(x.slack * scale) * (UNIT + rho)) + up(size * rho) + up((x.size + x.slack) * TAU);
    return row(ANY, grown + up(size + grown, 22n) + TAU);
  });
}

function softmaxRows(a, result) {
  const [n, size] = [BigInt(a.length), largestOf(a.map((x) => x.size))];
  const d = largestOf(a.map((x) => x.slack)) + up(2n * size, U) + TAU; // of a difference of arguments
  const grown = d + up(d * d);
  const k = grown + up(grown + UNIT, 20n); // of an exponential, and m of the sum of all
  const m = k - floorDivided(-n * (UNIT + k), (1n << U) - n) + 18n * n * TAU;
  demand(2n * m <= UNIT, "the arguments of softmax may err by too much");
  const rho = ((k + m + TANH_ERROR / 2n) * UNIT) / (UNIT - m) + 1n + TANH_ERROR;
  return result.map((y) => row(ANY, up(sizeOf(y) * rho) + 16n * TAU));
}

/** Sums of products with stored weights, pending. A product with a sure 0 is no term. */
function matmulOfRows(matrix, value, name) {
  return matrix.map((weights) => {
    let [size, slack, ofWeights, terms] = [0n, 0n, 0n, 0];
    weights.forEach((w, at) => {
      if (!w || !value[at].size) return;
      size += magnitude(w) * value[at].size;
      slack += magnitude(w) * value[at].slack;
      ofWeights += weightSlack(w, name) * value[at].size;
      terms += 1;
    });
    return row(up(size, 149n), up(slack, 149n) + up(ofWeights), terms);
  });
}

const addedRow = (a, b) => row(a.size + b.size, a.slack + b.slack, Math.max(a.terms, 1) + Math.max(b.terms, 1));
const largerRow = (a, b) => row(larger(a.size, b.size), larger(a.slack, b.slack));
const gatedRow = (slope) => (a) => row(ANY, (a.slack * slope) / 100n + 1n + up(a.size, 20n) + TAU);

const ERROR_RULES = new Map(
  Object.entries({
    add: addedRow,
    subtract: addedRow,
    multiply: (a, b) => roundedRow(timesRow(a, b)),
    square: (a) => roundedRow(timesRow(a, a)),
    maximum: largerRow,
    minimum: largerRow,
    relu: (a) => a,
    absolute: (a) => a,
    tanh: (a) => withError(row(UNIT, a.slack), TANH_ERROR + TAU),
    sigmoid: (a) => withError(row(UNIT, up(a.slack, 2n)), TANH_ERROR / 2n + TAU),
    softplus: (a) => row(ANY, a.slack + up(UNIT + a.size, 20n) + TAU),
    silu: gatedRow(110n), // slopes up to 1.1
    gelu: gatedRow(113n),
  }),
);

/** Rules that need the ranges of the arguments and that of the result. */
const ERROR_RULES_WITHIN = new Map(
  Object.entries({
    lerp: lerpedRow,
    exp: (a, _, y) => {
      demand(a.slack <= UNIT, "the argument of exp may err by more than 1");
      const grown = up(y[1] * (a.slack + up(a.slack ** 2n)));
      return row(ANY, grown + up(grown + y[1], 19n) + TAU);
    },
    reciprocal: (a, x) => {
      const least = larger(x[0], -x[1]);
      demand(least > 0n && least >= 2n * a.slack, "x in 1 / x may come too close to 0");
      return row(ANY, (a.slack * UNIT ** 2n) / (least * (least - a.slack)) + UNIT ** 2n / ((least - a.slack) << 22n) + 2n + TAU);
    },
    rsqrt: (a, x, y) => {
      demand(x[0] >= 4n * a.slack, "x in 1 / sqrt(x) may come too close to 0");
      return row(ANY, (y[1] * a.slack) / x[0] + 1n + up(2n * y[1], 20n) + TAU);
    },
  }),
);

/** Rules for whole values: of the instruction's number, its ranges, and the rows of arguments. */
const ERROR_RULES_OF_VALUES = new Map(
  Object.entries({
    constant: (number, ranges) => ranges.at(-1).map(() => givenRow(number)),
    scale: (number, _, a) => a.map((own) => roundedRow(timesRow(own, givenRow(number)))),
    mean: (_, __, a) => [meanRow(a)],
    mean_square: (_, __, a) => [meanRow(a.map((x) => timesRow(x, x)))],
    center: (_, __, a) => {
      const own = meanRow(a);
      return a.map((x) => pending([x, own]));
    },
    matvec: (_, __, a, b) =>
      Array.from({ length: a.length / b.length }, (___, k) => pending(b.map((own, at) => timesRow(a[k * b.length + at], own)))),
    normalize: (number, ranges, a, m) => normalizedRows(a, m[0], ranges[1][0][0] + number, number, ranges.at(-1)),
    softmax: (_, ranges, a) => softmaxRows(a, ranges.at(-1)),
  }),
);

/** The rows of an instruction's value from those of its arguments; the ranges are those of the arguments and, last, its own. */
function errorRowsOf(step, given, net, name, ranges) {
  if (Object.hasOwn(PICKING, step.op)) return pickedRows(step, given);
  const isSum = step.op === "add" || step.op === "subtract"; // all others take sums once they are made
  const values = isSum ? given : given.map((value, k) => value.map((own, at) => summed(own, ranges[k][at])));
  if (step.op === "tensor") {
    return net.get(step.tensor)[0].map((w) => withError(row(magnitude(w) << WEIGHT_SHIFT, 0n), weightSlack(w, name)));
  }
  if (step.op === "stored") return values[0].map((own) => storedRow(own, STORAGE[name]));
  if (step.op === "matmul") return matmulOfRows(step.picked.map((k) => net.get(step.tensor)[k]), values[0], name);
  if (ERROR_RULES_OF_VALUES.has(step.op)) return ERROR_RULES_OF_VALUES.get(step.op)(step.number, ranges, ...values);
  if (ERROR_RULES_WITHIN.has(step.op)) {
    return values[0].map((_, at) => ERROR_RULES_WITHIN.get(step.op)(...[...values, ...ranges].map((column) => column[at])));
  }
  return values[0].map((_, at) => ERROR_RULES.get(step.op)(...values.map((value) => value[at])));
}

/** Adds the rows of a part of the program. Under -1, the ranges have that of the state that the part reads. */
function addRows(name, program, net, which, symbol, ranges, values) {
  const rule = (number, one, given) => {
    const boxes = one.of.map((value) => ranges.get(value));
    const known = Object.hasOwn(PICKING, one.op) ? pickedRows(one, boxes) : ranges.get(number);
    boxes.push(one.op === "sigmoid" ? known.map(([low, high]) => [larger(low, 0n), high < UNIT ? high : UNIT]) : known); // forms go beyond
    ranges.set(number, boxes.at(-1));
    const rows = errorRowsOf(one, given, net, name, boxes).map((made, at) => (made.terms ? made : summed(made, boxes.at(-1)[at])));
    const limit = one.op === "stored" ? limitOf(name) : LARGEST_SIZE;
    demand(rows.every((made) => made.size <= limit), `${name} is not covered: ${TOO_LARGE}`);
    return rows;
  };
  const isExact = ([low, high]) => low === high && (low === 0n || low === UNIT); // what lies on a stack is read as a state is
  const leaf = symbol.map((interval) => row(sizeOf(interval), isExact(interval) ? 0n : TAU));
  runPart(rule, program, which, values, leaf, ranges.get(-1).map((interval) => row(sizeOf(interval), TAU)));
}

/** Refuses unless a proof for epsilon and eta covers the format under every symbol: each has its encoding, and three maps of ranges. */
export function demandCovered(name, program, net, epsilon, eta, kept) {
  const [limit, [, after, last]] = [limitOf(name), program.last];
  const [[, [before]]] = kept;
  const weight = largestOf([...net.values()].flatMap((rows) => rows.map((own) => largestOf(own.map(magnitude))))) << WEIGHT_SHIFT;
  const state = largestOf(before.get(-1).map(sizeOf));
  const fits = weight <= UNIT << 60n && state <= UNIT << 30n && weight <= limit && state <= limit;
  demand(fits, `${name} is not covered: ${TOO_LARGE}`);
  const entering = new Map();
  addRows(name, program, net, 0, [], before, entering);
  for (const [symbol, [, inStep, inAnswer]] of kept) {
    const [step, answer] = [new Map(entering), new Map()];
    addRows(name, program, net, 1, symbol, inStep, step);
    addRows(name, program, net, 2, symbol, inAnswer, answer);
    const errors = step.get(after).map((own, at) => storedRow(summed(own, inStep.get(after)[at]), STORAGE[name]).slack);
    demand(largestOf(errors) <= epsilon, `${name} is not covered: a step may err by more than epsilon`);
    const rows = answer.get(last).map((own, at) => summed(own, inAnswer.get(last)[at]));
    const logits = matmulOfRows([...readOutRows(program, net), ...gateRows(program, net)], [...rows, row(UNIT, 0n)], name);
    demand(largestOf(logits.map((logit) => logit.size)) <= limit, `${name} is not covered: ${TOO_LARGE}`);
    const error = largestOf(logits.map((logit) => storedRow(summed(logit), STORAGE[name]).slack));
    demand(2n * error < eta, `${name} is not covered: a logit may err by eta / 2`);
  }
}
