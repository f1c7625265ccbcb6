// The four causal transformers, in float32, as `anylength.attention.transformer` has them: pre-norm layers over a start token and the
// word. What a step's "state" means here is its column of the stream after the last layer and the last norm.

import { affineInto, symbolTable } from "./tensors.js";
import { softmaxOf } from "./seq2seq.js";

const STREAM_LAYERS = 2,
  STREAM_HEADS = 4,
  STREAM_WIDER = 4,
  LEARNED_PLACES = 64,
  PLACE_RANGE = 2048,
  NORM_EPSILON = 1e-5;

const LAYER_TENSORS = ["self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias"]
  .concat(["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"])
  .concat(["norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"]);

/**
 * The normed columns of the stream over a word, the start token's left out, one after the other.
 * @param {string} name
 * @param {Record<string, Float32Array>} weights
 * @param {number} hidden
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {(symbols: ArrayLike<number>) => Float32Array} symbols `[T]` → `[T · H]`
 */
export function streamStates(name, weights, hidden, alphabet) {
  const table = symbolTable(weights["embedding.weight"], hidden, alphabet);
  const layers = Array.from({ length: STREAM_LAYERS }, (_, at) => layerWeights(weights, at));
  const rotary = name === "transformer-rotary" || name === "transformer-randomised";
  return (symbols) => {
    const tokens = symbols.length + 1;
    const stream = embeddedWord(weights, table, symbols, hidden);
    const places = placesOf(name, tokens);
    if (name === "transformer-learned") addPlaces(stream, weights["embedding.places"], places, hidden);
    const turn = rotary ? rotaryTurn(places, hidden / STREAM_HEADS) : null;
    for (const layer of layers) streamLayer(layer, stream, hidden, turn);
    normColumns(stream, weights["norm.weight"], weights["norm.bias"], hidden, stream);
    return stream.slice(hidden);
  };
}

function layerWeights(weights, at) {
  return Object.fromEntries(LAYER_TENSORS.map((name) => [name, weights[`layers.${at}.${name}`]]));
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

/** The learned code of each place is added; a place beyond the table has the last one's. */
function addPlaces(stream, codes, places, hidden) {
  places.forEach((place, token) => {
    const column = Math.min(place, LEARNED_PLACES - 1);
    for (let unit = 0; unit < hidden; unit += 1) stream[token * hidden + unit] += codes[unit * LEARNED_PLACES + column];
  });
}

/** Cosines and sines `[N · width/2]` of place · 10000^(−2i/width). */
function rotaryTurn(places, width) {
  const half = width / 2;
  const cos = new Float32Array(places.length * half),
    sin = new Float32Array(places.length * half);
  places.forEach((place, token) => {
    for (let at = 0; at < half; at += 1) {
      const angle = 10000 ** ((-2 * at) / width) * Math.min(place, PLACE_RANGE - 1);
      cos[token * half + at] = Math.cos(angle);
      sin[token * half + at] = Math.sin(angle);
    }
  });
  return { cos, sin };
}

/** x + attention(norm x), then x + W_2 relu(W_1 norm x), in place. */
function streamLayer(layer, stream, hidden, turn) {
  const tokens = stream.length / hidden;
  const seen = new Float32Array(stream.length),
    parts = new Float32Array(3 * stream.length);
  normColumns(stream, layer["norm1.weight"], layer["norm1.bias"], hidden, seen);
  mapColumns(layer["self_attn.in_proj_weight"], layer["self_attn.in_proj_bias"], seen, hidden, parts);
  if (turn) turnHeads(parts, hidden, tokens, turn);
  const looked = attendedColumns(parts, hidden, tokens);
  mapColumns(layer["self_attn.out_proj.weight"], layer["self_attn.out_proj.bias"], looked, hidden, seen);
  for (let at = 0; at < stream.length; at += 1) stream[at] += seen[at];
  const wide = new Float32Array(STREAM_WIDER * stream.length);
  normColumns(stream, layer["norm2.weight"], layer["norm2.bias"], hidden, seen);
  mapColumns(layer["linear1.weight"], layer["linear1.bias"], seen, hidden, wide);
  for (let at = 0; at < wide.length; at += 1) if (wide[at] < 0) wide[at] = 0;
  mapColumns(layer["linear2.weight"], layer["linear2.bias"], wide, STREAM_WIDER * hidden, seen);
  for (let at = 0; at < stream.length; at += 1) stream[at] += seen[at];
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
    let mean = Math.fround(0),
      square = Math.fround(0);
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

/** Coordinate i and coordinate i + d/2 of every head of queries and keys turned by angle i of the token's place. */
function turnHeads(parts, hidden, tokens, { cos, sin }) {
  const width = hidden / STREAM_HEADS,
    half = width / 2;
  for (let token = 0; token < tokens; token += 1) {
    for (let head = 0; head < 2 * STREAM_HEADS; head += 1) {
      const from = token * 3 * hidden + head * width;
      for (let at = 0; at < half; at += 1) {
        const c = cos[token * half + at],
          s = sin[token * half + at],
          one = parts[from + at],
          other = parts[from + half + at];
        parts[from + at] = Math.fround(one * c) - Math.fround(other * s);
        parts[from + half + at] = Math.fround(other * c) + Math.fround(one * s);
      }
    }
  }
}

/** Scaled dot products over what came before, itself included: `[N · 3H]` queries, keys and values → `[N · H]`. */
function attendedColumns(parts, hidden, tokens) {
  const width = hidden / STREAM_HEADS,
    scale = Math.fround(width ** -0.5),
    row = 3 * hidden;
  const out = new Float32Array(tokens * hidden),
    shares = new Float32Array(tokens);
  for (let token = 0; token < tokens; token += 1) {
    for (let head = 0; head < STREAM_HEADS; head += 1) {
      const query = token * row + head * width,
        value = 2 * hidden + head * width,
        to = token * hidden + head * width;
      for (let before = 0; before <= token; before += 1) {
        const key = before * row + hidden + head * width;
        let dot = Math.fround(0);
        for (let at = 0; at < width; at += 1) dot = Math.fround(dot + Math.fround(parts[query + at] * parts[key + at]));
        shares[before] = Math.fround(dot * scale);
      }
      softmaxOf(shares, token + 1);
      for (let before = 0; before <= token; before += 1) {
        const share = shares[before],
          from = before * row + value;
        for (let at = 0; at < width; at += 1) out[to + at] += Math.fround(share * parts[from + at]);
      }
    }
  }
  return out;
}
