// The first numbers of a net that learns with its proof: orthogonal recurrent weights, wide inputs, and gates that start closed or open.

import { sizeOfShape } from "./cell-programs.js";
import { orthogonal } from "./orthogonal.js";

const [GAIN, GATED_GAIN, GATE_GAIN] = [3, 1.5, 0.1]; // of input weights; of a cell with a gate that keeps; of that gate's weights
const DEEP_GAIN = 4; // of the input weights of a second layer, which are orthogonal
const [CLOSED, OPEN] = [6, 4]; // first biases of the gate that keeps the state, downwards, and of gates that start open

/**
 * The tensors by name, in real numbers.
 * @param {import("./cell-programs.js").CellTemplate} template
 * @param {object} program its program at the net's size
 * @param {number} units
 * @param {() => number} normal
 */
export function firstTensors(template, program, units, normal) {
  const drawn = ([name, shape]) => [name, firstTensor(name, shape, { template, units, normal })];
  return Object.fromEntries(Object.entries(program.tensors).map(drawn));
}

function firstTensor(name, shape, { template, units, normal }) {
  const values = new Float64Array(sizeOfShape(shape));
  const width = shape[1] ?? 1;
  const block = (number) => values.subarray(number * units * width, (number + 1) * units * width);
  if (name === "readout.weight") values.forEach((_, at) => (values[at] = normal() / Math.sqrt(units)));
  const [, layer, own] = /^cell\.(?:(\d)\.)?(\w+)$/.exec(name) ?? [];
  if (!own) return values;
  const { retention, open, settings } = template;
  const isDeep = own === "weight_ih" && Number(layer) > 0;
  if (own === "bias") {
    if (retention) block(retention.block).fill(-retention.sign * (settings?.gate_bias ?? CLOSED));
    for (const number of open) block(number).fill(OPEN);
  } else if (own === "weight_hh" || isDeep) {
    const gain = isDeep ? DEEP_GAIN : 1;
    for (let number = 0; number * units < shape[0]; number += 1) {
      block(number).set(orthogonal(units, normal).map((value) => gain * value));
    }
  } else if (shape.length === 2) {
    values.forEach((_, at) => (values[at] = (retention ? GATED_GAIN : GAIN) * normal()));
  }
  const isOfGate = retention && shape.length === 2 && shape[0] > retention.block * units && shape[0] > units;
  if (isOfGate) block(retention.block).forEach((value, at, all) => (all[at] = GATE_GAIN * value));
  return values;
}
