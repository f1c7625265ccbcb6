// Type a number and watch: the net runs in the page, step by step. Each step can be looked at, and its state perturbed.

import { answerLine, answerWords, stepRows, STEP_HEADS } from "./step-words.js";
import { AskedWord } from "./asked-word.js";
import { exampleButtons, NumberForm } from "./number-form.js";
import { html, refill, table } from "./dom.js";
import { taskExample } from "./examples.js";
import { logitBars } from "./logit-bars.js";
import { makeNet } from "./net.js";
import { makeReader } from "./state-reader.js";
import { makeTask } from "./task.js";
import { PerturbControls } from "./perturb-controls.js";
import { planePortrait, StatePortrait } from "./state-portrait.js";
import { Playback } from "./playback.js";
import { stepToPush } from "./forgetting.js";
import { grouped } from "./grouped.js";
import { Strip } from "./strip.js";
import { stripLegend } from "./state-legend.js";

/** Steps of a word above which it is not played but shown at its end: at two steps a second it would take minutes. */
const LONG_WORD = 400;

/** Rows of the table of steps: more could not be read. */
const TABLE_STEPS = 60;

/** Repeated digits in the first example of a net without a counterexample: more than the training numbers of the post have. */
const FIRST_DIGITS = 12;

const READ = { digit: "the digit that the net reads, one for each number", symbol: "the symbol that the net reads" };
const ANSWERED = { digit: "the digit or word that the net answers", symbol: "the net's answer" };

/** What the rows of the picture are, for a task whose inputs consist of digits or symbols. */
function stripHint({ unit }) {
  return (
    `Each column is one step. From top to bottom: ${READ[unit]}; its state, a row for each hidden ` +
    "unit, from −1 (blue) over 0 to 1 (orange); the state that an exact machine is in; the machine state decoded from the net's next " +
    `answers (? means none); the margin of every machine state in that decoding; ${ANSWERED[unit]}.`
  );
}

let viewerCount = 0;

/** The widget for one run. */
export class StepViewer {
  /**
   * @param {any} run a `RunView`
   * @param {{number?: string[], onAsk?: (texts: string[]) => void, onStep?: (word: AskedWord, step: number) => void, autoplay?: boolean,
   *   hasForm?: boolean}} [options] `number` is asked first, one text for each number that the task reads; `onAsk` is called when the
   *   reader asks another number, `onStep` when a step is shown, −1 before the first; `autoplay`: whether the first number is played at
   *   once; `hasForm`: whether the widget has a form and examples of its own
   */
  constructor(run, { number, onAsk = () => {}, onStep = () => {}, autoplay = false, hasForm = true } = {}) {
    this.id = `viewer${(viewerCount += 1)}`;
    this.net = makeNet(run.net);
    this.task = makeTask(run.net.task);
    this.reader = makeReader(this.net, this.task);
    this.onAsk = onAsk;
    this.onStep = onStep;
    this.hasForm = hasForm;
    this.makeParts(run);
    this.element = this.layOut(run.verdict?.counterexample);
    this.showFirst(number, this.firstNumber(run.verdict), autoplay);
    this.resized = new ResizeObserver(() => this.strip.draw());
    this.resized.observe(this.canvas);
  }

  makeParts({ verdict, explanation }) {
    this.form = new NumberForm(this.id, this.task, () => this.ask({ play: true }));
    this.answer = html("p", { class: "answer", role: "status" });
    this.canvas = html("canvas", { class: "strip", role: "img", "aria-label": "The net's steps as columns" });
    this.strip = new Strip(this.canvas, (step) => this.playback.goTo(step + 1));
    this.playback = new Playback(this.id, { onMove: (done) => this.moved(done), onStop: () => this.showAnswer() });
    this.details = html("details", { class: "unprinted" }, html("summary", {}, "the steps as a table"), html("div"));
    this.details.addEventListener("toggle", () => this.fillTable());
    this.logitsPlace = html("div", { class: "logits" });
    this.legendPlace = html("div");
    this.portrait = this.portraitOf(explanation);
    this.perturbing = this.net.recurrent ? this.makePerturbing(verdict) : null;
  }

  /** The portrait, if its plane is known. */
  portraitOf(explanation) {
    const portrait = planePortrait(explanation);
    const options = { names: this.reader?.states ?? [], nouns: this.task.nouns, onPush: (change) => this.perturb(change) };
    return portrait && new StatePortrait(portrait, options);
  }

  makePerturbing(verdict) {
    const budget = verdict?.noise_budget ?? null;
    const onPerturb = (change) => this.perturb(change);
    return new PerturbControls(this.id, { net: this.net, nouns: this.task.nouns, budget, onPerturb, onUndo: () => this.undo() });
  }

  layOut(counterexample) {
    const ask = (texts) => this.show(texts, { play: true });
    return html(
      "div",
      { class: "viewer" },
      this.hasForm ? this.form.element : null,
      this.hasForm && exampleButtons({ net: this.net, task: this.task, counterexample }, ask),
      this.form.message,
      this.answer,
      this.canvas,
      this.legendPlace,
      this.playback.element,
      this.details,
      html("details", {}, html("summary", {}, "what the picture shows"), html("p", { class: "quiet" }, stripHint(this.task.nouns))),
      html(
        "div",
        { class: "beside unprinted" },
        this.logitsPlace,
        html("div", {}, this.portrait?.element, this.perturbing?.element),
      ),
    );
  }

  firstNumber(verdict) {
    const counterexample = verdict?.counterexample;
    if (counterexample?.every((text) => this.task.lengthOf(text) <= LONG_WORD)) return counterexample;
    return taskExample(this.task, FIRST_DIGITS);
  }

  // asking

  /** Shows the number that the page was opened with, or where there is none, or a bad one, another number, and says so. */
  showFirst(number, otherwise, play) {
    this.show(number ?? otherwise, { quiet: true, play });
    if (this.word) return;
    const { message } = this.form;
    const told = `The ${this.task.nouns.input} in the address is left out: ${message.textContent}.`;
    this.show(otherwise, { quiet: true });
    message.textContent = told;
  }

  /** Asks numbers, one text each; `play` starts at the first step, otherwise all steps are shown; `quiet` does not call `onAsk`. */
  show(texts, { quiet = false, play = false } = {}) {
    this.form.fill(texts);
    this.ask({ quiet, play });
  }

  ask({ quiet = false, play = false } = {}) {
    const { texts } = this.form;
    try {
      this.take(new AskedWord(this, texts));
    } catch (error) {
      this.form.message.textContent = error.message;
      return;
    }
    this.form.message.textContent = "";
    if (!quiet) this.onAsk(this.word.texts);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (play && !still && this.word.steps <= LONG_WORD) this.startPlaying();
    else this.playback.goTo(this.word.steps);
  }

  take(word) {
    this.word = word;
    this.stepToPush = this.net.recurrent ? stepToPush(word) : -1;
    this.strip.show(word);
    refill(this.legendPlace, stripLegend(word));
    this.playback.load(word.steps);
    this.perturbing?.clear();
  }

  startPlaying() {
    this.playback.goTo(0);
    this.playback.play();
  }

  // showing

  moved(done) {
    this.word.stepsDone = done;
    this.strip.draw();
    this.showStep();
  }

  /** Draws everything again (after a change of colours). */
  redraw() {
    this.strip.recolour();
    this.showStep();
  }

  /** Stops everything: the widget is taken off the page. */
  leave() {
    this.playback.playing = false;
    this.resized.disconnect();
  }

  showAnswer() {
    this.canvas.setAttribute("aria-label", `The net's ${this.word.steps} steps as columns: ${answerWords(this.word)}`);
    refill(this.answer, ...answerLine(this.word));
    this.fillTable();
  }

  fillTable() {
    if (!this.details.open) return;
    const first = Math.max(0, Math.min(this.strip.first, this.word.steps - TABLE_STEPS));
    const rows = stepRows(this.word, first, Math.min(first + TABLE_STEPS, this.word.steps));
    refill(this.details.lastElementChild, table("The steps", STEP_HEADS, rows));
  }

  showStep() {
    const step = this.word.stepsDone - 1;
    const title = step < 0 ? "Before the first step" : `Step ${grouped(step + 1)} reads ${this.word.symbolAt(step)}`;
    const start = html("p", { class: "quiet" }, "All units are 0.");
    refill(this.logitsPlace, html("h3", {}, title), step < 0 ? start : logitBars(this.word, step));
    this.perturbing?.explain(this.ringStep(), Boolean(this.portrait));
    this.portrait?.show(this.word, step, step < 0 ? -1 : this.ringStep());
    this.onStep(this.word, step);
  }

  // perturbing

  /** The step whose state the reader can push: the present one where later answers depend on it, else the one where a push tells most. */
  ringStep() {
    const step = this.word.stepsDone - 1;
    return this.stepToPush >= 0 && step >= 0 && step < this.word.steps - 1 ? step : this.stepToPush;
  }

  perturb(change) {
    const step = this.ringStep();
    if (step < 0) return;
    const focused = this.portrait?.element.contains(document.activeElement);
    this.word.perturb(step, change(this.word.run.states[step]));
    this.perturbing.report(this.word, this.portrait?.pushOf(this.word));
    if (this.word.stepsDone !== step + 1) this.playback.goTo(step + 1);
    this.showChange();
    if (focused) this.portrait.element.querySelector(".handle")?.focus();
  }

  undo() {
    this.word.undo();
    this.perturbing.clear();
    this.showChange();
  }

  showChange() {
    this.strip.draw();
    this.showStep();
    this.showAnswer();
  }
}
