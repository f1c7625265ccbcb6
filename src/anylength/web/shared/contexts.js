// Nets whose context grows, by name: they read the whole word at once and have no state from which one could go on.
// What they offer for each step in a state's place is the vector of H numbers that the read-out sees.

import { decoderStates } from "./seq2seq.js";
import { streamStates } from "./transformers.js";

/** @type {Record<string, {causal: boolean, maker: typeof streamStates}>} */
const CONTEXT_NETS = {
  content: { causal: false, maker: decoderStates },
  location: { causal: false, maker: decoderStates },
  "transformer-none": { causal: true, maker: streamStates },
  "transformer-learned": { causal: true, maker: streamStates },
  "transformer-rotary": { causal: true, maker: streamStates },
  "transformer-randomised": { causal: false, maker: streamStates },
};

/** Steps of the longest word for a net whose context grows: time grows with their square. */
export const CONTEXT_LONGEST = 1024;

/**
 * The net of this name, or null where there is none whose context grows.
 * @param {string} name
 * @param {Record<string, Float32Array>} weights
 * @param {number} hidden
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {{causal: boolean, statesOf: (symbols: ArrayLike<number>) => Float32Array} | null} `statesOf`: `[T]` → `[T · H]`
 */
export function contextNet(name, weights, hidden, alphabet) {
  if (!Object.hasOwn(CONTEXT_NETS, name)) return null;
  const { causal, maker } = CONTEXT_NETS[name];
  return { causal, statesOf: maker(name, weights, hidden, alphabet) };
}
