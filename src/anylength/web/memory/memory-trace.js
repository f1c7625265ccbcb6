// What a net does with its memory while it reads a word: the shares of its actions at each step, and what it read when it wrote an entry.

const EXACT = 1e-6; // a share this near to 0 or 1 is one

const isExact = (share) => share < EXACT || share > 1 - EXACT;

/**
 * A label is what was read when an entry was written. Labels are known while every action is wholly done or not done at all.
 * @typedef {{text: string, below: Label} | null} Label of the top of a stack
 * @typedef {{actions: [string, number][], top: Label, isKnown: boolean}} StackStep
 * @typedef {{actions: [string, number][], at: number, from: number, writes: string | null, isKnown: boolean}} TapeStep the head is at
 *   `from` before the step, at `at` after it
 */

/**
 * What becomes of each stack.
 * @param {{steps: number, symbolAt: (step: number) => string}} word
 * @param {(step: number) => Float32Array} gatesAt for each stack the push gate, then the pop gate
 * @param {number} stacks
 * @returns {StackStep[][]} for each step the stacks
 */
export function stackTrace(word, gatesAt, stacks) {
  let before = Array.from({ length: stacks }, () => ({ top: null, isKnown: true }));
  return Array.from({ length: word.steps }, (_, step) => {
    const gates = gatesAt(step);
    before = before.map((stack, number) => stackAfter(stack, gates[2 * number], gates[2 * number + 1], word.symbolAt(step)));
    return before;
  });
}

function stackAfter({ top, isKnown }, push, pop, text) {
  const shares = [push, (1 - push) * pop, (1 - push) * (1 - pop)];
  const tops = [{ text, below: top }, top?.below ?? null, top];
  const actions = ["push", "pop", "keep"].map((name, number) => [name, shares[number]]);
  return { actions, top: tops[largest(shares)], isKnown: isKnown && shares.every(isExact) };
}

/**
 * What becomes of the tape.
 * @param {{steps: number, symbolAt: (step: number) => string}} word
 * @param {(step: number) => Float32Array} gatesAt the write, move and direction gates
 * @returns {TapeStep[]} for each step
 */
export function tapeTrace(word, gatesAt) {
  let [at, isKnown] = [0, true];
  return Array.from({ length: word.steps }, (_, step) => {
    const [write, move, right] = gatesAt(step);
    const moves = [move * (1 - right), 1 - move, move * right];
    const actions = [["write", write], ["left", moves[0]], ["stay", moves[1]], ["right", moves[2]]];
    const from = at;
    at += largest(moves) - 1;
    isKnown &&= actions.every(([, share]) => isExact(share));
    return { actions, at, from, writes: write > 0.5 ? word.symbolAt(step) : null, isKnown };
  });
}

/** The labels of the entries of a stack, from its top down. */
export function labelsBelow(top) {
  const labels = [];
  for (let label = top; label; label = label.below) labels.push(label.text);
  return labels;
}

/** What was last written at each place of the tape up to a step. */
export function labelsWritten(trace, step) {
  const written = new Map();
  for (const { from, writes } of trace.slice(0, step + 1)) if (writes !== null) written.set(from, writes);
  return written;
}

/** The index of the largest share. */
function largest(shares) {
  return shares.indexOf(Math.max(...shares));
}
