// Runs a step program whose state grows at each step, a memory. The page gets the program for two sizes of the memory. In any other
// size only numbers of rows differ, and these grow by as much from size to size.

import { Calls, oneHot } from "./program.js";

/**
 * @typedef {import("./program.js").Program} Program
 * @typedef {import("./program.js").Instruction} Instruction
 * @typedef {{sizes: [number, number], programs: [Program, Program], room: [Instruction[], Instruction[]]}} Growing the programs for
 *   two numbers of steps, and for each the instructions that move a state into the next size
 */

/**
 * The cell of a growing program. Its states begin with room for one step; each step makes room for one more, then steps. Its
 * `stateSize` is H, the rows that the read-out reads: the memory comes after them.
 * @param {Growing} growing
 * @param {Record<string, Float32Array>} weights the tensors by name
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {import("./program.js").ProgramCell & {grown: (state: Float32Array) => Float32Array}} `grown` makes the array that
 *   `advance` writes into
 */
export function growingCell({ sizes, programs, room }, weights, alphabet) {
  const [small, large] = programs.map((program) => program.state);
  const shareOf = (size) => (size - sizes[0]) / (sizes[1] - sizes[0]);
  const rowsOf = (size) => small + (large - small) * shareOf(size);
  const sizeOf = (state) => sizes[0] + ((state.length - small) / (large - small)) * (sizes[1] - sizes[0]);
  const answer = new Calls(programs[0].answer, programs[0], weights);
  return {
    stateSize: programs[0].tensors[programs[0].readout.weight][1],
    growing: true,
    startState: () => new Float32Array(rowsOf(1)),
    grown: (state) => new Float32Array(rowsOf(sizeOf(state) + 1)),
    advance: (state, symbol, out) => {
      const size = sizeOf(state);
      const moved = new Calls(between(room[0], room[1], shareOf(size)), { state: state.length }, weights).run(state);
      const program = between(programs[0], programs[1], shareOf(size + 1));
      const step = new Calls(program.step, program, weights);
      step.use(step.ofSymbol(oneHot(symbol, alphabet)));
      step.runInto(moved, out);
    },
    features: (state) => answer.run(state.subarray(0, small)),
  };
}

/**
 * What lies at `share` on the line from `first` (0) to `second` (1), number by number; the rest is equal. A list of rows that is longer
 * in the second repeats its last entry.
 * @param {any} first
 * @param {any} second of the same form
 * @param {number} share
 * @returns {any}
 */
export function between(first, second, share) {
  if (typeof first === "number") return first + (second - first) * share;
  if (Array.isArray(first)) {
    const shared = first.map((entry, i) => between(entry, second[i], share));
    const length = between(first.length, second.length, share);
    return length <= shared.length ? shared.slice(0, length) : shared.concat(Array(length - shared.length).fill(shared.at(-1)));
  }
  if (typeof first !== "object") return first;
  return Object.fromEntries(Object.keys(first).map((key) => [key, between(first[key], second[key], share)]));
}
