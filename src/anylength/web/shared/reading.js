// Which state of the task's machine a net's state stands for, read from what the net would say next.
//
// A probe is a short word; for the machine's state q it has one right last output. A probe's lead for q in a hidden state h is what
// that output's logit is above all others once the net has read the probe from h. The strength of q is its least lead over all
// probes, so it is continuous in h and positive exactly where every probe is answered as in q; the reading is the strongest state.
//
// Probes are single symbols: all of the alphabet, or where it has more than 16, those that tell the most pairs of states apart, filled
// up with others that lie evenly over it. A pair that no next output tells apart (carries 1 and 11 in base 10) gets the shortest
// word that does as one more probe, so there may be a few more than 16. A pair that no word tells apart (a machine with more states
// than it needs, as that of remainder-4) is one state here: both have the same strength, and `alike` names the lowest of them.

import { argmax } from "./net.js";

const MOST_PROBES = 16,
  MOST_WORDS = 16,
  MOST_PAIRS = 20_000;

/**
 * @typedef {object} Reader
 * @property {string[]} states the names of the machine's states
 * @property {Uint16Array} alike `[Q]` for each state the lowest of those that no probe tells from it: compare readings with
 *   `alike[trace state]`
 * @property {number[][]} probes the words that the net is asked
 * @property {(state: Float32Array) => {strengths: Float32Array, state: number}} read strengths `[Q]`, and the index of the strongest
 *   state, −1 where none is positive: unreadable
 */

/**
 * A reader of the net's states, or null where there is nothing to read: no machine, one state only, or a net without a state.
 * @param {PageNet} net
 * @param {PageTask} task
 * @returns {Reader | null}
 */
export function makeReader(net, task) {
  const { machine } = task;
  if (!machine || machine.names.length < 2 || !net.recurrent) return null;
  const probes = probingWords(machine);
  const wanted = probes.map((word) => machine.names.map((_, q) => lastOutput(machine, q, word)));
  const alike = machine.names.map((_, q) =>
    machine.names.findIndex((_, p) => wanted.every((outputs) => outputs[p] === outputs[q])),
  );
  const read = (state) => {
    const strengths = new Float32Array(machine.names.length).fill(Infinity);
    probes.forEach((word, at) => weaken(strengths, leadsOf(net.logits(word.reduce(net.step, state))), wanted[at]));
    const best = argmax(strengths);
    return { strengths, state: strengths[best] > 0 ? best : -1 };
  };
  return { states: machine.names, alike: Uint16Array.from(alike), probes, read };
}

/** What each class is above all others, `[C]`: at most one is positive. */
function leadsOf(logits) {
  const best = argmax(logits);
  let second = -Infinity;
  logits.forEach((value, at) => (second = at === best ? second : Math.max(second, value)));
  return logits.map((value, at) => value - (at === best ? second : logits[best]));
}

function weaken(strengths, leads, outputs) {
  for (let q = 0; q < strengths.length; q += 1) strengths[q] = Math.min(strengths[q], leads[outputs[q]]);
}

function lastOutput(machine, start, word) {
  const before = word.slice(0, -1).reduce((state, symbol) => machine.delta[state][symbol], start);
  return machine.output[before][word[word.length - 1]];
}

/**
 * The probes of a machine.
 * @param {{delta: number[][], output: number[][]}} machine
 * @returns {number[][]}
 */
export function probingWords(machine) {
  const symbols = machine.output[0].length;
  const single = symbols <= MOST_PROBES ? Array.from({ length: symbols }, (_, at) => at) : chosenSymbols(machine.output, symbols);
  const words = single.map((symbol) => [symbol]);
  for (let more = 0; more < MOST_WORDS; more += 1) {
    const word = wordForTwins(machine, words);
    if (!word) break;
    words.push(word);
  }
  return words;
}

/** At most 16 symbols: greedily those that split the groups of states with equal outputs most, then others spread evenly. */
function chosenSymbols(output, symbols) {
  const chosen = [];
  let groups = output.map(() => "");
  while (chosen.length < MOST_PROBES) {
    const split = (symbol) => groups.map((group, q) => `${group},${output[q][symbol]}`);
    const counts = Array.from({ length: symbols }, (_, symbol) => new Set(split(symbol)).size);
    const best = argmax(counts);
    if (counts[best] === new Set(groups).size) break;
    chosen.push(best);
    groups = split(best);
  }
  for (let at = 0; chosen.length < MOST_PROBES && at < MOST_PROBES; at += 1) {
    const symbol = Math.floor((at * symbols) / MOST_PROBES);
    if (!chosen.includes(symbol)) chosen.push(symbol);
  }
  return chosen.sort((one, other) => one - other);
}

/** A shortest word that tells apart two states which these words do not but some word does; null where there is none. */
function wordForTwins(machine, words) {
  const blocks = equivalentBlocks(machine),
    groups = new Map();
  for (let q = 0; q < machine.output.length; q += 1) {
    const key = words.map((word) => lastOutput(machine, q, word)).join();
    const twins = groups.get(key) ?? groups.set(key, []).get(key);
    const other = twins.find((twin) => blocks[twin] !== blocks[q]);
    const word = other === undefined ? null : tellingWord(machine, other, q);
    if (word) return word;
    twins.push(q);
  }
  return null;
}

/** For each state the number of its class of equivalent states: partition refinement (Moore 1956). */
function equivalentBlocks({ delta, output }) {
  let blocks = numbered(output.map((row) => row.join())),
    count = 0;
  while (count < Math.max(...blocks) + 1) {
    count = Math.max(...blocks) + 1;
    blocks = numbered(delta.map((row, q) => `${blocks[q]}:${row.map((after) => blocks[after]).join()}`));
  }
  return blocks;
}

/** Each key's number, in order of first appearance. */
function numbered(keys) {
  const numbers = new Map();
  return keys.map((key) => numbers.get(key) ?? numbers.set(key, numbers.size).get(key));
}

/** A shortest word after which two states' last outputs differ, breadth first over pairs of states; null after `MOST_PAIRS` of them. */
function tellingWord({ delta, output }, one, other) {
  const met = new Set([`${one},${other}`]);
  const queue = [{ pair: [one, other], word: [] }];
  for (const {
    pair: [p, q],
    word,
  } of queue) {
    if (met.size > MOST_PAIRS) return null;
    const symbol = output[p].findIndex((said, at) => said !== output[q][at]);
    if (symbol >= 0) return [...word, symbol];
    delta[p].forEach((after, at) => {
      const key = `${after},${delta[q][at]}`;
      if (after === delta[q][at] || met.has(key)) return;
      met.add(key);
      queue.push({ pair: [after, delta[q][at]], word: [...word, at] });
    });
  }
  return null;
}
