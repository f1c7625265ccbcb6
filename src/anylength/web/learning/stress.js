// How far a net goes: on random words of growing length, and on one symbol again and again. In float32, as it runs.

import { FloatNet } from "./float-net.js";
import { randomNumbers } from "./random.js";
import { randomSymbols } from "./random-symbols.js";
import { searchedWord } from "./wrong-words.js";

const [WORDS_TRIED, LONGEST] = [40, 1000];
const LENGTHS_SHOWN = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const [MOST_RUNS, LONGEST_RUN, MOST_STEPS_OF_RUNS] = [64, 1000, 40_000];
const SEED_OF_WORDS = 17;

/** A word that is read step by step: where the machine is, and whether the answer is right. */
class Reading {
  constructor(net) {
    Object.assign(this, { net, state: net.start(), at: 0 });
  }

  /** Whether the answer to the symbol is right. */
  read(symbol) {
    const { net } = this;
    const pair = this.at * net.machine.symbols.length + symbol;
    this.state = net.step(this.state, symbol);
    this.at = net.machine.delta[pair];
    return net.answer(this.state) === net.machine.output[pair];
  }
}

/** The share of random words that are right at all steps, for each length; and all wrong words. */
export function lengthCurve(given) {
  const net = new FloatNet(given);
  const { uniform } = randomNumbers(SEED_OF_WORDS);
  const count = given.machine.symbols.length;
  const wrongAt = Array.from({ length: WORDS_TRIED }, (_, number) => {
    const word = number % 2
      ? Array.from({ length: LONGEST }, () => Math.floor(uniform() * count))
      : randomSymbols(given.machine, LONGEST, uniform);
    const reading = new Reading(net);
    const wrong = word.findIndex((symbol) => !reading.read(symbol));
    return wrong < 0 ? { steps: Infinity } : { steps: wrong + 1, word: word.slice(0, wrong + 1) };
  });
  const points = LENGTHS_SHOWN.map((x) => ({ x, y: wrongAt.filter(({ steps }) => steps > x).length / WORDS_TRIED }));
  return { points, words: WORDS_TRIED, wrong: wrongAt.filter(({ word }) => word).map(({ word }) => word) };
}

/** For each symbol how often it may be repeated, from any state of the machine, until an answer is wrong; `right` null: never found. */
export function repeatedRuns(given) {
  const { machine } = given;
  const net = new FloatNet(given);
  const [words, width] = [accessWords(machine), machine.symbols.length];
  const most = Math.max(50, Math.min(LONGEST_RUN, Math.floor(MOST_STEPS_OF_RUNS / (words.length * Math.min(width, MOST_RUNS)))));
  return machine.symbols.slice(0, MOST_RUNS).map((_, symbol) => {
    let found = { symbol, tried: most, right: null, word: null };
    for (const before of words) {
      const reading = new Reading(net);
      const limit = found.right ?? most;
      const run = [];
      let isRight = before.every((one) => reading.read(one));
      while (isRight && run.length < limit) {
        run.push(symbol);
        isRight = reading.read(symbol);
      }
      if (!isRight && run.length) found = { symbol, tried: most, right: run.length - 1, word: [...before, ...run] };
    }
    return found;
  });
}

/** A shortest word to each state of a machine. */
export function accessWords({ delta, symbols, names }) {
  const [words, waiting] = [new Map([[0, []]]), [0]];
  for (const state of waiting) {
    for (let symbol = 0; symbol < symbols.length; symbol += 1) {
      const next = delta[state * symbols.length + symbol];
      if (words.has(next)) continue;
      words.set(next, [...words.get(state), symbol]);
      waiting.push(next);
    }
  }
  return names.map((_, state) => words.get(state));
}

/** The symbols of a wrong word: one that a search finds, else a random one. Null if none is found. */
export function wrongWordOf(given) {
  return searchedWord(new FloatNet(given))?.symbols ?? lengthCurve(given).wrong.sort((a, b) => a.length - b.length)[0] ?? null;
}
