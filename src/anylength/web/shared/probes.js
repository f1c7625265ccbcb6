// The probes of a machine: short words whose last outputs tell its states apart.

import { argmax } from "./net.js";

/** Single symbols among the probes: decoding a state costs a net step for each. */
const MOST_PROBES = 16;

/** Longer words among the probes. */
const MOST_WORDS = 16;

/** Pairs of states looked at in the search for a word that tells two states apart: a bound on the time that a large machine takes. */
const MOST_PAIRS = 20_000;

/** The output of the last symbol of a word that is read from a state. */
export function lastOutput(machine, start, word) {
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
  const single = symbols <= MOST_PROBES ? Array.from({ length: symbols }, (_, symbol) => symbol) : chosenSymbols(machine.output);
  const words = single.map((symbol) => [symbol]);
  for (let count = 0; count < MOST_WORDS; count += 1) {
    const word = wordForAlikeStates(machine, words);
    if (!word) break;
    words.push(word);
  }
  return words;
}

/** At most 16 symbols: greedily those that split the groups of states with equal outputs most, then others spread evenly. */
function chosenSymbols(output) {
  const symbols = output[0].length;
  const chosen = splittingSymbols(output, symbols);
  for (let k = 0; chosen.length < MOST_PROBES && k < MOST_PROBES; k += 1) {
    const symbol = Math.floor((k * symbols) / MOST_PROBES);
    if (!chosen.includes(symbol)) chosen.push(symbol);
  }
  return chosen.sort((a, b) => a - b);
}

function splittingSymbols(output, symbols) {
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
  return chosen;
}

/** A shortest word that tells apart two states which these words do not but some word does; null where there is none. */
function wordForAlikeStates(machine, words) {
  const classes = equivalenceClasses(machine);
  const groups = new Map();
  for (let q = 0; q < machine.output.length; q += 1) {
    const key = words.map((word) => lastOutput(machine, q, word)).join();
    const group = groups.get(key) ?? groups.set(key, []).get(key);
    const partner = group.find((p) => classes[p] !== classes[q]);
    const word = partner === undefined ? null : distinguishingWord(machine, partner, q);
    if (word) return word;
    group.push(q);
  }
  return null;
}

/** For each state the number of its class of equivalent states: partition refinement (Moore 1956). */
function equivalenceClasses({ delta, output }) {
  let classes = numbered(output.map((row) => row.join()));
  let count = 0;
  while (count < Math.max(...classes) + 1) {
    count = Math.max(...classes) + 1;
    classes = numbered(delta.map((row, q) => `${classes[q]}:${row.map((next) => classes[next]).join()}`));
  }
  return classes;
}

/** Each key's number, in order of first appearance. */
function numbered(keys) {
  const numbers = new Map();
  return keys.map((key) => numbers.get(key) ?? numbers.set(key, numbers.size).get(key));
}

/** A shortest word after which the last outputs of two states differ, breadth first over pairs of states; null after `MOST_PAIRS` pairs. */
function distinguishingWord({ delta, output }, first, second) {
  const visited = new Set([`${first},${second}`]);
  const queue = [{ p: first, q: second, word: [] }];
  for (const { p, q, word } of queue) {
    if (visited.size > MOST_PAIRS) return null;
    const symbol = output[p].findIndex((value, i) => value !== output[q][i]);
    if (symbol >= 0) return [...word, symbol];
    delta[p].forEach((next, i) => {
      const key = `${next},${delta[q][i]}`;
      if (next === delta[q][i] || visited.has(key)) return;
      visited.add(key);
      queue.push({ p: next, q: delta[q][i], word: [...word, i] });
    });
  }
  return null;
}
