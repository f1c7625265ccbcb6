// Perturbations of a state: pure functions that give a changed copy. They do not clip: a state may leave the range of net states.

import { randomNumbers } from "./random.js";

/**
 * The state with noise: each of the first `entries` entries off by a uniform number in ±size, the kind of noise that a certificate's
 * noise budget bounds.
 * @param {Float32Array} state
 * @param {{size: number, seed: number, entries?: number}} options `entries`: all by default; a net's `stateSize` leaves its memory as it is
 * @returns {Float32Array}
 */
export function noisyState(state, { size, seed, entries = state.length }) {
  const { uniform } = randomNumbers(seed);
  return state.map((value, i) => (i < entries ? value + size * (2 * uniform() - 1) : value));
}

/**
 * The state moved along axes: state + Σ_k amounts[k] · axes[k].
 * @param {Float32Array} state
 * @param {ArrayLike<number>[]} axes each has at most as many entries as the state
 * @param {ArrayLike<number>} amounts one for each axis
 * @returns {Float32Array}
 */
export function movedState(state, axes, amounts) {
  return state.map((value, i) => value + axes.reduce((sum, axis, k) => sum + amounts[k] * (axis[i] ?? 0), 0));
}

/**
 * The distance of a state from the plane of a portrait. Entries beyond the axes (a memory) are left out.
 * @param {ArrayLike<number>} state
 * @param {{centre: ArrayLike<number>, axes: ArrayLike<number>[]}} plane the axes are orthonormal
 * @returns {number}
 */
export function distanceOffPlane(state, { centre, axes }) {
  return splitByPlane(Array.from(axes[0], (_, i) => state[i] - centre[i]), axes).off;
}

/**
 * The length of a push from one state to another, and of its part off the plane of a portrait.
 * @param {ArrayLike<number>} before
 * @param {ArrayLike<number>} after
 * @param {ArrayLike<number>[]} axes orthonormal
 * @returns {{whole: number, off: number}}
 */
export function splitPush(before, after, axes) {
  return splitByPlane(Array.from(axes[0], (_, i) => after[i] - before[i]), axes);
}

/** The length of a vector, and of its part off the plane of the axes. */
function splitByPlane(vector, axes) {
  const along = axes.map((axis) => vector.reduce((sum, value, i) => sum + value * axis[i], 0));
  const rest = vector.map((value, i) => value - axes.reduce((sum, axis, k) => sum + along[k] * axis[i], 0));
  return { whole: Math.hypot(...vector), off: Math.hypot(...rest) };
}
