// The step equations of the cells with a memory, `stack-rnn` and `tape-rnn`, as they answer: with hard actions and nothing lost.
// A state is h, then the memory, which grows with every step: a stack by one entry, a tape by one place on either side. So whatever
// the number of steps, nothing falls out of a stack and no tape closes upon itself; the memory of the Python side, made deep enough
// in advance, holds the same entries and more zeros (a tape has them in its middle, farthest from the head).
//
// An action's drive is multiplied by `HARD_ACTIONS`, so its share is 0 or 1 (entries are then moved, not mixed) but where the drive
// is below about 1e-8; there the mixture is computed as everywhere.

import { multiplyInto, affineInto, driveTable, sigmoid, lerp } from "./tensors.js";

const HARD_ACTIONS = 1e9;

const MEMORY_STACKS = 2,
  MEMORY_WIDTH = 8;

/**
 * The cell of this name, or null where it is none with a memory: see `cells.js`. Its `stateSize` is H: what is of a fixed size.
 * @param {string} name
 * @param {CellParts} parts
 * @returns {(Cell & {grown: (state: Float32Array) => Float32Array}) | null}
 */
export function memoryCell(name, parts) {
  if (name === "stack-rnn") return stackCell(parts);
  return name === "tape-rnn" ? tapeCell(parts) : null;
}

/** σ(1e9 · W h + 1e9 · b): the shares of all actions. */
function actionsOf({ weight_action: weight, bias_action: bias }, hidden) {
  const hard = Float32Array.from(weight, (value) => Math.fround(value * HARD_ACTIONS));
  const bent = Float32Array.from(bias, (value) => Math.fround(value * HARD_ACTIONS));
  const drive = new Float32Array(bent.length);
  return (after) => {
    affineInto(hard, bent, after, hidden, drive);
    return drive.map(sigmoid);
  };
}

/** out = tanh(W_ih x + b + (W_hh h + W_seen seen)). */
function readingStep({ weights, hidden, alphabet }, weightSeen) {
  const table = driveTable(weights, alphabet);
  const message = new Float32Array(hidden),
    more = new Float32Array(hidden);
  return (state, symbol, seen, out) => {
    multiplyInto(weights.weight_hh, state, hidden, message);
    multiplyInto(weightSeen, seen, seen.length, more);
    for (let unit = 0, at = symbol * hidden; unit < hidden; unit += 1) {
      out[unit] = Math.tanh(Math.fround(table[at + unit] + Math.fround(message[unit] + more[unit])));
    }
  };
}

/** out = tanh(W h + b). */
function tanhLayer(weight, bias, hidden, out) {
  return (after) => {
    affineInto(weight, bias, after, hidden, out);
    for (let at = 0; at < out.length; at += 1) out[at] = Math.tanh(out[at]);
  };
}

/** out = (1 − weight)·out + weight·other; a weight of 0 or 1 leaves or copies. */
function mixInto(out, weight, other) {
  if (weight === 1) out.set(other);
  else if (weight !== 0) for (let at = 0; at < out.length; at += 1) out[at] = lerp(weight, out[at], other[at]);
}

/** h' acts on each stack: push (what was pushed, then the stack), else pop (the stack without its top), else stay. */
function stackCell(parts) {
  const { weights, hidden } = parts;
  const values = new Float32Array(MEMORY_STACKS * MEMORY_WIDTH),
    tops = new Float32Array(values.length);
  const step = readingStep(parts, weights.weight_top),
    actions = actionsOf(weights, hidden);
  const push = tanhLayer(weights.weight_push, weights.bias_push, hidden, values);
  const sizeOf = (state) => (state.length - hidden) / MEMORY_STACKS;

  function advance(state, symbol, out) {
    const before = sizeOf(state),
      size = sizeOf(out);
    for (let k = 0; k < MEMORY_STACKS; k += 1) {
      tops.set(state.subarray(hidden + k * before, hidden + k * before + MEMORY_WIDTH), k * MEMORY_WIDTH);
    }
    step(state, symbol, tops, out);
    push(out);
    const shares = actions(out);
    for (let k = 0; k < MEMORY_STACKS; k += 1) {
      const stack = new Float32Array(size),
        popped = new Float32Array(size),
        pushed = new Float32Array(size);
      const old = state.subarray(hidden + k * before, hidden + (k + 1) * before);
      stack.set(old);
      popped.set(old.subarray(MEMORY_WIDTH));
      pushed.set(values.subarray(k * MEMORY_WIDTH, (k + 1) * MEMORY_WIDTH));
      pushed.set(old.subarray(0, Math.min(before, size - MEMORY_WIDTH)), MEMORY_WIDTH);
      mixInto(stack, shares[2 * k + 1], popped);
      mixInto(stack, shares[2 * k], pushed);
      out.set(stack, hidden + k * size);
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

/** h' overwrites what is under the head, then moves the head: the tape lies as the head sees it, from the head to the right. */
function tapeCell(parts) {
  const { weights, hidden } = parts;
  const value = new Float32Array(MEMORY_WIDTH);
  const step = readingStep(parts, weights.weight_head),
    actions = actionsOf(weights, hidden);
  const write = tanhLayer(weights.weight_write, weights.bias_write, hidden, value);

  function advance(state, symbol, out) {
    step(state, symbol, state.subarray(hidden, hidden + MEMORY_WIDTH), out);
    write(out);
    const [writing, moving, right] = actions(out);
    const tape = widerTape(state.subarray(hidden), out.length - hidden);
    mixInto(tape.subarray(0, MEMORY_WIDTH), writing, value);
    const moved = turnedTape(tape, -MEMORY_WIDTH);
    mixInto(moved, right, turnedTape(tape, MEMORY_WIDTH));
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

/** The tape `[(2n + 1)·M]` with more zeros between what is right of the head and what is left of it, in all `size`. */
function widerTape(tape, size) {
  const right = ((tape.length / MEMORY_WIDTH + 1) / 2) * MEMORY_WIDTH;
  const wider = new Float32Array(size);
  wider.set(tape.subarray(0, right));
  wider.set(tape.subarray(right), size - (tape.length - right));
  return wider;
}

/** The ring turned: entry i of the result is entry i + shift. */
function turnedTape(tape, shift) {
  const first = (shift + tape.length) % tape.length;
  const turned = new Float32Array(tape.length);
  turned.set(tape.subarray(first));
  turned.set(tape.subarray(0, first), tape.length - first);
  return turned;
}
