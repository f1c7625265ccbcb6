// One question to a net: its word, the net's states and answers at every step, and what the exact rule says of them.

import { NO_RIGHT_OUTPUT } from "./rules.js";
import { lettersFor, namesForColumns } from "./short-names.js";
import { outputText, readFromTheRight } from "./examples.js";

/** States whose largest entry sets the scale of the heat map; more states would cost time and hardly change it. */
const SCALE_STATES = 2000;

/** Decoded states that are kept; decoding one costs as many net steps as there are probes. */
const CACHED_STATES = 4000;

/** A question and the net's run on it. `texts` are the numbers as read, `numbers` their digits, `symbols` the net's word. */
export class AskedWord {
  constructor({ net, task, reader }, texts) {
    this.net = net;
    this.task = task;
    this.reader = reader;
    this.numbers = task.parse(texts, { steps: net.longest });
    this.texts = this.numbers.map(task.write);
    this.symbols = task.word(this.numbers);
    this.steps = this.symbols.length;
    this.fromTheRight = readFromTheRight(task);
    this.units = net.shown;
    this.names = reader ? reader.states : null;
    this.letters = reader ? lettersFor(reader.states) : null;
    this.shortLabels = task.labels ? namesForColumns(task.labels) : null;
    this.shortSymbols = task.names ? namesForColumns(task.names) : null;
    this.trueStates = reader ? task.trace(this.symbols).states.subarray(1) : null;
    this.rightOutputs = task.right(this.symbols);
    this.stepsDone = 0;
    this.original = net.run(this.symbols);
    this.undo();
  }

  /** Goes back to the net's own run. */
  undo() {
    this.perturbedStep = -1;
    this.beforePush = null;
    this.use(this.original);
  }

  /** Changes the state after a step and lets the net read on from there. Pushes at one step add up. */
  perturb(step, state) {
    if (step !== this.perturbedStep) this.beforePush = this.run.states[step];
    const after = this.net.run(this.symbols.slice(step + 1), { from: state });
    this.use(joinedRun(this.run, { step, state, after, net: this.net }));
    this.perturbedStep = step;
  }

  use(run) {
    this.run = run;
    this.decoded = new Map();
    this.scale = 1;
    for (const state of run.states.slice(0, SCALE_STATES)) {
      for (let unit = 0; unit < this.units; unit += 1) this.scale = Math.max(this.scale, Math.abs(state[unit]));
    }
  }

  /** Steps that are shown: those that are read so far, or all of them once a state was changed, for the change is seen later on. */
  get stepsShown() {
    return this.perturbedStep < 0 ? this.stepsDone : this.steps;
  }

  /** What the net reads at a step, as text. */
  symbolAt(step) {
    return this.task.symbolText(this.symbols[step]);
  }

  /** What the net reads at a step on each tape, for a narrow column. */
  symbolPartsAt(step) {
    return this.shortSymbols ? [this.shortSymbols[this.symbols[step]]] : this.task.symbolParts(this.symbols[step]);
  }

  /** What the net answers at a step, as text. */
  answerAt(step) {
    return outputText(this.task, this.run.outputs[step]);
  }

  /** The same for a narrow column. */
  shortAnswerAt(step) {
    return this.shortLabels ? this.shortLabels[this.run.outputs[step]] : this.answerAt(step);
  }

  /** The right output class at a step, or null where none counts. */
  rightOutputAt(step) {
    const output = this.rightOutputs?.[step] ?? NO_RIGHT_OUTPUT;
    return output === NO_RIGHT_OUTPUT ? null : output;
  }

  /** Whether the answer at a step is right; null where none counts. */
  isRight(step) {
    const right = this.rightOutputAt(step);
    return right === null ? null : right === this.run.outputs[step];
  }

  /** The first step after `after` whose answer is wrong, or −1. */
  firstWrong(after = -1) {
    for (let step = after + 1; step < this.steps; step += 1) if (this.isRight(step) === false) return step;
    return -1;
  }

  /** A unit's value after a step, scaled to −1…1. */
  valueAt(step, unit) {
    return this.run.states[step][unit] / this.scale;
  }

  /** The machine state decoded from the net's state after a step: {state (−1: none), margins}; null where there is no reader. */
  decodedAt(step) {
    if (!this.reader) return null;
    if (!this.decoded.has(step)) {
      if (this.decoded.size > CACHED_STATES) this.decoded.clear();
      this.decoded.set(step, this.reader.read(this.run.states[step]));
    }
    return this.decoded.get(step);
  }

  /** Whether the decoded state after a step is the true one, or one that no input tells from it. */
  isDecodedRight(step) {
    const { state } = this.decodedAt(step);
    return state >= 0 && this.reader.alike[state] === this.reader.alike[this.trueStates[step]];
  }

  /** The name of the true machine state after a step. */
  trueName(step) {
    return this.names[this.trueStates[step]];
  }

  /** The name of the decoded machine state after a step, or null where none can be decoded. */
  decodedName(step) {
    const { state } = this.decodedAt(step);
    return state < 0 ? null : this.names[state];
  }

  /** The logits of all classes at a step. */
  logitsAt(step) {
    const { classes } = this.net;
    return Array.from(this.run.logits.subarray(step * classes, (step + 1) * classes));
  }

  /** The net's whole answer as text. */
  get answer() {
    return this.task.answer(this.run.outputs);
  }

  /** The right answer as text, or null where no rule is known. */
  get rightAnswer() {
    return this.task.rightAnswer(this.numbers);
  }
}

/** A run up to a step whose state was changed, then the run after it. */
function joinedRun(run, { step, state, after, net }) {
  const logits = Float32Array.from(run.logits);
  const outputs = Uint16Array.from(run.outputs);
  const changed = net.logits(state);
  logits.set(changed, step * net.classes);
  outputs[step] = net.argmax(changed);
  logits.set(after.logits, (step + 1) * net.classes);
  outputs.set(after.outputs, step + 1);
  return { states: [...run.states.slice(0, step), state, ...after.states], logits, outputs };
}
