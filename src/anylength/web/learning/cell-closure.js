// Do the boxes of a net close? For any step program, over intervals that are rounded outward.

import { neededFor } from "./boxed-program.js";
import { rowsOfCut } from "./cell-learner.js";
import { digitsOf } from "./encoding.js";
import { INTERVAL_OPERATIONS, weightedSum } from "./interval-operations.js";
import { hexNumber } from "../shared/program.js";

/** What takes steps of boxes of a net. */
export class BoxStepper {
  /** @param {{machine: object, program: object, tensors: Record<string, Float32Array>}} net */
  constructor({ machine, program, tensors }) {
    Object.assign(this, { machine, program, tensors });
    this.width = program.cut.reduce((sum, number) => sum + rowsOfCut(program, number), 0);
    const none = new Map();
    const cut = new Map(program.cut.map((number) => [number, null]));
    this.calls = new Map([program.step, program.answer].map((list) => [list, list.map((item) => this.callOf(item))]));
    this.orders = {
      enter: neededFor(program.step, program.cut, none), step: neededFor(program.step, [program.step.length - 1], cut),
      answer: neededFor(program.answer, [program.answer.length - 1], none),
    };
    this.symbols = digitsOf(machine).map((digits) => pointOf(oneAt(digits, program.encoded)));
    this.ofSymbols = this.symbols.map((symbol) => this.known(symbol));
    this.differences = machine.labels.map((_, right) => this.differencesOf(right));
  }

  /** An instruction with its attributes as intervals take them. */
  callOf(item) {
    const { program, tensors } = this;
    const run = INTERVAL_OPERATIONS[item.op];
    if (item.op === "matmul") {
      const width = program.tensors[item.weight][1];
      const attributes = { matrix: tensors[item.weight].subarray(item.start * width, item.stop * width), count: item.stop - item.start };
      return (given) => run(attributes, ...given);
    }
    if (item.op === "tensor") return () => run({ tensor: tensors[item.name] });
    if (item.op === "constant") return () => run({ value: hexNumber(item.value), rows: item.rows });
    if (item.op === "scale") return (given) => run({ factor: hexNumber(item.factor) }, ...given);
    if (item.op === "normalize") return (given) => run({ epsilon: hexNumber(item.epsilon) }, ...given);
    return (given) => run(item, ...given);
  }

  /** The values of the step that a symbol alone fixes. */
  known(symbol) {
    const values = new Map();
    for (const number of this.orders.step) {
      const item = this.program.step[number];
      if (item.op === "symbol") values.set(number, symbol);
      else if (item.op !== "state" && item.of.every((argument) => values.has(argument))) {
        values.set(number, this.calls.get(this.program.step)[number](item.of.map((argument) => values.get(argument))));
      }
    }
    return values;
  }

  run(list, order, values, state) {
    for (const number of order) {
      if (values.has(number)) continue;
      const item = list[number];
      const own = item.op === "state" ? state : this.calls.get(list)[number](item.of.map((argument) => values.get(argument)));
      values.set(number, own);
    }
    return values;
  }

  /** The state after a symbol, for any values of the cut in the box; widened by the noise. */
  step(box, symbol, noise) {
    const { program } = this;
    const values = new Map(this.ofSymbols[symbol]);
    let first = 0;
    for (const number of program.cut) {
      const end = first + rowsOfCut(program, number);
      values.set(number, { low: box.low.subarray(first, end), high: box.high.subarray(first, end) });
      first = end;
    }
    const { low, high } = this.run(program.step, this.orders.step, values, null).get(program.step.length - 1);
    const room = noise * (1 + 2 ** -50) + 2 ** -80;
    return { low: low.map((x) => x - room - Math.abs(x) * 2 ** -52), high: high.map((x) => x + room + Math.abs(x) * 2 ** -52) };
  }

  /** The values of the cut of a state. */
  entered(state) {
    const { program } = this;
    const values = this.run(program.step, this.orders.enter, new Map(), state);
    return INTERVAL_OPERATIONS.concatenate({}, ...program.cut.map((number) => values.get(number)));
  }

  /** The least lead of an answer on a box of states. */
  margin(state, right) {
    const { program } = this;
    const features = this.run(program.answer, this.orders.answer, new Map(), state).get(program.answer.length - 1);
    const bounds = this.differences[right].map(({ weights, bias, error }) => weightedSum(weights, 0, features, bias)[0] - error * (
      1 + features.low.reduce((sum, x, row) => sum + Math.max(Math.abs(x), Math.abs(features.high[row])), 0)));
    return bounds.some(Number.isNaN) ? NaN : Math.min(...bounds);
  }

  /** The weights of the right class minus those of each other one, and a bound on their rounding. */
  differencesOf(right) {
    const [weight, bias] = [this.tensors[this.program.readout.weight], this.tensors[this.program.readout.bias]];
    const width = weight.length / bias.length;
    const others = Array.from(bias, (_, other) => other).filter((other) => other !== right);
    return others.map((other) => {
      const weights = Float64Array.from({ length: width }, (_, k) => weight[right * width + k] - weight[other * width + k]);
      const largest = weights.reduce((most, value) => Math.max(most, Math.abs(value)), Math.abs(bias[right] - bias[other]));
      return { weights, bias: bias[right] - bias[other], error: largest * 2 ** -50 };
    });
  }

  /** The values of the cut of the start. */
  start() {
    const { program, tensors } = this;
    return this.entered(pointOf(program.start ? Float64Array.from(tensors[program.start]) : new Float64Array(program.state)));
  }
}

/** As `closureOf`, for a net of any cell. */
export function cellClosure(stepper, boxes, noise = 0) {
  const { machine, width } = stepper;
  const [pairs, symbols] = [machine.delta.length, machine.symbols.length];
  const images = { low: new Float64Array(pairs * width), high: new Float64Array(pairs * width) };
  const [outside, wrong] = [new Uint8Array(pairs), new Uint8Array(pairs)];
  let [open, margin] = [0, Infinity];
  for (let pair = 0; pair < pairs; pair += 1) {
    const image = stepper.step(boxAt(boxes, Math.floor(pair / symbols), width), pair % symbols, noise);
    const entered = stepper.entered(image);
    images.low.set(entered.low, pair * width);
    images.high.set(entered.high, pair * width);
    const own = stepper.margin(image, machine.output[pair]);
    outside[pair] = isInside(entered, boxAt(boxes, machine.delta[pair], width)) ? 0 : 1;
    wrong[pair] = own > 0 ? 0 : 1;
    open += outside[pair] | wrong[pair];
    if (!(own >= margin)) margin = own; // a NaN stays
  }
  const hasStart = isInside(stepper.start(), boxAt(boxes, 0, width));
  return { closed: hasStart && open === 0, open, outside, wrong, images, margin };
}

function boxAt({ low, high }, number, width) {
  return { low: low.subarray(number * width, (number + 1) * width), high: high.subarray(number * width, (number + 1) * width) };
}

function isInside({ low, high }, box) {
  return low.every((bound, row) => bound >= box.low[row] && high[row] <= box.high[row]);
}

function oneAt(places, length) {
  const code = new Float64Array(length);
  for (const place of places) code[place] = 1;
  return code;
}

function pointOf(values) {
  return { low: values, high: values };
}
