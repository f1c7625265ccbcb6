// Machines whose answers are words: the product of permutations, written as the place of each card. Where each letter of the answer can
// be followed alone, the machine is several small ones that run side by side (Hartmanis and Stearns 1966): S5, with 120 states, is five
// machines of five states, one for each card.

/**
 * @typedef {object} Part
 * @property {import("./machines.js").Machine} machine it answers with one letter of the answer, which is its state
 * @property {Int32Array} blocks `[Q]`, its state for each state of the whole machine
 */

/**
 * The parts of a machine, one for each letter of its answers, or null: the answers must be words of one length that tell all states apart,
 * and each letter must depend on itself and the symbol alone.
 * @param {import("./machines.js").Machine} machine
 * @returns {Part[] | null}
 */
export function partsOfAnswers(machine) {
  const answers = answersOfStates(machine);
  if (!answers || new Set(answers.map((answer) => answer.length)).size > 1) return null;
  const parts = Array.from(answers[0], (_, place) => partOf(machine, answers.map((answer) => answer[place])));
  return parts.every(Boolean) ? parts : null;
}

/** The answer that leads to each state, where it is one and no other state has it; else null. */
export function answersOfStates({ names, delta, output, labels }) {
  const answers = Array(names.length).fill(null);
  for (const [pair, next] of delta.entries()) {
    const answer = labels[output[pair]];
    if (answers[next] !== null && answers[next] !== answer) return null;
    answers[next] = answer;
  }
  return new Set(answers).size === names.length && !answers.includes(null) ? answers : null;
}

/** The machine of one letter, whose states are letters in the order in which words meet them; null where the letter needs others. */
function partOf({ delta, symbols, letters, tapes }, letterOf) {
  const [width, order] = [symbols.length, [...new Set(letterOf)]];
  const blocks = Int32Array.from(letterOf, (letter) => order.indexOf(letter));
  const next = new Int32Array(order.length * width).fill(-1);
  for (const [pair, to] of delta.entries()) {
    const at = blocks[Math.floor(pair / width)] * width + (pair % width);
    if (next[at] >= 0 && next[at] !== blocks[to]) return null;
    next[at] = blocks[to];
  }
  const machine = { symbols, letters, tapes, labels: order, names: order, accepting: null, delta: next, output: next };
  return { machine, blocks };
}
