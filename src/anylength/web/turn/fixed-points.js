// Fixed points of the map of a symbol that is read again and again, by damped Newton's method from many starts, as in `anylength.dynamics`.
// No search can say that none is missing. It is shorter than Python's, and it proves nothing.

import { digitsOf } from "../learning/encoding.js";
import { randomNumbers } from "../shared/random.js";

const NEWTON_STEPS = 30;
const DAMPING = [1, 0.4, 0.15, 0.05]; // shares of a Newton step, tried in turn
const DECREASE = 0.1; // of the error that a share promises
const [SOLVED, LONGEST_STEP] = [1e-10, 1e-6]; // the error of a solution, and the largest Newton step from it
const SAME_POINT = 1e-5; // a distance of two solutions that counts as none
const BOX_FACTOR = 1.5; // half width of the box of states, as a multiple of the largest number that words reach
const [STEPS_BEFORE, LONG_HELD] = [[0, 2, 8], 300]; // held symbols before a start
const [RANDOM_STARTS, SEGMENT_STARTS, MOST_ROUNDS] = [12, 3, 3];
const SQUARINGS = 24; // the power of a matrix that shows its spectral radius is 2 to this
const [MOST_ORBITS, ORBIT_STEPS] = [6, 40];
const SEED_OF_STARTS = 5;
const MOST_MILLISECONDS = 2500; // of a search

/**
 * @typedef {{state: Float64Array, stable: boolean}} FixedPoint
 * @typedef {{points: FixedPoint[], orbits: {from: number, states: Float64Array[]}[], indices: number}} HeldPicture `from` is a state of the
 *   machine. `indices` is the sum of sign det(1 − F′), which is 1 if none is missing or degenerate and F maps a ball into itself
 */

/**
 * The fixed points that a search finds, and orbits from states of the machine. It starts at points near by, at the ends of orbits, between
 * points, and at states that words reach; where the indices say that points are missing, also at random states.
 * @param {object} machine
 * @param {Record<string, Float32Array>} tensors of an rnn
 * @param {number} symbol that is read again and again
 * @param {Float64Array[]} known points near by
 * @returns {HeldPicture}
 */
export function heldPicture(machine, tensors, symbol, known) {
  const map = new HeldMap(machine, tensors, symbol);
  const words = reachedStates(machine, tensors);
  const orbits = words.slice(0, MOST_ORBITS).map(({ from, state }) => ({ from, states: orbitOfMap(map, state, ORBIT_STEPS) }));
  const end = performance.now() + MOST_MILLISECONDS;
  const limit = BOX_FACTOR * Math.max(1, ...orbits.flatMap(({ states }) => states.map(largestEntry)));
  const found = [];
  const tryStart = (start) => {
    const isFirst = !found.length; // at least one start is tried
    if (!isFirst && performance.now() > end) return;
    const point = solutionFrom(map, start, limit);
    if (point && !found.some(({ state }) => euclideanDistance(state, point.state) < SAME_POINT)) found.push(point);
  };
  const held = words.map(({ state }) => orbitOfMap(map, state, LONG_HELD));
  const tryAll = (starts) => starts.forEach(tryStart);
  tryAll([...known, ...held.map((states) => states.at(-1))]);
  tryAll(segmentStarts(found));
  tryAll(held.flatMap((states) => STEPS_BEFORE.map((step) => states[step])));
  for (let round = 0; round < MOST_ROUNDS && indexSum(found) !== 1; round += 1) {
    tryAll(randomStarts(map.size, limit, round));
    tryAll(segmentStarts(found));
  }
  return { points: found.map(({ state, stable }) => ({ state, stable })), orbits, indices: indexSum(found) };
}

const indexSum = (found) => found.reduce((sum, { sign }) => sum + sign, 0);

/** The map of a symbol of an rnn, F(h) = tanh(W h + d), in double precision. */
class HeldMap {
  /** @param {object} machine  @param {Record<string, Float32Array>} tensors  @param {number} symbol */
  constructor(machine, tensors, symbol) {
    const [digits, width] = [digitsOf(machine)[symbol], machine.letters * machine.tapes];
    const input = tensors["cell.weight_ih"];
    this.recurrent = tensors["cell.weight_hh"];
    this.drive = Float64Array.from(tensors["cell.bias"], (bias, row) => digits.reduce((sum, digit) => sum + input[row * width + digit], bias));
    this.size = this.drive.length;
  }

  /** F(h). */
  image(state) {
    return this.drive.map((drive, row) => {
      let sum = drive;
      for (let unit = 0; unit < this.size; unit += 1) sum += this.recurrent[row * this.size + unit] * state[unit];
      return Math.tanh(sum);
    });
  }

  /** F′(h), row after row. */
  slopes(state) {
    const after = this.image(state);
    return Float64Array.from(this.recurrent, (weight, at) => (1 - after[Math.floor(at / this.size)] ** 2) * weight);
  }
}

/** The net's state after a shortest word to each state of the machine, as [{from, state}]. */
function reachedStates(machine, tensors) {
  const width = machine.symbols.length;
  const maps = machine.symbols.map((_, symbol) => new HeldMap(machine, tensors, symbol));
  const reached = new Map([[0, new Float64Array(maps[0].size)]]);
  for (const [from, state] of reached) {
    maps.forEach((map, symbol) => {
      const next = machine.delta[from * width + symbol];
      if (!reached.has(next)) reached.set(next, map.image(state));
    });
  }
  return [...reached].map(([from, state]) => ({ from, state }));
}

function orbitOfMap(map, start, steps) {
  const states = [start];
  for (let step = 0; step < steps; step += 1) states.push(map.image(states.at(-1)));
  return states;
}

function randomStarts(size, limit, round) {
  const { uniform } = randomNumbers(SEED_OF_STARTS + round);
  const width = limit / BOX_FACTOR;
  return Array.from({ length: RANDOM_STARTS }, () => Float64Array.from({ length: size }, () => width * (2 * uniform() - 1)));
}

/** States between two points: a saddle lies between two attractors. */
function segmentStarts(found) {
  const pairs = found.flatMap((a, first) => found.slice(first + 1).map((b) => [a.state, b.state]));
  return pairs.flatMap(([a, b]) => Array.from({ length: SEGMENT_STARTS }, (_, number) => {
    const share = (number + 1) / (SEGMENT_STARTS + 1);
    return a.map((value, at) => value + share * (b[at] - value));
  }));
}

/** The solution of F(h) = h that a start leads to, or null. */
function solutionFrom(map, start, limit) {
  let state = Float64Array.from(start);
  let change = stateDifference(map.image(state), state);
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const slopes = map.slopes(state);
    const { solution, sign } = solvedSystem(oneMinus(slopes, map.size), change);
    if (!solution) return null;
    const error = euclideanLength(change);
    if (error < SOLVED) {
      if (largestEntry(solution) > LONGEST_STEP || largestEntry(state) > limit) return null;
      return { state, sign, stable: isContraction(slopes, map.size) };
    }
    const next = DAMPING.map((share) => () => {
      const trial = state.map((value, at) => value + share * solution[at]);
      const after = stateDifference(map.image(trial), trial);
      return euclideanLength(after) < (1 - DECREASE * share) * error ? { trial, after } : null;
    }).reduce((taken, attempt) => taken ?? attempt(), null);
    if (!next) return null;
    [state, change] = [next.trial, next.after];
  }
  return null;
}

const stateDifference = (a, b) => a.map((value, at) => value - b[at]);
const euclideanLength = (vector) => Math.hypot(...vector);
const largestEntry = (vector) => vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const euclideanDistance = (a, b) => euclideanLength(stateDifference(a, b));

/** 1 − F′, row after row. */
function oneMinus(slopes, size) {
  const entry = (row, column) => (row === column ? 1 : 0) - slopes[row * size + column];
  return Array.from({ length: size }, (_, row) => Float64Array.from({ length: size }, (__, column) => entry(row, column)));
}

/** The solution of a linear system by elimination with row exchanges, and the sign of the determinant; null where it is singular. */
function solvedSystem(rows, right) {
  const [size, solution] = [rows.length, Float64Array.from(right)];
  let sign = 1;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    if (!(Math.abs(rows[pivot][column]) > 0)) return { solution: null, sign: 0 };
    if (pivot !== column) {
      [rows[pivot], rows[column]] = [rows[column], rows[pivot]];
      [solution[pivot], solution[column]] = [solution[column], solution[pivot]];
      sign = -sign;
    }
    sign *= Math.sign(rows[column][column]);
    for (let row = column + 1; row < size; row += 1) {
      const factor = rows[row][column] / rows[column][column];
      if (!factor) continue;
      for (let at = column; at < size; at += 1) rows[row][at] -= factor * rows[column][at];
      solution[row] -= factor * solution[column];
    }
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    for (let at = row + 1; at < size; at += 1) solution[row] -= rows[row][at] * solution[at];
    solution[row] /= rows[row][row];
  }
  return { solution: solution.every(Number.isFinite) ? solution : null, sign };
}

/** Whether the spectral radius is below 1: what a high power of the matrix, made by squaring, grows or shrinks to. */
function isContraction(matrix, size) {
  let [power, logarithm] = [Float64Array.from(matrix), 0];
  for (let squaring = 0; squaring < SQUARINGS; squaring += 1) {
    const most = largestEntry(power);
    if (!most) return true;
    logarithm = 2 * (logarithm + Math.log(most));
    power = squaredMatrix(power.map((value) => value / most), size);
  }
  return logarithm + Math.log(largestEntry(power)) < 0;
}

function squaredMatrix(matrix, size) {
  const square = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let middle = 0; middle < size; middle += 1) {
      const factor = matrix[row * size + middle];
      if (!factor) continue;
      for (let column = 0; column < size; column += 1) square[row * size + column] += factor * matrix[middle * size + column];
    }
  }
  return square;
}
