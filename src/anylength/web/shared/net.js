// A net in the page: from the record `NetView` to an object that reads words as the Python side does, in float32.
// It keeps nothing between calls, and never changes a state that it has returned.

import { BadInput } from "./errors.js";
import { affineInto, decodedTensor } from "./tensors.js";
import { programCell } from "./program.js";
import { growingCell } from "./growing.js";
import { contextNet, CONTEXT_LONGEST } from "./contexts.js";
import { grouped } from "./grouped.js";

/** Steps of the longest word for a net whose state has a fixed size. */
const MOST_STEPS = 100_000;

/** Numbers in all states, and in all logits, of a word together: 64 MiB of float32. */
const MOST_NUMBERS = 1 << 24;

/** Steps of the longest word for a cell with a memory: its states together grow with the square of the steps. */
const MEMORY_LONGEST = 1024;

/** The tensors of the read-out of a net that is no program. */
const READOUT = { weight: "readout.weight", bias: "readout.bias" };

/** Rows of a state that are shown where they are not the hidden units. */
const SHOWN_ROWS = 256;

/**
 * @typedef {object} Run A word's states, logits and answers.
 * @property {Float32Array[]} states T states, the one after each step. For a net of fixed size they are views of `flat`. The state of a
 *   cell with a memory is longer after every step. A run may start from any of them.
 * @property {Float32Array | null} flat all states `[T · stateSize]`; null for cells with a memory
 * @property {Float32Array} logits `[T · classes]`
 * @property {Uint16Array} outputs `[T]`
 *
 * @typedef {object} PageNet
 * @property {string} cell its name
 * @property {number} hidden H, the features that the read-out reads
 * @property {number} shown the first entries of a state that a picture shows: the H hidden units where they come first, else all
 * @property {number} classes C
 * @property {number} letters symbols of one tape
 * @property {number} tapes
 * @property {number} symbols A = letters ** tapes
 * @property {number} stateSize entries of a state without the memory, which comes after them where the cell has one
 * @property {boolean} recurrent whether a run can start from a state
 * @property {boolean} growing whether the state has a memory that grows with every step
 * @property {boolean} causal whether an answer depends only on what was read up to its step
 * @property {number} longest the most steps of a word that `run` takes
 * @property {() => Float32Array} start the start state; of a recurrent net only
 * @property {(state: Float32Array, symbol: number) => Float32Array} step the state after a symbol; of a recurrent net only
 * @property {(state: Float32Array) => Float32Array} logits `[C]`
 * @property {(logits: Float32Array) => number} argmax the class with the largest logit, the lowest on a tie
 * @property {(symbols: ArrayLike<number>, options?: {from?: Float32Array | null}) => Run} run from the start, or (recurrent) `from`
 */

/**
 * @typedef {import("./program.js").Program} Program
 * @typedef {import("./growing.js").Growing} Growing
 */

/**
 * The net of a record, a `NetView`.
 * @param {{cell: string, hidden: number, program: Program | null, growing: Growing | null, tensors: Record<string, {shape: number[], data: string}>,
 *   task: {letters: number, tapes: number, classes: number}}} shown
 * @returns {PageNet}
 */
export function makeNet(shown) {
  const { cell: name, hidden, task } = shown;
  const alphabet = { letters: task.letters, tapes: task.tapes };
  const weights = Object.fromEntries(Object.entries(shown.tensors).map(([key, tensor]) => [key, decodedTensor(tensor)]));
  const context = contextNet(name, weights, hidden, alphabet);
  const core = context ? contextCore(context, hidden) : recurrentCore(shown, weights, alphabet);
  const { weight, bias } = (shown.program ?? shown.growing?.programs[0])?.readout ?? READOUT;
  const readInto = (state, out) => affineInto(weights[weight], weights[bias], core.features(state), hidden, out);
  const logits = (state) => {
    const out = new Float32Array(task.classes);
    readInto(state, out);
    return out;
  };
  const longest = Math.min(core.longest, Math.floor(MOST_NUMBERS / task.classes));
  const run = (symbols, { from = null } = {}) => {
    checkSymbols(symbols, alphabet.letters ** alphabet.tapes, longest);
    return readOut(core.states(symbols, from), readInto, task.classes);
  };
  const { states: _, features: __, ...facts } = core;
  return {
    cell: name,
    hidden,
    classes: task.classes,
    ...alphabet,
    symbols: task.letters ** task.tapes,
    ...facts,
    longest,
    logits,
    argmax,
    run,
  };
}

/**
 * The index of the largest entry, the lowest on a tie.
 * @param {ArrayLike<number>} values
 * @returns {number}
 */
export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] > values[best]) best = i;
  return best;
}

function recurrentCore({ cell: name, hidden, program, growing: programs }, weights, alphabet) {
  if (!program && !programs) {
    throw new BadInput("a known cell", `'${name}'`, "make the page again with the version that trained the net");
  }
  const cell = program ? programCell(program, weights, alphabet) : growingCell(programs, weights, alphabet);
  const step = (state, symbol) => {
    const after = cell.growing ? cell.grown(state) : new Float32Array(cell.stateSize);
    cell.advance(state, symbol, after);
    return after;
  };
  const { stateSize, growing, startState: start, features } = cell;
  const longest = growing ? MEMORY_LONGEST : Math.min(MOST_STEPS, Math.floor(MOST_NUMBERS / stateSize));
  const states = growing ? grownStates(start, step) : flatStates(cell);
  const shown = program && !readsFirst(program, hidden) ? Math.min(stateSize, SHOWN_ROWS) : hidden;
  return { stateSize, shown, growing, recurrent: true, causal: true, longest, start, step, states, features };
}

/** Whether the read-out reads the first H entries of a state. */
function readsFirst({ answer, state }, hidden) {
  const { op, start } = answer.at(-1);
  return op === "state" ? state === hidden : op === "slice" && answer.length === 2 && start === 0;
}

/** All states of a word in one array. */
function flatStates({ stateSize, startState, advance }) {
  return (symbols, from) => {
    const flat = new Float32Array(symbols.length * stateSize);
    const states = viewsOf(flat, symbols.length, stateSize);
    let state = from ?? startState();
    for (let step = 0; step < symbols.length; step += 1) {
      advance(state, symbols[step], states[step]);
      state = states[step];
    }
    return { flat, states };
  };
}

/** All states of a word, each longer than the one before. */
function grownStates(start, step) {
  return (symbols, from) => {
    let state = from ?? start();
    return { flat: null, states: Array.from(symbols, (symbol) => (state = step(state, symbol))) };
  };
}

function contextCore({ causal, statesOf }, hidden) {
  const refused = () => {
    throw new BadInput("a recurrent net", "a net that reads the whole word at once", "run it on the whole word");
  };
  const states = (symbols, from) => {
    if (from) refused();
    const flat = statesOf(symbols);
    return { flat, states: viewsOf(flat, symbols.length, hidden) };
  };
  const facts = { stateSize: hidden, shown: hidden, growing: false, recurrent: false, longest: CONTEXT_LONGEST };
  return { ...facts, causal, start: refused, step: refused, states, features: (state) => state };
}

function viewsOf(flat, count, size) {
  return Array.from({ length: count }, (_, i) => flat.subarray(i * size, (i + 1) * size));
}

/** Logits and answers of all states. */
function readOut({ flat, states }, readInto, classes) {
  const logits = new Float32Array(states.length * classes);
  const outputs = new Uint16Array(states.length);
  const rows = viewsOf(logits, states.length, classes);
  for (let step = 0; step < states.length; step += 1) {
    readInto(states[step], rows[step]);
    outputs[step] = argmax(rows[step]);
  }
  return { states, flat, logits, outputs };
}

function checkSymbols(symbols, count, longest) {
  if (symbols.length > longest) {
    throw new BadInput(
      `a word of at most ${grouped(longest)} steps in the page`,
      grouped(symbols.length),
      "ask a shorter number, or use anylength ask",
    );
  }
  for (let step = 0; step < symbols.length; step += 1) {
    const symbol = symbols[step];
    if (!(Number.isInteger(symbol) && symbol >= 0 && symbol < count)) {
      throw new BadInput(`symbols from 0 to ${count - 1}`, String(symbol), "give the word that the task makes of numbers");
    }
  }
}
