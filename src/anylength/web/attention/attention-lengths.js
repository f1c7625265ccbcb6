// From which length on a net with attention is wrong: the task's example and random numbers of each length, in small pieces of time, so
// that the page stays alive.

import { randomNumbers } from "../shared/random.js";
import { html, refill } from "../shared/dom.js";
import { randomTexts, taskExample } from "../shared/examples.js";
import { makeNet } from "../shared/net.js";
import { NO_RIGHT_OUTPUT } from "../shared/rules.js";
import { makeTask } from "../shared/task.js";

const [WORDS_OF_A_LENGTH, LONGEST_RANDOM, SEED_OF_TRIES] = [20, 40, 11];
const PIECE = 12; // milliseconds in one go

/**
 * A line that fills itself: up to which length words are right, and the first mistake.
 * @param {object} record of the net, a `NetView`
 * @param {(texts: string[]) => void} play
 */
export function lengthsTried(record, play) {
  const place = html("p", { class: "lengths-tried", role: "status" });
  const task = makeTask(record.task);
  const tries = triesOf(makeNet(record), task);
  const go = () => {
    if (!place.isConnected) return; // another net is shown
    const start = performance.now();
    let last = tries.next();
    while (!last.done && performance.now() - start < PIECE) last = tries.next();
    if (last.done) refill(place, ...saidOfTries(last.value, task, play));
    else setTimeout(go);
  };
  refill(place, "The page tries inputs of each length …");
  setTimeout(go);
  return place;
}

/**
 * Tries words, shortest first, until one is wrong.
 * @yields {{right: number, wrong: string[] | null}} after each word: the length up to which all were right
 * @returns {{right: number, wrong: string[] | null} | null} null: no rule tells what is right
 */
export function* triesOf(net, task) {
  const { uniform } = randomNumbers(SEED_OF_TRIES);
  let right = 0;
  for (let length = 1; length <= LONGEST_RANDOM; length += 1) {
    for (let number = 0; number <= WORDS_OF_A_LENGTH; number += 1) {
      const texts = number ? randomTexts(task, length, uniform) : taskExample(task, length);
      const symbols = task.word(task.parse(texts));
      if (symbols.length > net.longest) return { right, wrong: null };
      const expected = task.right(symbols);
      if (!expected) return null;
      const { outputs } = net.run(symbols);
      if (expected.some((output, step) => output !== NO_RIGHT_OUTPUT && output !== outputs[step])) return { right, wrong: texts };
      yield { right, wrong: null };
    }
    right = length;
  }
  return { right, wrong: null };
}

function saidOfTries(found, task, play) {
  if (!found) return [];
  const { right, wrong } = found;
  const each = `${WORDS_OF_A_LENGTH} random ${task.nouns.inputs} of each length, and the example of the task`;
  const upTo = `all right up to ${right} ${task.nouns.units}`;
  if (!wrong) return [`${each}: ${upTo}; longer ones were not tried.`];
  const button = html("button", { type: "button", class: "chip", onclick: () => play(wrong) }, "Play it");
  const mistake = `the first mistake has ${task.lengthOf(wrong[0])}. Other ${task.nouns.inputs} may fail sooner.`;
  return [`${each}: ${right ? `${upTo}, ` : ""}${mistake} `, button];
}
