// The step equations of the cells with a memory, `stack-rnn` and `tape-rnn`, in the form in which they answer: with hard actions and an
// unbounded memory. A state is h, then the memory. The memory grows with every step, a stack by one entry, a tape by one place on
// either side, so nothing falls out of a stack and no tape wraps around. The Python side makes the memory large enough in advance; it
// holds the same entries and more zeros (those of a tape are in its middle, farthest from the head).
//
// The input of an action's sigmoid is multiplied by `HARD_ACTIONS`, so the action's share is 0 or 1 and entries are moved, not mixed.
// Where that input is below about 1e-8 the share lies between, and the mixture is computed as usual.

import { multiplyInto, affineInto, inputTermTable, sigmoid, lerp } from "./tensors.js";

/** The same factor as on the Python side. */
const HARD_ACTIONS = 1e9;

/** Stacks of a stack-rnn, and numbers in an entry of a stack or a tape: the same as on the Python side. */
const MEMORY_STACKS = 2;
const MEMORY_WIDTH = 8;

/**
 * @typedef {{weights: Record<string, Float32Array>, hidden: number, alphabet: {letters: number, tapes: number}}} CellParts
 * @typedef {{stateSize: number, growing: boolean, startState: () => Float32Array, grown: (state: Float32Array) => Float32Array,
 *   advance: (state: Float32Array, symbol: number, out: Float32Array) => void}} MemoryCell
 */

/**
 * The cell of this name, or null where it has no memory. Its `stateSize` is H, the part of a fixed size. `advance` writes the state
 * after `symbol` into `out`, an array that `grown` made of `state`.
 * @param {string} name
 * @param {CellParts} parts the tensors without the `cell.` before their names
 * @returns {MemoryCell | null}
 */
export function memoryCell(name, parts) {
  if (name === "stack-rnn") return stackCell(parts);
  return name === "tape-rnn" ? tapeCell(parts) : null;
}

/** σ(1e9 · W h + 1e9 · b): the shares of all actions. */
function actionsOf({ weight_action: weight, bias_action: bias }, hidden) {
  const hardWeight = Float32Array.from(weight, (value) => Math.fround(value * HARD_ACTIONS));
  const hardBias = Float32Array.from(bias, (value) => Math.fround(value * HARD_ACTIONS));
  const shares = new Float32Array(hardBias.length);
  return (after) => {
    affineInto(hardWeight, hardBias, after, hidden, shares);
    return shares.map(sigmoid);
  };
}

/** out = tanh(W_ih x + b + (W_hh h + W_read read)), `read` the part of the memory that the cell reads. */
function readingStep({ weights, hidden, alphabet }, readWeight) {
  const table = inputTermTable(weights, alphabet);
  const stateTerm = new Float32Array(hidden);
  const memoryTerm = new Float32Array(hidden);
  return (state, symbol, read, out) => {
    multiplyInto(weights.weight_hh, state, hidden, stateTerm);
    multiplyInto(readWeight, read, read.length, memoryTerm);
    for (let unit = 0, row = symbol * hidden; unit < hidden; unit += 1) {
      out[unit] = Math.tanh(Math.fround(table[row + unit] + Math.fround(stateTerm[unit] + memoryTerm[unit])));
    }
  };
}

/** out = tanh(W h + b). */
function tanhLayer(weight, bias, hidden, out) {
  return (after) => {
    affineInto(weight, bias, after, hidden, out);
    for (let i = 0; i < out.length; i += 1) out[i] = Math.tanh(out[i]);
  };
}

/** out = (1 − weight)·out + weight·other; a weight of 0 or 1 leaves or copies. */
function mixInto(out, weight, other) {
  if (weight === 1) out.set(other);
  else if (weight !== 0) for (let i = 0; i < out.length; i += 1) out[i] = lerp(weight, out[i], other[i]);
}

/** h' acts on each stack: push (the pushed entry, then the stack), pop (the stack without its top), or leave it as it is. */
function stackCell(parts) {
  const { weights, hidden } = parts;
  const values = new Float32Array(MEMORY_STACKS * MEMORY_WIDTH);
  const tops = new Float32Array(values.length);
  const step = readingStep(parts, weights.weight_top);
  const actions = actionsOf(weights, hidden);
  const push = tanhLayer(weights.weight_push, weights.bias_push, hidden, values);

  function advance(state, symbol, out) {
    const before = (state.length - hidden) / MEMORY_STACKS;
    const stackOf = (k) => state.subarray(hidden + k * before, hidden + (k + 1) * before);
    for (let k = 0; k < MEMORY_STACKS; k += 1) tops.set(stackOf(k).subarray(0, MEMORY_WIDTH), k * MEMORY_WIDTH);
    step(state, symbol, tops, out);
    push(out);
    const shares = actions(out);
    const size = (out.length - hidden) / MEMORY_STACKS;
    for (let k = 0; k < MEMORY_STACKS; k += 1) {
      const value = values.subarray(k * MEMORY_WIDTH, (k + 1) * MEMORY_WIDTH);
      out.set(nextStack(stackOf(k), value, { pop: shares[2 * k + 1], push: shares[2 * k] }, size), hidden + k * size);
    }
  }

  const startState = () => new Float32Array(hidden + values.length);
  return {
    stateSize: hidden,
    growing: true,
    startState,
    grown: (state) => new Float32Array(state.length + values.length),
    advance,
  };
}

/** The stack after an action, `size` numbers long; `value` is the entry that a push puts on top. */
function nextStack(old, value, shares, size) {
  const [stack, popped, pushed] = [0, 1, 2].map(() => new Float32Array(size));
  stack.set(old);
  popped.set(old.subarray(MEMORY_WIDTH));
  pushed.set(value);
  pushed.set(old.subarray(0, Math.min(old.length, size - MEMORY_WIDTH)), MEMORY_WIDTH);
  mixInto(stack, shares.pop, popped);
  mixInto(stack, shares.push, pushed);
  return stack;
}

/** h' overwrites the entry under the head, then moves the head. The tape is stored from the head on to the right. */
function tapeCell(parts) {
  const { weights, hidden } = parts;
  const value = new Float32Array(MEMORY_WIDTH);
  const step = readingStep(parts, weights.weight_head);
  const actions = actionsOf(weights, hidden);
  const write = tanhLayer(weights.weight_write, weights.bias_write, hidden, value);

  function advance(state, symbol, out) {
    step(state, symbol, state.subarray(hidden, hidden + MEMORY_WIDTH), out);
    write(out);
    const [writing, moving, right] = actions(out);
    const tape = widerTape(state.subarray(hidden), out.length - hidden);
    mixInto(tape.subarray(0, MEMORY_WIDTH), writing, value);
    const moved = rotatedTape(tape, -MEMORY_WIDTH);
    mixInto(moved, right, rotatedTape(tape, MEMORY_WIDTH));
    mixInto(tape, moving, moved);
    out.set(tape, hidden);
  }

  const startState = () => new Float32Array(hidden + MEMORY_WIDTH);
  return {
    stateSize: hidden,
    growing: true,
    startState,
    grown: (state) => new Float32Array(state.length + 2 * MEMORY_WIDTH),
    advance,
  };
}

/** The tape `[(2n + 1)·M]` with zeros put in between the part right of the head and the part left of it, up to `size` numbers. */
function widerTape(tape, size) {
  const right = ((tape.length / MEMORY_WIDTH + 1) / 2) * MEMORY_WIDTH;
  const wider = new Float32Array(size);
  wider.set(tape.subarray(0, right));
  wider.set(tape.subarray(right), size - (tape.length - right));
  return wider;
}

/** The tape rotated: entry i of the result is entry i + shift, the end followed by the beginning. */
function rotatedTape(tape, shift) {
  const first = (shift + tape.length) % tape.length;
  const rotated = new Float32Array(tape.length);
  rotated.set(tape.subarray(first));
  rotated.set(tape.subarray(0, first), tape.length - first);
  return rotated;
}
