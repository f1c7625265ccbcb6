// The worker of the page of one weight: it looks for proofs and mistakes, and for fixed points. It is bundled into one script.

import { counterVerdict, decodedTensors } from "../learning/counter-verdict.js";
import { extentAround, planeOfMostDifference, projected } from "../shared/principal-axes.js";
import { heldPicture } from "./fixed-points.js";

/** The fixed points of a net, and the plane of their picture, which the page keeps while a weight is turned. */
function points({ machine, net, symbol, known, isPlaneKnown }) {
  const found = heldPicture(machine, decodedTensors(net.tensors), symbol, known);
  const states = [...found.orbits.flatMap((orbit) => orbit.states), ...found.points.map(({ state }) => state)];
  return { ...found, plane: isPlaneKnown ? null : planeOfStates(states) };
}

/** The plane in which these states differ most, and the corners of its picture. */
function planeOfStates(states) {
  const plane = planeOfMostDifference(states);
  const { low, high } = extentAround(states.map((state) => projected(plane, state)));
  return { ...plane, corners: [low, high] };
}

const JOBS = { points, prove: counterVerdict };

onmessage = ({ data }) => postMessage(JOBS[data.kind](data));
