// The plane in which states differ most: their two principal axes, and the corners around what is drawn there.

const POWER_STEPS = 60;
const ROOM_AROUND = 0.14; // as a share of the extent

/**
 * The plane in which states differ most: their centre, and two directions of length 1.
 * @param {(Float32Array | Float64Array)[]} states
 * @returns {{center: Float64Array, axes: [Float64Array, Float64Array]}}
 */
export function planeOfMostDifference(states) {
  const meanOf = (unit) => states.reduce((sum, state) => sum + state[unit], 0) / states.length;
  const center = Float64Array.from(states[0], (_, unit) => meanOf(unit));
  return { center, axes: principalAxes(states.map((state) => center.map((mean, unit) => state[unit] - mean))) };
}

/**
 * The two directions in which rows, differences from a centre, differ most, by the power method.
 * @returns {[Float64Array, Float64Array]}
 */
function principalAxes(rows) {
  const first = principalAxis(rows);
  return [first, principalAxis(rows.map((row) => withoutDirection(row, first)))];
}

function principalAxis(rows) {
  let axis = unitVector(Float64Array.from(rows[0], (_, at) => 1 / (at + 1)));
  for (let step = 0; step < POWER_STEPS; step += 1) {
    const next = new Float64Array(axis.length);
    for (const row of rows) {
      const share = dotProduct(row, axis);
      for (let at = 0; at < next.length; at += 1) next[at] += share * row[at];
    }
    axis = unitVector(next);
  }
  return axis;
}

function dotProduct(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at] * b[at];
  return sum;
}

function unitVector(vector) {
  const length = Math.sqrt(dotProduct(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

function withoutDirection(row, axis) {
  const share = dotProduct(row, axis);
  return row.map((value, at) => value - share * axis[at]);
}

/** A state's place in a plane. */
export function projected({ center, axes }, state) {
  return axes.map((axis) => axis.reduce((sum, weight, at) => sum + weight * (state[at] - center[at]), 0));
}

/** Corners around points, with room; never flatter than a third of the other side. */
export function extentAround(points) {
  const ranges = [0, 1].map((side) => {
    const values = points.map((point) => point[side]);
    return [Math.min(...values), Math.max(...values)];
  });
  const longest = Math.max(...ranges.map(([low, high]) => high - low), 1e-3);
  const padded = ranges.map(([low, high]) => {
    const half = Math.max((high - low) / 2 + ROOM_AROUND * longest, longest / 3);
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  });
  return { low: padded.map(([low]) => low), high: padded.map(([, high]) => high) };
}
