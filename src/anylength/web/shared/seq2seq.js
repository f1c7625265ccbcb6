// Encoder, attention, decoder: the nets `content` and `location`, in float32, as `anylength.attention.seq2seq` has them.
// The whole word is read first; then one answer a step is written. What a step's "state" means here is the decoder's s_t.

import { boundedCell } from "./cells.js";
import { affineInto, multiplyInto, addInto } from "./tensors.js";

const GAUSSIAN_WINDOWS = 2;

/**
 * The states s_1 … s_T of the decoder over a word, one after the other.
 * @param {"content" | "location"} name
 * @param {Record<string, Float32Array>} weights
 * @param {number} hidden
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {(symbols: ArrayLike<number>) => Float32Array} symbols `[T]` → `[T · H]`
 */
export function decoderStates(name, weights, hidden, alphabet) {
  const encoder = boundedCell("rnn", { weights: partOf(weights, "encoder"), hidden, alphabet });
  const look = name === "content" ? contentLook(weights, hidden) : locationLook(weights, hidden);
  return (symbols) => {
    const encoded = encodedWord(encoder, symbols, hidden);
    const align = look(encoded, symbols.length);
    return decodedWord(weights, hidden, encoded, align);
  };
}

function partOf(weights, part) {
  return { weight_ih: weights["embedding.weight"], weight_hh: weights[`${part}.weight_hh`], bias: weights[`${part}.bias`] };
}

/** The encoder's states `[T · H]`. */
function encodedWord(encoder, symbols, hidden) {
  const states = new Float32Array(symbols.length * hidden);
  let state = encoder.startState();
  for (let step = 0; step < symbols.length; step += 1) {
    const after = states.subarray(step * hidden, (step + 1) * hidden);
    encoder.advance(state, symbols[step], after);
    state = after;
  }
  return states;
}

/** s_t = tanh(W_d c_t + b_d + U_d s_{t−1}), c_t the encoder's states under the alignment for s_{t−1}. */
function decodedWord(weights, hidden, encoded, align) {
  const states = new Float32Array(encoded.length);
  const context = new Float32Array(hidden),
    drive = new Float32Array(hidden);
  let state = new Float32Array(hidden);
  for (let at = 0; at < states.length; at += hidden) {
    weighedSum(align(state), encoded, context);
    affineInto(weights["decoder.weight_ih"], weights["decoder.bias"], context, hidden, drive);
    const after = states.subarray(at, at + hidden);
    multiplyInto(weights["decoder.weight_hh"], state, hidden, after);
    for (let unit = 0; unit < hidden; unit += 1) after[unit] = Math.tanh(Math.fround(drive[unit] + after[unit]));
    state = after;
  }
  return states;
}

/** out = Σ_j shares[j] · rows[j]. */
function weighedSum(shares, rows, out) {
  out.fill(0);
  const width = out.length;
  for (let j = 0; j < shares.length; j += 1) {
    const share = shares[j];
    for (let at = 0, from = j * width; at < width; at += 1) out[at] += Math.fround(share * rows[from + at]);
  }
}

/** α_t = softmax_j vᵀ tanh(W_a s_{t−1} + U_a h_j + b_a). */
function contentLook(weights, hidden) {
  const score = weights["attention.score"];
  return (encoded, steps) => {
    const keys = new Float32Array(encoded.length),
      query = new Float32Array(hidden),
      shares = new Float32Array(steps);
    for (let at = 0; at < keys.length; at += hidden) {
      const column = encoded.subarray(at, at + hidden);
      affineInto(weights["attention.key"], weights["attention.bias"], column, hidden, keys.subarray(at, at + hidden));
    }
    return (state) => {
      multiplyInto(weights["attention.query"], state, hidden, query);
      for (let j = 0; j < steps; j += 1) {
        let sum = Math.fround(0);
        for (let unit = 0, at = j * hidden; unit < hidden; unit += 1) {
          sum = Math.fround(sum + Math.fround(Math.fround(Math.tanh(Math.fround(query[unit] + keys[at + unit]))) * score[unit]));
        }
        shares[j] = sum;
      }
      softmaxOf(shares, steps);
      return shares;
    };
  };
}

/** κ_t = κ_{t−1} + exp κ̂ and α_{tj} = Σ exp â · exp(−exp b̂ · (κ_t − j)²) over the windows, at j = 1, 2, …. */
function locationLook(weights, hidden) {
  return (_encoded, steps) => {
    const places = new Float32Array(GAUSSIAN_WINDOWS),
      shares = new Float32Array(steps);
    const numbers = new Float32Array(3 * GAUSSIAN_WINDOWS);
    return (state) => {
      multiplyInto(weights["attention.window"], state, hidden, numbers);
      addInto(numbers, weights["attention.bias"]);
      for (let at = 0; at < numbers.length; at += 1) numbers[at] = Math.exp(numbers[at]);
      shares.fill(0);
      for (let window = 0; window < GAUSSIAN_WINDOWS; window += 1) {
        places[window] += numbers[2 * GAUSSIAN_WINDOWS + window];
        addWindow(shares, numbers[window], numbers[GAUSSIAN_WINDOWS + window], places[window]);
      }
      return shares;
    };
  };
}

function addWindow(shares, height, sharpness, place) {
  for (let j = 0; j < shares.length; j += 1) {
    const distance = Math.fround(place - (j + 1));
    shares[j] += Math.fround(height * Math.fround(Math.exp(Math.fround(-sharpness * Math.fround(distance * distance)))));
  }
}

/**
 * The softmax of the first `count` entries, in place.
 * @param {Float32Array} scores
 * @param {number} count
 */
export function softmaxOf(scores, count) {
  let most = -Infinity,
    sum = Math.fround(0);
  for (let at = 0; at < count; at += 1) if (scores[at] > most) most = scores[at];
  for (let at = 0; at < count; at += 1) {
    scores[at] = Math.exp(Math.fround(scores[at] - most));
    sum = Math.fround(sum + scores[at]);
  }
  for (let at = 0; at < count; at += 1) scores[at] /= sum;
}
