// What a net attends to while it reads a word: for each head and step the shares of the tokens.

import { contextNet } from "../shared/contexts.js";
import { decodedTensor } from "../shared/tensors.js";
import { STREAM_HEADS } from "../shared/transformers.js";

/**
 * Attention over a word.
 * @typedef {object} Attention
 * @property {Float32Array[][]} rows `rows[head][step]`: the shares of the tokens
 * @property {number} lead tokens, the start, that stand before what step 0 reads
 */

/**
 * A function that finds the attention of a record's net over a word.
 * @param {object} record a `NetView`
 * @returns {(symbols: ArrayLike<number>) => Attention}
 */
export function attentionReader({ cell, hidden, tensors, task }) {
  const weights = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
  const { lead, statesOf } = contextNet(cell, weights, hidden, { letters: task.letters, tapes: task.tapes });
  return (symbols) => {
    const rows = [];
    statesOf(symbols, ({ head, step, shares }) => ((rows[head] ??= [])[step] = Float32Array.from(shares)));
    return { rows, lead };
  };
}

/** What a head is called. A net of one head has no layers of them. */
export function headName(head, heads) {
  return heads === 1 ? "attention" : `layer ${Math.floor(head / STREAM_HEADS) + 1}, head ${(head % STREAM_HEADS) + 1}`;
}

/** A head in the address, such as 2.3; "" for a net of one head. */
export function headSign(head, heads) {
  return heads === 1 ? "" : `${Math.floor(head / STREAM_HEADS) + 1}.${(head % STREAM_HEADS) + 1}`;
}

/** The heads by layers. */
export function headsByLayer(heads) {
  const layers = Array.from({ length: Math.ceil(heads / STREAM_HEADS) }, (_, layer) => layer * STREAM_HEADS);
  return layers.map((first) => Array.from({ length: Math.min(STREAM_HEADS, heads - first) }, (_, number) => first + number));
}

/**
 * The head that picks out single symbols most: the one with the largest mean of the largest share, over the steps that count.
 * @param {Attention} attention
 * @param {(step: number) => boolean} counts
 */
export function choosiestHead({ rows, lead }, counts) {
  const largest = (shares) => Math.max(0, ...shares.subarray(lead));
  const means = rows.map((steps) => averageOf(steps.filter((_, step) => counts(step)).map(largest)));
  return means.indexOf(Math.max(...means));
}

function averageOf(values) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

/** The tokens with the largest shares, the largest first, as [token, share]. */
export function largestShares(shares, count, least) {
  const pairs = Array.from(shares, (share, token) => [token, share]).filter(([, share]) => share >= least);
  return pairs.sort((a, b) => b[1] - a[1]).slice(0, count);
}
