// Nets whose context grows, by name: they read the whole word at once, and a run cannot start from one of their states.
// Their "state" after a step is the vector of H numbers that the read-out reads.

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

/** Steps of the longest word for a net whose context grows: its time grows with the square of the steps. */
export const CONTEXT_LONGEST = 1024;

/**
 * The net of this name, or null where the name is not one of these.
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
