// Trains a net of any cell on random words, as usual: the mean cross-entropy over all steps, by reverse mode through time, and Adam.

import { Adam } from "./adam.js";
import { sizedProgram, sizeOfShape } from "./cell-programs.js";
import { digitsOf } from "./encoding.js";
import { namedViews } from "./learner.js";
import { randomNumbers } from "./random.js";
import { randomSymbols } from "./random-symbols.js";
import { fixed, Tape } from "./tape.js";

const WORDS = 32; // in an update
const KEPT_BIAS = 1; // first bias of the gate that keeps the state
const SETTINGS_ON_WORDS = { rate: 0.02, warm: 0.02, lastRate: 0.05, clip: 1, updates: 800 };
const REMEMBERED = 0.05; // share of the newest update in the running share of right answers
const ENOUGH = 0.9999;

export class WordLearner {
  /**
   * @param {import("./machines.js").Machine} machine
   * @param {import("./cell-programs.js").CellTemplate} template
   * @param {{seed: number, units: number, steps: number}} options `steps` are the symbols of a training word
   */
  constructor(machine, template, { seed, units, steps }) {
    const program = sizedProgram(template, { units, encoded: machine.letters * machine.tapes, classes: machine.labels.length });
    Object.assign(this, { machine, units, steps, program, classes: machine.labels.length, done: 0, share: 0 });
    this.settings = SETTINGS_ON_WORDS;
    const sizes = Object.fromEntries(Object.entries(program.tensors).map(([name, shape]) => [name, sizeOfShape(shape)]));
    const total = Object.values(sizes).reduce((sum, size) => sum + size);
    [this.flat, this.gradient] = [new Float64Array(total), new Float64Array(total)];
    const [values, slopes] = [namedViews(this.flat, sizes), namedViews(this.gradient, sizes)];
    this.weights = Object.fromEntries(Object.keys(sizes).map((name) => [name, { value: values[name], slope: slopes[name] }]));
    this.adam = new Adam(total, this.settings);
    this.random = randomNumbers(seed);
    this.initialise(template);
    this.layTapes();
  }

  initialise({ retention }) {
    const { weights, program, units, random } = this;
    for (const [name, { value }] of Object.entries(weights)) {
      const [rows, columns] = program.tensors[name];
      if (columns === undefined) continue;
      const limit = Math.sqrt(6 / (Math.min(rows, units) + columns));
      for (let at = 0; at < value.length; at += 1) value[at] = limit * (2 * random.uniform() - 1);
    }
    if (!retention) return;
    const biases = Object.keys(weights).filter((name) => /^cell\.(\d\.)?bias$/.test(name));
    for (const name of biases) weights[name].value.fill(retention.sign * KEPT_BIAS, retention.block * units, (retention.block + 1) * units);
  }

  /** A tape for each step; each reads the state that the one before has made. */
  layTapes() {
    const { program, steps, weights } = this;
    const numberOf = (list, op) => list.findIndex((item) => item.op === op);
    let state = fixed(program.state * WORDS);
    this.tapes = Array.from({ length: steps }, () => {
      const symbol = fixed(program.encoded * WORDS);
      const options = { program, columns: WORDS, weights };
      const given = new Map([[numberOf(program.step, "symbol"), symbol], [numberOf(program.step, "state"), state]]);
      const step = new Tape(program.step, { ...options, given });
      state = step.values.at(-1);
      const answer = new Tape(program.answer, { ...options, given: new Map([[numberOf(program.answer, "state"), state]]) });
      return { symbol, step, answer, features: answer.values.at(-1) };
    });
  }

  /** New random words: half of them stay away from states that no word leaves. */
  drawnWords() {
    const { machine, steps, random } = this;
    const anySymbol = () => Math.floor(random.uniform() * machine.symbols.length);
    return Array.from({ length: WORDS }, (_, word) =>
      word % 2 ? Array.from({ length: steps }, anySymbol) : randomSymbols(machine, steps, random.uniform),
    );
  }

  /** One update on new words. */
  update() {
    const words = this.drawnWords();
    this.lastLoss = this.lossOf(words);
    this.adam.update(this.flat, this.gradient);
    this.share += REMEMBERED * (this.right - this.share);
    this.done += 1;
  }

  /** The mean loss of words, with slopes in `gradient`. */
  lossOf(words) {
    this.gradient.fill(0);
    this.readIn(words);
    for (const { step, answer } of this.tapes) {
      step.forward();
      answer.forward();
    }
    const loss = this.answers(words);
    for (const { step, answer } of [...this.tapes].reverse()) {
      answer.backward();
      step.backward();
    }
    return loss;
  }

  readIn(words) {
    const digits = digitsOf(this.machine);
    this.tapes.forEach(({ symbol }, step) => {
      symbol.value.fill(0);
      words.forEach((word, column) => {
        for (const digit of digits[word[step]]) symbol.value[digit * WORDS + column] = 1;
      });
    });
  }

  /** The mean cross-entropy, with the slopes of what the read-out reads; the share of right answers. */
  answers(words) {
    const { machine, steps } = this;
    let [loss, right] = [0, 0];
    words.forEach((word, column) => {
      let at = 0;
      word.forEach((symbol, step) => {
        const pair = at * machine.symbols.length + symbol;
        at = machine.delta[pair];
        const said = this.answerAt(step, column, machine.output[pair], 1 / (steps * WORDS));
        loss += said.loss;
        right += said.right ? 1 : 0;
      });
    });
    this.right = right / (steps * WORDS);
    return loss / (steps * WORDS);
  }

  answerAt(step, column, right, share) {
    const { classes, units, weights } = this;
    const { features } = this.tapes[step];
    const [weight, bias] = [weights["readout.weight"], weights["readout.bias"]];
    const logits = Array.from(bias.value, (own, label) => {
      let sum = own;
      for (let unit = 0; unit < units; unit += 1) sum += weight.value[label * units + unit] * features.value[unit * WORDS + column];
      return sum;
    });
    const most = Math.max(...logits);
    const odds = logits.map((logit) => Math.exp(logit - most));
    const whole = odds.reduce((sum, value) => sum + value);
    for (let label = 0; label < classes; label += 1) {
      const slope = share * (odds[label] / whole - (label === right ? 1 : 0));
      bias.slope[label] += slope;
      for (let unit = 0, at = column; unit < units; unit += 1, at += WORDS) {
        weight.slope[label * units + unit] += slope * features.value[at];
        features.slope[at] += slope * weight.value[label * units + unit];
      }
    }
    return { loss: most + Math.log(whole) - logits[right], right: logits[right] === most };
  }

  get isOver() {
    return this.done >= this.settings.updates || this.share > ENOUGH;
  }

  /** The net as it would be stored, in float32. */
  net() {
    const tensors = Object.fromEntries(Object.entries(this.weights).map(([name, { value }]) => [name, Float32Array.from(value)]));
    return { machine: this.machine, units: this.units, program: this.program, tensors };
  }
}
