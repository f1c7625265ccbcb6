// The step equations of every recurrent cell whose state has a fixed size, one column at a time, in float32.
// Equations, gate orders and state layouts are those of `anylength.cells`. The read-out reads the first H entries of a state.
//
// A cell is {stateSize, growing, startState(), advance(state, symbol, out)}: `advance` writes the state after `symbol` into `out`
// (never the same array as `state`) and changes nothing else. Inputs are one-hot, so W_ih x + b is a row of a table that is made once.

import { multiplyInto, inputTermTable, sigmoid, lerp } from "./tensors.js";

/**
 * @typedef {{stateSize: number, growing: boolean, startState: () => Float32Array,
 *   advance: (state: Float32Array, symbol: number, out: Float32Array) => void}} Cell
 * @typedef {{weights: Record<string, Float32Array>, hidden: number, alphabet: {letters: number, tapes: number}}} CellParts
 */

/** @type {Record<string, (parts: CellParts) => Cell>} */
const BOUNDED_CELLS = {
  rnn: (parts) => elmanCell(parts, Math.tanh),
  relu: (parts) => elmanCell(parts, (value) => (value > 0 ? value : 0)),
  gru: gruCell,
  "gru-reset-before": gruResetBeforeCell,
  lstm: lstmCell,
  linear: (parts) => linearCell(parts, (gate, input, memory) => Math.fround(sigmoid(gate) * memory) + input),
  "linear-signed": (parts) =>
    linearCell(parts, (gate, input, memory) => Math.fround(Math.fround(Math.tanh(gate)) * memory) + input),
  mingru: (parts) => linearCell(parts, (gate, input, memory) => lerp(sigmoid(gate), memory, input)),
};

/**
 * The cell of this name, or null where its state has no fixed size or there is no such cell.
 * @param {string} name
 * @param {CellParts} parts the tensors `weight_ih`, `weight_hh`, `bias`, … without the `cell.` before their names
 * @returns {Cell | null}
 */
export function boundedCell(name, parts) {
  return Object.hasOwn(BOUNDED_CELLS, name) ? BOUNDED_CELLS[name](parts) : null;
}

/** A cell whose state has a fixed size. */
function fixedCell(stateSize, advance) {
  return { stateSize, growing: false, startState: () => new Float32Array(stateSize), advance };
}

/** h' = activation(W_ih x + b + W_hh h). */
function elmanCell({ weights, hidden, alphabet }, activation) {
  const table = inputTermTable(weights, alphabet);
  return fixedCell(hidden, (state, symbol, out) => {
    multiplyInto(weights.weight_hh, state, hidden, out);
    for (let unit = 0, row = symbol * hidden; unit < hidden; unit += 1)
      out[unit] = activation(Math.fround(table[row + unit] + out[unit]));
  });
}

/** Gates r, z, n, p the input term and m the recurrent term: r = σ(p_r + m_r), z = σ(p_z + m_z), n = tanh(p_n + r·(m_n + b_hn)), h' = (1 − z)·n + z·h. */
function gruCell({ weights, hidden, alphabet }) {
  const table = inputTermTable(weights, alphabet);
  const term = new Float32Array(3 * hidden);
  return fixedCell(hidden, (state, symbol, out) => {
    multiplyInto(weights.weight_hh, state, hidden, term);
    const row = 3 * hidden * symbol;
    for (let unit = 0; unit < hidden; unit += 1) {
      const reset = sigmoid(Math.fround(table[row + unit] + term[unit]));
      const update = sigmoid(Math.fround(table[row + hidden + unit] + term[hidden + unit]));
      const recurrent = Math.fround(term[2 * hidden + unit] + weights.bias_hn[unit]);
      const candidate = Math.fround(Math.tanh(Math.fround(table[row + 2 * hidden + unit] + Math.fround(reset * recurrent))));
      out[unit] = lerp(update, candidate, state[unit]);
    }
  });
}

/** Gates r, z, n: r = σ(p_r + m_r), z = σ(p_z + m_z), n = tanh(p_n + W_hn (r·h)), h' = (1 − z)·n + z·h. */
function gruResetBeforeCell({ weights, hidden, alphabet }) {
  const table = inputTermTable(weights, alphabet);
  const gateWeights = weights.weight_hh.subarray(0, 2 * hidden * hidden);
  const candidateWeights = weights.weight_hh.subarray(2 * hidden * hidden);
  const term = new Float32Array(2 * hidden);
  const gated = new Float32Array(hidden);
  const recurrent = new Float32Array(hidden);
  return fixedCell(hidden, (state, symbol, out) => {
    multiplyInto(gateWeights, state, hidden, term);
    const row = 3 * hidden * symbol;
    for (let unit = 0; unit < hidden; unit += 1) gated[unit] = sigmoid(Math.fround(table[row + unit] + term[unit])) * state[unit];
    multiplyInto(candidateWeights, gated, hidden, recurrent);
    for (let unit = 0; unit < hidden; unit += 1) {
      const update = sigmoid(Math.fround(table[row + hidden + unit] + term[hidden + unit]));
      const candidate = Math.fround(Math.tanh(Math.fround(table[row + 2 * hidden + unit] + recurrent[unit])));
      out[unit] = lerp(update, candidate, state[unit]);
    }
  });
}

/** Gates i, f, g, o; the state is h, then c: c' = σ(a_f)·c + σ(a_i)·tanh(a_g), h' = σ(a_o)·tanh(c'). */
function lstmCell({ weights, hidden, alphabet }) {
  const table = inputTermTable(weights, alphabet);
  const gates = new Float32Array(4 * hidden);
  return fixedCell(2 * hidden, (state, symbol, out) => {
    multiplyInto(weights.weight_hh, state, hidden, gates);
    for (let row = 0, first = 4 * hidden * symbol; row < gates.length; row += 1) gates[row] += table[first + row];
    for (let unit = 0; unit < hidden; unit += 1) {
      const remembered = Math.fround(sigmoid(gates[hidden + unit]) * state[hidden + unit]);
      const added = Math.fround(sigmoid(gates[unit]) * Math.fround(Math.tanh(gates[2 * hidden + unit])));
      const memory = Math.fround(remembered + added);
      out[unit] = sigmoid(gates[3 * hidden + unit]) * Math.fround(Math.tanh(memory));
      out[hidden + unit] = memory;
    }
  });
}

/** The state is h, then s: s' from gate and input, both functions of the symbol alone, then h' = tanh(p_o + W_hh s'). */
function linearCell({ weights, hidden, alphabet }, recur) {
  const table = inputTermTable(weights, alphabet);
  return fixedCell(2 * hidden, (state, symbol, out) => {
    const row = 3 * hidden * symbol;
    const memory = out.subarray(hidden);
    for (let unit = 0; unit < hidden; unit += 1) {
      memory[unit] = recur(table[row + unit], table[row + hidden + unit], state[hidden + unit]);
    }
    const read = out.subarray(0, hidden);
    multiplyInto(weights.weight_hh, memory, hidden, read);
    for (let unit = 0; unit < hidden; unit += 1) read[unit] = Math.tanh(Math.fround(table[row + 2 * hidden + unit] + read[unit]));
  });
}
