// Nets whose context grows, by name: they read the whole word at once, and a run cannot start from one of their states.
// Their "state" after a step is the vector of H numbers that the read-out reads.

import { decoderStates } from "./seq2seq.js";
import { streamStates } from "./transformers.js";

/**
 * Sees what a net attends to: at each step the shares of the tokens, which may change after the call. The shares of `location` need not
 * add up to 1.
 * @typedef {(seen: {head: number, step: number, shares: Float32Array}) => void} Watch
 */

/** @type {Record<string, {causal: boolean, lead: number, maker: typeof streamStates}>} */
const CONTEXT_NETS = {
  content: { causal: false, lead: 0, maker: decoderStates },
  location: { causal: false, lead: 0, maker: decoderStates },
  "transformer-none": { causal: true, lead: 1, maker: streamStates },
  "transformer-learned": { causal: true, lead: 1, maker: streamStates },
  "transformer-rotary": { causal: true, lead: 1, maker: streamStates },
  "transformer-randomised": { causal: false, lead: 1, maker: streamStates },
};

/** Steps of the longest word for a net whose context grows: its time grows with the square of the steps. */
export const CONTEXT_LONGEST = 1024;

/**
 * The net of this name, or null where the name is not one of these.
 * @param {string} name
 * @param {Record<string, Float32Array>} weights
 * @param {number} hidden
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {{causal: boolean, lead: number, statesOf: (symbols: ArrayLike<number>, watch?: Watch) => Float32Array} | null} `lead` tokens
 *   stand before the word; `statesOf`: `[T]` → `[T · H]`
 */
export function contextNet(name, weights, hidden, alphabet) {
  if (!Object.hasOwn(CONTEXT_NETS, name)) return null;
  const { causal, lead, maker } = CONTEXT_NETS[name];
  return { causal, lead, statesOf: maker(name, weights, hidden, alphabet) };
}
