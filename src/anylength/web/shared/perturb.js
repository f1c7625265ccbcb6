// Perturbations of a state: pure functions that give a changed copy. They do not clip: a state may leave the range of net states.

/**
 * A seeded source of uniform numbers in [0, 1): Mulberry32 (Tommy Ettinger, public domain). Small, and good enough for noise.
 * @param {number} seed a whole number
 * @returns {() => number}
 */
function seededNumbers(seed) {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The state with noise: each of the first `entries` entries off by a uniform number in ±size, the kind of noise that a certificate's
 * noise budget bounds.
 * @param {Float32Array} state
 * @param {{size: number, seed: number, entries?: number}} options `entries`: all by default; a net's `stateSize` leaves its memory as it is
 * @returns {Float32Array}
 */
export function noisyState(state, { size, seed, entries = state.length }) {
  const uniform = seededNumbers(seed);
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
 * A push from one state to another, split by the plane of a portrait: whole² = seen² + off². `size` is the number of coordinates.
 * @param {ArrayLike<number>} before
 * @param {ArrayLike<number>} after
 * @param {ArrayLike<number>[]} axes orthonormal
 * @returns {{whole: number, seen: number, off: number, size: number}}
 */
export function splitPush(before, after, axes) {
  return splitByPlane(Array.from(axes[0], (_, i) => after[i] - before[i]), axes);
}

/** The length of a vector, of its part in the plane of the axes, and of the rest. */
function splitByPlane(vector, axes) {
  const along = axes.map((axis) => vector.reduce((sum, value, i) => sum + value * axis[i], 0));
  const rest = vector.map((value, i) => value - axes.reduce((sum, axis, k) => sum + along[k] * axis[i], 0));
  return { whole: Math.hypot(...vector), seen: Math.hypot(...along), off: Math.hypot(...rest), size: vector.length };
}
