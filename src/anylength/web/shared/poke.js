// Poking a state: pure functions that give a changed copy. Nothing is clamped: a state may leave the range that steps keep it in.

/**
 * A seeded source of uniform numbers in [0, 1): Mulberry32 (Tommy Ettinger, public domain), small and good enough for noise.
 * @param {number} seed a whole number
 * @returns {() => number}
 */
export function seededNumbers(seed) {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The state with noise: each of the first `entries` entries off by a uniform number in ±size, as a certificate's noise budget means it.
 * @param {Float32Array} state
 * @param {{size: number, seed: number, entries?: number}} options `entries`: all, unless said (a net's `stateSize` spares its memory)
 * @returns {Float32Array}
 */
export function noisyState(state, { size, seed, entries = state.length }) {
  const drawn = seededNumbers(seed);
  return state.map((value, at) => (at < entries ? value + size * (2 * drawn() - 1) : value));
}

/**
 * The state moved along axes: state + Σ_k amounts[k] · axes[k].
 * @param {Float32Array} state
 * @param {ArrayLike<number>[]} axes each has at most as many entries as the state
 * @param {ArrayLike<number>} amounts one for each axis
 * @returns {Float32Array}
 */
export function movedState(state, axes, amounts) {
  const along = (at) => axes.reduce((sum, axis, k) => sum + amounts[k] * (axis[at] ?? 0), 0);
  return state.map((value, at) => value + along(at));
}
