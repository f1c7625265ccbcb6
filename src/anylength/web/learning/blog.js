// The post's training: numbers of up to 10 digits, read from the right; mean cross-entropy over all steps; Adagrad with rate 1.
//
// It follows `anylength.training.blog`: from the same weights, updates on the same numbers agree but for rounding. Random numbers are the
// page's own.

import { randomNumbers } from "../shared/random.js";

const DIGITS = 10; // values of a digit, and of an answer
const [LONGEST, STEPS] = [10, 11]; // digits of a training number; one more step for the last carry
const [TRAINED, VALIDATED, BATCH] = [9000, 1000, 100];
const [RATE, ACCUMULATOR] = [1, 0.1];
const MOST_EPOCHS = 20;

/** Random numbers with lengths from 1 to 10, as `[count · 11]` digits, the last one first. */
function drawnNumbers(count, uniform) {
  const from = (low) => low + Math.floor((DIGITS - low) * uniform());
  const digits = new Uint8Array(count * STEPS);
  for (let first = 0; first < digits.length; first += STEPS) {
    const length = 1 + Math.floor(LONGEST * uniform());
    for (let place = 0; place < length; place += 1) digits[first + place] = from(place > 0 && place === length - 1 ? 1 : 0);
  }
  return digits;
}

/** The numbers from 0 to below `count` in a random order. */
function shuffled(count, uniform) {
  const order = Uint32Array.from({ length: count }, (_, number) => number);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor((last + 1) * uniform());
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** The digits of n + 1 for each number. */
export function successors(digits) {
  const answers = digits.slice();
  for (let first = 0; first < digits.length; first += STEPS) {
    let step = first;
    for (; step < first + STEPS - 1 && digits[step] === DIGITS - 1; step += 1) answers[step] = 0;
    answers[step] = (digits[step] + 1) % DIGITS;
  }
  return answers;
}

export class BlogTraining {
  /** @param {{seed: number, units?: number}} options */
  constructor({ seed, units = 12 }) {
    const { uniform } = randomNumbers(seed);
    Object.assign(this, { units, uniform, epochs: 0, updates: 0, batch: 0, order: null });
    this.tensors = initialTensors(units, uniform);
    this.gradients = mapped(this.tensors, (values) => new Float64Array(values.length));
    this.sums = mapped(this.tensors, (values) => new Float64Array(values.length).fill(ACCUMULATOR));
    const digits = drawnNumbers(TRAINED + VALIDATED, uniform);
    this.train = digits.subarray(0, TRAINED * STEPS);
    this.validation = digits.subarray(TRAINED * STEPS);
    this.states = new Float64Array((STEPS + 1) * units);
    this.odds = new Float64Array(STEPS * DIGITS);
  }

  /** One update; its loss. */
  update() {
    this.order ??= shuffled(TRAINED, this.uniform);
    const numbers = this.order.subarray(this.batch * BATCH, (this.batch + 1) * BATCH);
    const words = new Uint8Array(numbers.length * STEPS);
    numbers.forEach((number, at) => words.set(this.train.subarray(number * STEPS, (number + 1) * STEPS), at * STEPS));
    const loss = this.updateOn(words);
    this.batch += 1;
    this.updates += 1;
    if (this.batch * BATCH >= TRAINED) Object.assign(this, { batch: 0, order: null, epochs: this.epochs + 1 });
    return loss;
  }

  /** One update on some words, `[count · 11]` digits; the mean loss before it. */
  updateOn(words) {
    const answers = successors(words);
    for (const gradient of Object.values(this.gradients)) gradient.fill(0);
    let loss = 0;
    for (let first = 0; first < words.length; first += STEPS) {
      loss += this.forward(words, first, answers);
      this.backward(words, first, answers, 1 / words.length);
    }
    this.adagrad();
    return loss / words.length;
  }

  /** Reads a word; the sum of its losses. States and shares stay for `backward`. */
  forward(words, first, answers) {
    const { units, states, tensors } = this;
    states.fill(0, 0, units);
    let loss = 0;
    for (let step = 0; step < STEPS; step += 1) {
      const [before, after] = [step * units, (step + 1) * units];
      for (let unit = 0; unit < units; unit += 1) {
        let sum = tensors.bias[unit] + tensors.weightIh[unit * DIGITS + words[first + step]];
        for (let other = 0, at = unit * units; other < units; other += 1, at += 1) sum += tensors.weightHh[at] * states[before + other];
        states[after + unit] = Math.tanh(sum);
      }
      loss -= Math.log(this.answer(step, after)[answers[first + step]] + 1e-300);
    }
    return loss;
  }

  /** The softmax of the logits at a step. */
  answer(step, after) {
    const { units, states, odds, tensors } = this;
    const shares = odds.subarray(step * DIGITS, (step + 1) * DIGITS);
    let most = -Infinity;
    for (let digit = 0; digit < DIGITS; digit += 1) {
      let sum = tensors.readoutBias[digit];
      for (let unit = 0; unit < units; unit += 1) sum += tensors.readout[digit * units + unit] * states[after + unit];
      shares[digit] = sum;
      most = Math.max(most, sum);
    }
    let whole = 0;
    for (let digit = 0; digit < DIGITS; digit += 1) whole += shares[digit] = Math.exp(shares[digit] - most);
    for (let digit = 0; digit < DIGITS; digit += 1) shares[digit] /= whole;
    return shares;
  }

  /** Adds a word's slopes, by backpropagation through time. */
  backward(words, first, answers, share) {
    const { units, states, odds, tensors, gradients } = this;
    let [later, now] = [new Float64Array(units), new Float64Array(units)];
    for (let step = STEPS - 1; step >= 0; step -= 1) {
      const [before, after] = [step * units, (step + 1) * units];
      for (let digit = 0; digit < DIGITS; digit += 1) {
        const slope = share * (odds[step * DIGITS + digit] - (digit === answers[first + step] ? 1 : 0));
        gradients.readoutBias[digit] += slope;
        for (let unit = 0, at = digit * units; unit < units; unit += 1, at += 1) {
          gradients.readout[at] += slope * states[after + unit];
          later[unit] += slope * tensors.readout[at];
        }
      }
      now.fill(0);
      for (let unit = 0; unit < units; unit += 1) {
        const slope = later[unit] * (1 - states[after + unit] ** 2);
        gradients.bias[unit] += slope;
        gradients.weightIh[unit * DIGITS + words[first + step]] += slope;
        for (let other = 0, at = unit * units; other < units; other += 1, at += 1) {
          gradients.weightHh[at] += slope * states[before + other];
          now[other] += slope * tensors.weightHh[at];
        }
      }
      [later, now] = [now, later];
    }
  }

  adagrad() {
    for (const [name, values] of Object.entries(this.tensors)) {
      const [gradient, sums] = [this.gradients[name], this.sums[name]];
      for (let at = 0; at < values.length; at += 1) {
        sums[at] += gradient[at] * gradient[at];
        values[at] -= (RATE * gradient[at]) / Math.sqrt(sums[at]);
      }
    }
  }

  /** The share of the words whose answer is right in all digits. */
  accuracy(words) {
    const answers = successors(words);
    let right = 0;
    for (let first = 0; first < words.length; first += STEPS) {
      this.forward(words, first, answers);
      right += this.isRight(answers, first) ? 1 : 0;
    }
    return right / (words.length / STEPS);
  }

  isRight(answers, first) {
    for (let step = 0; step < STEPS; step += 1) {
      const shares = this.odds.subarray(step * DIGITS, (step + 1) * DIGITS);
      const right = shares[answers[first + step]];
      if (shares.some((share, digit) => digit !== answers[first + step] && share >= right)) return false;
    }
    return true;
  }

  get isOver() {
    return this.epochs >= MOST_EPOCHS;
  }

  /** The tensors in float32, by the names of `model.safetensors`. */
  weights() {
    const { tensors, units } = this;
    const shaped = (values, ...shape) => ({ shape, values: Float32Array.from(values) });
    return {
      "cell.weight_ih": shaped(tensors.weightIh, units, DIGITS), "cell.weight_hh": shaped(tensors.weightHh, units, units),
      "cell.bias": shaped(tensors.bias, units), "readout.weight": shaped(tensors.readout, DIGITS, units),
      "readout.bias": shaped(tensors.readoutBias, DIGITS),
    };
  }
}

/** One Glorot-uniform kernel over input and state; a read-out uniform from 0 to 1; biases 0. */
function initialTensors(units, uniform) {
  const limit = Math.sqrt(6 / (DIGITS + units + units));
  const kernel = Float64Array.from({ length: units * (DIGITS + units) }, () => limit * (2 * uniform() - 1));
  const columns = (first, count) =>
    Float64Array.from({ length: units * count }, (_, at) => kernel[Math.floor(at / count) * (DIGITS + units) + first + (at % count)]);
  const readout = Float64Array.from({ length: DIGITS * units }, uniform);
  return {
    weightIh: columns(0, DIGITS), weightHh: columns(DIGITS, units), bias: new Float64Array(units), readout,
    readoutBias: new Float64Array(DIGITS),
  };
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
