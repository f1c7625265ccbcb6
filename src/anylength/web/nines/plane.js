// The plane in which a net's states under nines move most: their two principal axes.

import { extentAround, planeOfMostDifference, projected } from "../shared/principal-axes.js";
import { NINE } from "./counting.js";

const [ORBIT, LONG_ORBIT] = [60, 2000]; // nines
const SAME = 0.01; // a distance of two ends that counts as none
const AT_REST = 1e-6; // a change of a state's numbers that counts as none

/**
 * @param {import("../shared/net.js").PageNet} net
 * @returns {{center: Float64Array, axes: Float64Array[], low: number[], high: number[], ends: Float32Array[]}} `ends` are the states
 *   after many nines, with a carry from the start and without one
 */
export function planeOf(net) {
  const orbits = [net.start(), net.step(net.start(), 0)].map((first) => orbitOf(net, first, ORBIT).slice(1)); // from the first nine on
  const states = orbits.flat();
  const plane = { ...planeOfMostDifference(states), ends: orbits.map((orbit) => endOf(net, orbit.at(-1))) };
  const turned = projected(plane, orbits[0][0])[0] < projected(plane, orbits[1].at(-1))[0]; // the carry is on the right
  if (turned) plane.axes[0] = plane.axes[0].map((value) => -value);
  const points = states.map((state) => projected(plane, state));
  return { ...plane, ...extentAround(points) };
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

/** The state at a place of the plane, each number kept within −1 and 1, where the states of the net are. */
export function lifted({ center, axes }, [x, y]) {
  return Float32Array.from(center, (value, at) => Math.max(-1, Math.min(1, value + x * axes[0][at] + y * axes[1][at])));
}
