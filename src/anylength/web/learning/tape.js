// A list of instructions over many examples, ready to run forward and backward. Values and slopes are kept, so that a tape is used again
// and again: `forward`, then slopes of the result are put in, then `backward`, which adds slopes to weights and inputs.

import { hexNumber, rowsOf } from "../shared/program.js";
import { SLOPED_OPERATIONS } from "./slopes.js";

const INPUTS = ["symbol", "state", "input"];

/** A value of so many numbers with its slopes. */
export function trained(size) {
  return { value: new Float64Array(size), slope: new Float64Array(size) };
}

/** A value without slopes. */
export function fixed(size) {
  return { value: new Float64Array(size), slope: null };
}

export class Tape {
  /**
   * @param {object[]} instructions of a step program; beside its operations `input` {rows} and `matmul_sizes`
   * @param {object} options
   * @param {object} options.program it has the sizes of symbols, states and tensors
   * @param {number} options.columns the number of examples
   * @param {Record<string, import("./slopes.js").Trained>} options.weights the tensors by name
   * @param {Map<number, import("./slopes.js").Trained>} options.given arrays of inputs that exist already, by number
   */
  constructor(instructions, { program, columns, weights, given = new Map() }) {
    this.values = [];
    this.calls = [];
    this.own = [];
    const rows = [];
    instructions.forEach((item, number) => {
      const count = item.op === "tensor" ? program.tensors[item.name][0] : item.op === "input" ? item.rows : rowsOf(item, rows, program);
      rows.push({ length: count });
      this.values.push(given.get(number) ?? this.place(item, count, columns));
      const isMade = !INPUTS.includes(item.op) && item.op !== "slice" && item.op !== "constant";
      if (isMade) this.calls.push(this.callOf(item, number, tapeAttributes(item, { program, columns, weights })));
    });
  }

  /** The arrays of a value. Those of a slice are views. */
  place(item, rows, columns) {
    if (item.op === "slice") {
      const { value, slope } = this.values[item.of[0]];
      const [start, stop] = [item.start * columns, item.stop * columns];
      return { value: value.subarray(start, stop), slope: slope && slope.subarray(start, stop) };
    }
    if (item.op === "constant" || INPUTS.includes(item.op)) {
      const leaf = fixed(rows * columns);
      if (item.op === "constant") leaf.value.fill(numberOf(item.value));
      return leaf;
    }
    const made = trained(rows * columns);
    this.own.push(made.slope);
    return made;
  }

  callOf(item, number, attributes) {
    const { run, slope } = SLOPED_OPERATIONS[item.op];
    const [own, given] = [this.values[number], item.of.map((argument) => this.values[argument])];
    return {
      forward: () => run(own.value, attributes, ...given),
      backward: () => slope(own.slope, own.value, attributes, ...given),
    };
  }

  /** Computes all values; slopes are 0 again. */
  forward() {
    for (const slope of this.own) slope.fill(0);
    for (const { forward } of this.calls) forward();
  }

  /** Carries the slopes of values to inputs and weights. */
  backward() {
    for (let call = this.calls.length - 1; call >= 0; call -= 1) this.calls[call].backward();
  }
}

function numberOf(value) {
  return typeof value === "number" ? value : hexNumber(value);
}

/** The attributes as operations take them. The rows of a matrix are views. */
function tapeAttributes(item, { program, columns, weights }) {
  if (item.op === "matmul" || item.op === "matmul_sizes") {
    const width = program.tensors[item.weight][1];
    const { value, slope } = weights[item.weight];
    const [start, stop] = [item.start * width, item.stop * width];
    return { columns, matrix: { value: value.subarray(start, stop), slope: slope && slope.subarray(start, stop) } };
  }
  if (item.op === "tensor") return { columns, tensor: weights[item.name] };
  if (item.op === "scale") return { columns, factor: numberOf(item.factor) };
  if (item.op === "normalize") return { columns, epsilon: numberOf(item.epsilon) };
  return { columns, rows: item.rows };
}
