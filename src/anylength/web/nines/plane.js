// The plane in which a net's states under nines move most: their two principal axes.

import { NINE } from "./counting.js";

const [ORBIT, LONG_ORBIT] = [60, 2000]; // nines
const SAME = 0.01; // a distance of two ends that counts as none
const AT_REST = 1e-6; // a change of a state's numbers that counts as none
const POWER_STEPS = 60;
const ROOM = 0.14; // around the orbits, as a share of their extent

/**
 * @param {import("../shared/net.js").PageNet} net
 * @returns {{center: Float64Array, axes: Float64Array[], low: number[], high: number[], ends: Float32Array[]}} `ends` are the states
 *   after many nines, with a carry from the start and without one
 */
export function planeOf(net) {
  const orbits = [net.start(), net.step(net.start(), 0)].map((first) => orbitOf(net, first, ORBIT).slice(1)); // from the first nine on
  const states = orbits.flat();
  const size = states[0].length;
  const center = Float64Array.from({ length: size }, (_, unit) => states.reduce((sum, state) => sum + state[unit], 0) / states.length);
  const rows = states.map((state) => Float64Array.from(state, (value, unit) => value - center[unit]));
  const first = principalAxis(rows);
  const second = principalAxis(rows.map((row) => without(row, first)));
  const plane = { center, axes: [first, second], ends: orbits.map((orbit) => endOf(net, orbit.at(-1))) };
  const turned = projected(plane, orbits[0][0])[0] < projected(plane, orbits[1].at(-1))[0]; // the carry is on the right
  if (turned) plane.axes[0] = first.map((value) => -value);
  const points = states.map((state) => projected(plane, state));
  return { ...plane, ...extentOf(points) };
}

function orbitOf(net, first, steps) {
  const orbit = [first];
  for (let step = 0; step < steps; step += 1) orbit.push(net.step(orbit.at(-1), NINE));
  return orbit;
}

/** Where nines lead from a state. */
function endOf(net, state) {
  for (let step = 0; step < LONG_ORBIT; step += 1) {
    const next = net.step(state, NINE);
    if (next.every((value, at) => Math.abs(value - state[at]) < AT_REST)) return next;
    state = next;
  }
  return state;
}

/** The ends that differ: one or two places where nines let a state stay. */
export function distinctEnds({ ends: [a, b] }) {
  return Math.hypot(...a.map((value, at) => value - b[at])) < SAME ? [a] : [a, b];
}

/** How many such places a net has, as seen from the start and from a state without a carry. */
export function countOfPlaces(net) {
  const ends = [net.start(), net.step(net.start(), 0)].map((state) => endOf(net, net.step(state, NINE)));
  return distinctEnds({ ends }).length;
}

/** The direction in which rows differ most, by the power method. */
function principalAxis(rows) {
  let axis = unit(Float64Array.from(rows[0], (_, at) => 1 / (at + 1)));
  for (let step = 0; step < POWER_STEPS; step += 1) {
    const next = new Float64Array(axis.length);
    for (const row of rows) {
      const share = dot(row, axis);
      row.forEach((value, at) => (next[at] += share * value));
    }
    axis = unit(next);
  }
  return axis;
}

function dot(a, b) {
  return a.reduce((sum, value, at) => sum + value * b[at], 0);
}

function unit(vector) {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

function without(row, axis) {
  const share = dot(row, axis);
  return row.map((value, at) => value - share * axis[at]);
}

/** A state's place in the plane. */
export function projected({ center, axes }, state) {
  return axes.map((axis) => axis.reduce((sum, weight, at) => sum + weight * (state[at] - center[at]), 0));
}

/** The state at a place of the plane, each number kept within −1 and 1, where the states of the net are. */
export function lifted({ center, axes }, [x, y]) {
  return Float32Array.from(center, (value, at) => Math.max(-1, Math.min(1, value + x * axes[0][at] + y * axes[1][at])));
}

/** Corners around points, with room; never flatter than a third of the other side. */
function extentOf(points) {
  const ranges = [0, 1].map((side) => {
    const values = points.map((point) => point[side]);
    return [Math.min(...values), Math.max(...values)];
  });
  const longest = Math.max(...ranges.map(([low, high]) => high - low), 1e-3);
  const padded = ranges.map(([low, high]) => {
    const half = Math.max((high - low) / 2 + ROOM * longest, longest / 3);
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  });
  return { low: padded.map(([low]) => low), high: padded.map(([, high]) => high) };
}
