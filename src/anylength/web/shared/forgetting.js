// Where in a word a net can forget: the steps after which a later answer depends on the state.

import { NO_RIGHT_OUTPUT } from "./rules.js";

/** Steps of a word that are looked at: a reader who pushes a state sees no more of them. */
const MOST_SEARCHED_STEPS = 2000;

/** Share of the longest stretch that goes by before the push, so that the reader first sees the state without a push. */
const SHARE_BEFORE = 1 / 4;

/**
 * The step after which a push tells most: a quarter into the longest stretch of steps over which the machine must remember its state.
 * Without a machine it is the last step before the first answer that counts, for there the whole word must be remembered.
 * @param {{task: {machine: any}, symbols: ArrayLike<number>, trueStates: ArrayLike<number> | null, rightOutputs: ArrayLike<number> | null}} word
 * @returns {number} −1 where no later answer depends on any state
 */
export function stepToPush({ task, symbols, trueStates, rightOutputs }) {
  const steps = Math.min(symbols.length, MOST_SEARCHED_STEPS);
  if (!task.machine || !trueStates) return stepBeforeAnswers(rightOutputs, steps);
  const stretches = stretchesOf(task.machine, symbols, trueStates, steps);
  const longest = Math.max(0, ...stretches);
  if (longest === 0) return -1;
  return stretches.indexOf(longest) + Math.floor(longest * SHARE_BEFORE);
}

function stepBeforeAnswers(rightOutputs, steps) {
  const first = Array.from(rightOutputs ?? []).findIndex((output) => output !== NO_RIGHT_OUTPUT);
  if (first > 0) return first - 1;
  return first === 0 && steps > 1 ? 0 : -1;
}

/** For the state after each step: over how many further steps the machine's answers can differ if it is taken for another state. */
function stretchesOf({ delta, output }, symbols, trueStates, steps) {
  const stretches = new Array(steps).fill(0);
  let last = new Int32Array(delta.length).fill(-1); // for each state: the last later step at which its answer is another one, or −1
  for (let step = steps - 1; step > 0; step -= 1) {
    const [symbol, right] = [symbols[step], output[trueStates[step - 1]][symbols[step]]];
    const after = last;
    last = last.map((_, state) => {
      const later = after[delta[state][symbol]];
      return later < 0 && output[state][symbol] !== right ? step : later;
    });
    stretches[step - 1] = Math.max(0, Math.max(...last) - (step - 1));
  }
  return stretches;
}
