// Runs a step program (`anylength.programs`, in its JSON form) in float32. A list of instructions becomes a list of calls of
// `OPERATIONS`, once for each net. What depends on the symbol alone is computed once for each symbol, when it first comes.

import { OPERATIONS, copyInto } from "./operations.js";

/**
 * @typedef {{op: string, of: number[]} & Record<string, any>} Instruction
 * @typedef {{encoded: number, state: number, start: string, tensors: Record<string, number[]>, step: Instruction[],
 *   answer: Instruction[], readout: {weight: string, bias: string}}} Program
 * @typedef {{stateSize: number, growing: boolean, startState: () => Float32Array,
 *   advance: (state: Float32Array, symbol: number, out: Float32Array) => void,
 *   features: (state: Float32Array) => Float32Array, grown?: (state: Float32Array) => Float32Array}} ProgramCell
 */

/**
 * The cell of a program. `advance` writes the state after `symbol` into `out` (never the same array as `state`) and changes nothing
 * else; `features` gives what the read-out reads, in an array that the next call overwrites.
 * @param {Program} program
 * @param {Record<string, Float32Array>} weights the tensors by name
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {ProgramCell}
 */
export function programCell(program, weights, alphabet) {
  const step = new Calls(program.step, program, weights);
  const answer = new Calls(program.answer, program, weights);
  const ofSymbols = [];
  return {
    stateSize: program.state,
    growing: false,
    startState: () => (program.start ? weights[program.start].slice() : new Float32Array(program.state)),
    advance: (state, symbol, out) => {
      step.use((ofSymbols[symbol] ??= step.ofSymbol(oneHot(symbol, alphabet))));
      step.runInto(state, out);
    },
    features: (state) => answer.run(state),
  };
}

/** The code of a symbol: for each tape a 1 at its letter. */
export function oneHot(symbol, { letters, tapes }) {
  const code = new Float32Array(letters * tapes);
  for (let tape = 0, rest = symbol; tape < tapes; tape += 1, rest = Math.floor(rest / letters)) {
    code[tape * letters + (rest % letters)] = 1;
  }
  return code;
}

/** A list of instructions, ready to run. It holds one array for the value of each; slices of the state's values are views. */
export class Calls {
  constructor(instructions, program, weights) {
    this.needs = needsOf(instructions);
    this.last = instructions.length - 1;
    this.values = [];
    this.onSymbol = [];
    this.onState = [];
    instructions.forEach((item, number) => this.add(item, number, program, weights));
    this.symbols = numbersOf(instructions, "symbol");
    this.states = numbersOf(instructions, "state");
    this.hasViews = instructions.some(({ op, of }) => op === "slice" && this.states.includes(of[0]));
    this.kept = keptOf(instructions, this.needs);
    this.isComputed = this.needs[this.last] === "state" && this.onState.at(-1)?.number === this.last;
  }

  /** The array of an instruction, and its call. A value that needs neither symbol nor state is computed here. */
  add(item, number, program, weights) {
    const { values } = this;
    if (item.op === "tensor") return void (values[number] = weights[item.name]);
    if (item.op === "slice" && this.needs[number] === "state") {
      return void (values[number] = values[item.of[0]].subarray(item.start, item.stop));
    }
    values[number] = new Float32Array(rowsOf(item, values, program));
    if (item.op === "constant") return void values[number].fill(hexNumber(item.value));
    if (item.op === "symbol" || item.op === "state") return;
    const run = callOf(item, number, values, attributesOf(item, program, weights));
    if (this.needs[number] === "nothing") run();
    else (this.needs[number] === "symbol" ? this.onSymbol : this.onState).push({ number, run });
  }

  /** The values for a symbol that others need, as [number, array]. */
  ofSymbol(code) {
    for (const number of this.kept) this.values[number] = new Float32Array(this.values[number].length);
    for (const number of this.symbols) this.values[number].set(code);
    for (const { run } of this.onSymbol) run();
    return this.kept.map((number) => [number, this.values[number]]);
  }

  /** Puts the values for a symbol in their places. */
  use(ofSymbol) {
    for (let i = 0; i < ofSymbol.length; i += 1) this.values[ofSymbol[i][0]] = ofSymbol[i][1];
  }

  /** The last value. */
  run(state) {
    for (let i = 0; i < this.states.length; i += 1) {
      if (this.hasViews) copyInto(this.values[this.states[i]], 0, state, 0, state.length);
      else this.values[this.states[i]] = state;
    }
    for (let i = 0; i < this.onState.length; i += 1) this.onState[i].run();
    return this.values[this.last];
  }

  /** Writes the last value into `out`. */
  runInto(state, out) {
    if (this.isComputed) this.values[this.last] = out;
    const result = this.run(state);
    if (result !== out) copyInto(out, 0, result, 0, out.length);
  }
}

/** Whether each value needs "nothing", the "symbol" alone, or the "state". */
function needsOf(instructions) {
  const needs = [];
  for (const { op, of } of instructions) {
    const all = op === "symbol" || op === "state" ? [op] : of.map((number) => needs[number]);
    needs.push(all.includes("state") ? "state" : all.includes("symbol") ? "symbol" : "nothing");
  }
  return needs;
}

/** The values of the symbol alone that values of the state need, and the last value if it is one. */
function keptOf(instructions, needs) {
  const kept = new Set(needs.at(-1) === "symbol" ? [instructions.length - 1] : []);
  instructions.forEach((item, number) => {
    if (needs[number] === "state") for (const argument of item.of) if (needs[argument] === "symbol") kept.add(argument);
  });
  return [...kept];
}

function numbersOf(instructions, op) {
  return instructions.flatMap((item, number) => (item.op === op ? [number] : []));
}

/** The rows of the value of an instruction, from the lengths of its arguments. */
export function rowsOf({ op, of, start, stop, rows }, values, program) {
  if (op === "symbol") return program.encoded;
  if (op === "state") return program.state;
  if (op === "constant") return rows;
  if (op === "take") return rows.length;
  if (op === "slice" || op === "matmul" || op === "matmul_sizes") return stop - start;
  if (op === "mean" || op === "mean_square") return 1;
  if (op === "concatenate") return of.reduce((sum, number) => sum + values[number].length, 0);
  return op === "matvec" ? values[of[0]].length / values[of[1]].length : values[of[0]].length;
}

/** The attributes as operations take them: numbers as numbers, and rows of a matrix as an array. */
function attributesOf(item, program, weights) {
  if (item.op === "matmul") {
    const columns = program.tensors[item.weight][1];
    return { matrix: weights[item.weight].subarray(item.start * columns, item.stop * columns) };
  }
  if (item.op === "take") return { rows: Int32Array.from(item.rows) };
  if (item.op === "scale") return { factor: hexNumber(item.factor) };
  return item.op === "normalize" ? { epsilon: hexNumber(item.epsilon) } : item;
}

/** The call that fills the array of an instruction. Arrays of symbols change, so each call looks up its arrays. */
function callOf({ op, of }, number, values, attributes) {
  const operation = OPERATIONS[op];
  const [a, b, c] = of;
  if (op === "concatenate") return () => operation(values[number], attributes, ...of.map((part) => values[part]));
  if (of.length === 1) return () => operation(values[number], attributes, values[a]);
  if (of.length === 2) return () => operation(values[number], attributes, values[a], values[b]);
  return () => operation(values[number], attributes, values[a], values[b], values[c]);
}

/** A number as Python's `float.hex` writes it, such as -0x1.8p+1. */
export function hexNumber(text) {
  const [, sign, whole, fraction, exponent] = /^(-?)0x([01])\.([0-9a-f]+)p([+-]\d+)$/.exec(text);
  const size = (Number(whole) + parseInt(fraction, 16) / 16 ** fraction.length) * 2 ** Number(exponent);
  return sign ? -size : size;
}
