// The four causal transformers, in float32, as in `anylength.attention.transformer`: pre-norm layers over a start token and the word.
// The "state" of a step here is its column of the residual stream after the last layer and the last norm.

import { addInto, affineInto, symbolTable } from "./tensors.js";
import { softmaxOf } from "./seq2seq.js";

// The sizes are those of the Python side.
const STREAM_LAYERS = 2;
export const STREAM_HEADS = 4;
const STREAM_WIDER = 4; // width of the feed-forward layer, in multiples of the hidden size
const LEARNED_PLACES = 64; // rows of the table of learned positions
const PLACE_RANGE = 2048; // positions that rotary and randomised codes know
const NORM_EPSILON = 1e-5; // added to the variance in layer norm

const LAYER_TENSORS = ["self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias"]
  .concat(["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"])
  .concat(["norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"]);

/**
 * The normed columns of the stream over a word, the start token's left out, one after the other.
 * @param {string} name
 * @param {Record<string, Float32Array>} weights
 * @param {number} hidden
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {(symbols: ArrayLike<number>, watch?: import("./contexts.js").Watch) => Float32Array} symbols `[T]` → `[T · H]`. Token 0 is the
 *   start token, token t + 1 what step t reads
 */
export function streamStates(name, weights, hidden, alphabet) {
  const table = symbolTable(weights["embedding.weight"], hidden, alphabet);
  const layers = Array.from({ length: STREAM_LAYERS }, (_, layer) => layerWeights(weights, layer));
  const rotary = name === "transformer-rotary" || name === "transformer-randomised";
  return (symbols, watch = () => {}) => {
    const tokens = symbols.length + 1;
    const stream = embeddedWord(weights, table, symbols, hidden);
    const places = placesOf(name, tokens);
    if (name === "transformer-learned") addPlaces(stream, weights["embedding.places"], places, hidden);
    const turn = rotary ? rotaryTurn(places, hidden / STREAM_HEADS) : null;
    layers.forEach((layer, number) => {
      const watchLayer = (head, token, shares) => token && watch({ head: number * STREAM_HEADS + head, step: token - 1, shares });
      streamLayer(layer, stream, hidden, { turn, watch: watchLayer });
    });
    normColumns(stream, weights["norm.weight"], weights["norm.bias"], hidden, stream);
    return stream.slice(hidden);
  };
}

function layerWeights(weights, layer) {
  return Object.fromEntries(LAYER_TENSORS.map((name) => [name, weights[`layers.${layer}.${name}`]]));
}

/** The start token, then the embedding of every symbol: `[N · H]`. */
function embeddedWord(weights, table, symbols, hidden) {
  const stream = new Float32Array((symbols.length + 1) * hidden);
  stream.set(weights["embedding.start"]);
  for (let step = 0; step < symbols.length; step += 1) {
    stream.set(table.subarray(symbols[step] * hidden, (symbols[step] + 1) * hidden), (step + 1) * hidden);
  }
  return stream;
}

/** The place of every token; randomised ones are spread evenly, so they depend on the word's length. */
function placesOf(name, tokens) {
  const spread = (rank) => Math.floor(((rank + 1) * PLACE_RANGE) / (tokens + 1));
  return Array.from({ length: tokens }, (_, rank) => (name === "transformer-randomised" ? spread(rank) : rank));
}

/** Adds the learned code of each place; a place beyond the table gets the last code. */
function addPlaces(stream, codes, places, hidden) {
  places.forEach((place, token) => {
    const column = Math.min(place, LEARNED_PLACES - 1);
    for (let unit = 0; unit < hidden; unit += 1) stream[token * hidden + unit] += codes[unit * LEARNED_PLACES + column];
  });
}

/** Cosines and sines `[N · width/2]` of place · 10000^(−2i/width). */
function rotaryTurn(places, width) {
  const half = width / 2;
  const cos = new Float32Array(places.length * half);
  const sin = new Float32Array(places.length * half);
  places.forEach((place, token) => {
    for (let i = 0; i < half; i += 1) {
      const angle = 10000 ** ((-2 * i) / width) * Math.min(place, PLACE_RANGE - 1);
      cos[token * half + i] = Math.cos(angle);
      sin[token * half + i] = Math.sin(angle);
    }
  });
  return { cos, sin };
}

/** x + attention(norm x), then x + W_2 relu(W_1 norm x), in place. */
function streamLayer(layer, stream, hidden, { turn, watch }) {
  const tokens = stream.length / hidden;
  const change = new Float32Array(stream.length);
  const parts = new Float32Array(3 * stream.length);
  normColumns(stream, layer["norm1.weight"], layer["norm1.bias"], hidden, change);
  mapColumns(layer["self_attn.in_proj_weight"], layer["self_attn.in_proj_bias"], change, hidden, parts);
  if (turn) turnHeads(parts, hidden, tokens, turn);
  const attended = attendedColumns(parts, hidden, tokens, watch);
  mapColumns(layer["self_attn.out_proj.weight"], layer["self_attn.out_proj.bias"], attended, hidden, change);
  addInto(stream, change);
  const wide = new Float32Array(STREAM_WIDER * stream.length);
  normColumns(stream, layer["norm2.weight"], layer["norm2.bias"], hidden, change);
  mapColumns(layer["linear1.weight"], layer["linear1.bias"], change, hidden, wide);
  for (let i = 0; i < wide.length; i += 1) if (wide[i] < 0) wide[i] = 0;
  mapColumns(layer["linear2.weight"], layer["linear2.bias"], wide, STREAM_WIDER * hidden, change);
  addInto(stream, change);
}

/** The same affine map of every column of `width` entries. */
function mapColumns(weight, bias, columns, width, out) {
  const rows = bias.length;
  for (let token = 0; token * width < columns.length; token += 1) {
    const column = columns.subarray(token * width, (token + 1) * width);
    affineInto(weight, bias, column, width, out.subarray(token * rows, (token + 1) * rows));
  }
}

/** Layer norm (Ba et al. 2016) of every column; `out` may be the stream itself. */
function normColumns(stream, weight, bias, hidden, out) {
  for (let from = 0; from < stream.length; from += hidden) {
    let mean = Math.fround(0);
    let square = Math.fround(0);
    for (let unit = 0; unit < hidden; unit += 1) mean = Math.fround(mean + stream[from + unit]);
    mean = Math.fround(mean / hidden);
    for (let unit = 0; unit < hidden; unit += 1) {
      const centred = Math.fround(stream[from + unit] - mean);
      square = Math.fround(square + Math.fround(centred * centred));
    }
    const scale = Math.fround(1 / Math.sqrt(Math.fround(Math.fround(square / hidden) + NORM_EPSILON)));
    for (let unit = 0; unit < hidden; unit += 1) {
      out[from + unit] = Math.fround(Math.fround(Math.fround(stream[from + unit] - mean) * scale) * weight[unit]) + bias[unit];
    }
  }
}

/** Coordinates i and i + d/2 of every head of queries and keys, rotated by angle i of the token's place. */
function turnHeads(parts, hidden, tokens, { cos, sin }) {
  const width = hidden / STREAM_HEADS;
  const half = width / 2;
  for (let token = 0; token < tokens; token += 1) {
    for (let head = 0; head < 2 * STREAM_HEADS; head += 1) {
      const first = token * 3 * hidden + head * width;
      for (let i = 0; i < half; i += 1) turnPair(parts, first + i, first + half + i, cos[token * half + i], sin[token * half + i]);
    }
  }
}

function turnPair(parts, i, j, c, s) {
  const [a, b] = [parts[i], parts[j]];
  parts[i] = Math.fround(a * c) - Math.fround(b * s);
  parts[j] = Math.fround(b * c) + Math.fround(a * s);
}

/** Scaled dot-product attention over the tokens up to each one: `[N · 3H]` queries, keys and values → `[N · H]`; `watch` sees shares. */
function attendedColumns(parts, hidden, tokens, watch) {
  const width = hidden / STREAM_HEADS;
  const row = 3 * hidden;
  const out = new Float32Array(tokens * hidden);
  const shares = new Float32Array(tokens);
  for (let token = 0; token < tokens; token += 1) {
    for (let head = 0; head < STREAM_HEADS; head += 1) {
      const column = head * width;
      const query = parts.subarray(token * row + column, token * row + column + width);
      headShares(parts, query, { row, key: hidden + column, count: token + 1 }, shares);
      watch(head, token, shares.subarray(0, token + 1));
      const sum = out.subarray(token * hidden + column, token * hidden + column + width);
      addValues(parts, shares, { row, value: 2 * hidden + column, count: token + 1 }, sum);
    }
  }
  return out;
}

/** The attention shares of one query over the first `count` tokens; `key` is where a token's key begins in its row. */
function headShares(parts, query, { row, key, count }, shares) {
  const scale = Math.fround(query.length ** -0.5);
  for (let token = 0; token < count; token += 1) {
    const first = token * row + key;
    let dot = Math.fround(0);
    for (let i = 0; i < query.length; i += 1) dot = Math.fround(dot + Math.fround(query[i] * parts[first + i]));
    shares[token] = Math.fround(dot * scale);
  }
  softmaxOf(shares, count);
}

/** out += Σ_token share · value over the first `count` tokens; `value` is where a token's value begins in its row. */
function addValues(parts, shares, { row, value, count }, out) {
  for (let token = 0; token < count; token += 1) {
    const first = token * row + value;
    for (let i = 0; i < out.length; i += 1) out[i] += Math.fround(shares[token] * parts[first + i]);
  }
}
