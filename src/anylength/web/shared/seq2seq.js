// Encoder, attention, decoder: the nets `content` and `location`, in float32, as `anylength.attention.seq2seq` has them.
// They read the whole word first, then write one answer at each step. The "state" of a step here is the decoder's s_t.

import { affineInto, multiplyInto, addInto, inputTermTable } from "./tensors.js";

const GAUSSIAN_WINDOWS = 2; // as on the Python side

/**
 * The states s_1 … s_T of the decoder over a word, one after the other.
 * @param {"content" | "location"} name
 * @param {Record<string, Float32Array>} weights
 * @param {number} hidden
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {(symbols: ArrayLike<number>, watch?: import("./contexts.js").Watch) => Float32Array} symbols `[T]` → `[T · H]`. Token j is what
 *   step j reads
 */
export function decoderStates(name, weights, hidden, alphabet) {
  const inputTerms = inputTermTable({ weight_ih: weights["embedding.weight"], bias: weights["encoder.bias"] }, alphabet);
  const aligner = name === "content" ? contentAligner(weights, hidden) : locationAligner(weights, hidden);
  return (symbols, watch = () => {}) => {
    const readTerm = (_, step) => inputTerms.subarray(symbols[step] * hidden, (symbols[step] + 1) * hidden);
    const encoded = tanhStates(weights["encoder.weight_hh"], symbols.length, hidden, readTerm);
    const align = aligner(encoded, symbols.length);
    return tanhStates(weights["decoder.weight_hh"], symbols.length, hidden, contextTerm(weights, hidden, encoded, watched(align, watch)));
  };
}

/** The states s_t = tanh(i_t + U s_{t−1}), `[T · H]`; `inputTerm` gives i_t from s_{t−1} and t. Encoder and decoder are of this kind. */
function tanhStates(weight, steps, hidden, inputTerm) {
  const states = new Float32Array(steps * hidden);
  let state = new Float32Array(hidden);
  for (let step = 0; step < steps; step += 1) {
    const after = states.subarray(step * hidden, (step + 1) * hidden);
    const term = inputTerm(state, step);
    multiplyInto(weight, state, hidden, after);
    for (let unit = 0; unit < hidden; unit += 1) after[unit] = Math.tanh(Math.fround(term[unit] + after[unit]));
    state = after;
  }
  return states;
}

/** An alignment whose shares are shown to `watch`. */
function watched(align, watch) {
  return (state, step) => {
    const shares = align(state);
    watch({ head: 0, step, shares });
    return shares;
  };
}

/** i_t = W_d c_t + b_d, c_t the encoder's states under the alignment for s_{t−1}. */
function contextTerm(weights, hidden, encoded, align) {
  const context = new Float32Array(hidden);
  const term = new Float32Array(hidden);
  return (state, step) => {
    weightedSum(align(state, step), encoded, context);
    affineInto(weights["decoder.weight_ih"], weights["decoder.bias"], context, hidden, term);
    return term;
  };
}

/** out = Σ_j shares[j] · rows[j]. */
function weightedSum(shares, rows, out) {
  out.fill(0);
  const width = out.length;
  for (let j = 0; j < shares.length; j += 1) {
    const share = shares[j];
    for (let i = 0, first = j * width; i < width; i += 1) out[i] += Math.fround(share * rows[first + i]);
  }
}

/** α_t = softmax_j vᵀ tanh(W_a s_{t−1} + U_a h_j + b_a). */
function contentAligner(weights, hidden) {
  const score = weights["attention.score"];
  return (encoded, steps) => {
    const keys = new Float32Array(encoded.length);
    const query = new Float32Array(hidden);
    const shares = new Float32Array(steps);
    for (let first = 0; first < keys.length; first += hidden) {
      const [column, key] = [encoded, keys].map((rows) => rows.subarray(first, first + hidden));
      affineInto(weights["attention.key"], weights["attention.bias"], column, hidden, key);
    }
    return (state) => {
      multiplyInto(weights["attention.query"], state, hidden, query);
      for (let j = 0; j < steps; j += 1) {
        let sum = Math.fround(0);
        for (let unit = 0, first = j * hidden; unit < hidden; unit += 1) {
          sum = Math.fround(sum + Math.fround(Math.fround(Math.tanh(Math.fround(query[unit] + keys[first + unit]))) * score[unit]));
        }
        shares[j] = sum;
      }
      softmaxOf(shares, steps);
      return shares;
    };
  };
}

/** κ_t = κ_{t−1} + exp κ̂ and α_{tj} = Σ exp â · exp(−exp b̂ · (κ_t − j)²) over the windows, at j = 1, 2, …. */
function locationAligner(weights, hidden) {
  return (_encoded, steps) => {
    const places = new Float32Array(GAUSSIAN_WINDOWS);
    const shares = new Float32Array(steps);
    const numbers = new Float32Array(3 * GAUSSIAN_WINDOWS);
    return (state) => {
      multiplyInto(weights["attention.window"], state, hidden, numbers);
      addInto(numbers, weights["attention.bias"]);
      for (let i = 0; i < numbers.length; i += 1) numbers[i] = Math.exp(numbers[i]);
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
  let largest = -Infinity;
  let sum = Math.fround(0);
  for (let i = 0; i < count; i += 1) if (scores[i] > largest) largest = scores[i];
  for (let i = 0; i < count; i += 1) {
    scores[i] = Math.exp(Math.fround(scores[i] - largest));
    sum = Math.fround(sum + scores[i]);
  }
  for (let i = 0; i < count; i += 1) scores[i] /= sum;
}
