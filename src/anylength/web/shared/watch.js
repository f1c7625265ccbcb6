// Type a number and watch: the net runs in the page, step by step; each step can be looked at, and its state poked.

import { countingOn, countsOn } from "./counting.js";
import { html, refill, svg, table } from "./dom.js";
import { largestDigits, outputText, randomNumber, readFromTheRight } from "./asking.js";
import { movedState, noisyState } from "./poke.js";
import { makeNet } from "./net.js";
import { makeReader } from "./reading.js";
import { makeTask } from "./task.js";
import { mistakeWords, shortened } from "./sayings.js";
import { LivePortrait } from "./portrait.js";
import { shortNumber } from "./scales.js";
import { Strip } from "./strip.js";

const SPEEDS = [2, 4, 8, 16, 32, 60];
const USUAL_SPEED = 2;
const LONG_WORD = 400;
const TABLE_STEPS = 60;
const PATH_STEPS = 60;

let watchCount = 0;

/**
 * The widget for one run.
 *
 * shown: {net (NetView), explanation, verdict}. options: number? (asked at first, one text per tape), changed?(numbers): called when
 * another number is asked, autoplay?: whether the first number is played at once.
 */
export class Watch {
  constructor(shown, options = {}) {
    this.id = `watch${(watchCount += 1)}`;
    this.net = makeNet(shown.net);
    this.task = makeTask(shown.net.task);
    this.reader = makeReader(this.net, this.task);
    this.portrait = portraitOf(shown.explanation);
    this.budget = shown.verdict?.noise_budget ?? null;
    this.changed = options.changed ?? (() => {});
    this.speed = SPEEDS[USUAL_SPEED];
    this.playing = false;
    this.element = html("div", { class: "watch" });
    this.build(shown, options);
    this.show(options.number ?? this.firstNumber(shown), { quiet: true, play: options.autoplay ?? false });
    this.resized = new ResizeObserver(() => this.strip.draw());
    this.resized.observe(this.canvas);
  }

  /** Asks for numbers, one text per tape; `play` starts at the first step, else all is shown. */
  show(numbers, { quiet = false, play = false } = {}) {
    this.inputs.forEach((input, i) => (input.value = numbers[i] ?? ""));
    this.ask({ quiet, play });
  }

  /** Draws everything again (after a change of colours). */
  redraw() {
    this.strip.recolour();
    this.drawStep();
  }

  /** Takes an explanation that came later: its portrait then shows the states. */
  explained(explanation) {
    this.portrait = portraitOf(explanation);
    if (this.pokeHow) this.pokeHow.textContent = this.pokeWords();
    this.drawStep();
  }

  /** Stops whatever is going on: the widget is taken off the page. */
  leave() {
    this.playing = false;
    this.resized.disconnect();
  }

  firstNumber(shown) {
    const wrong = shown.verdict?.counterexample;
    if (wrong && wrong.every((text) => text.length <= LONG_WORD)) return wrong;
    return Array.from({ length: this.task.tapes }, (_, i) => (i ? "1" : largestDigits(this.task, 12)));
  }

  // building

  build(shown, options) {
    this.inputs = Array.from({ length: this.task.tapes }, (_, i) => this.numberInput(i));
    this.message = html("p", { class: "message", role: "alert" });
    this.canvas = html("canvas", { class: "strip", role: "img", "aria-label": "The net's steps as columns" });
    this.strip = new Strip(this.canvas, (step) => this.goTo(step + 1, { stop: true }));
    this.answer = html("p", { class: "said", role: "status" });
    this.logitsPlace = html("div", { class: "logits" });
    this.portraitPlace = html("div", { class: "plane" });
    this.details = html("details", {}, html("summary", {}, "the steps as a table"), html("div"));
    this.details.fill = () => this.fillTable();
    this.details.addEventListener("toggle", this.details.fill);
    refill(
      this.element,
      html(
        "form",
        { class: "row asking unprinted", onsubmit: (event) => this.submitted(event) },
        ...this.inputs.map((input, i) => this.labelled(input, i)),
        html("button", { class: "chief", type: "submit" }, "Watch"),
      ),
      this.examples(shown),
      this.message,
      this.answer,
      this.canvas,
      this.controls(),
      this.details,
      html(
        "div",
        { class: "beside" },
        html("div", {}, this.logitsPlace, this.counting()),
        html("div", {}, this.portraitPlace, this.pokeControls()),
      ),
    );
  }

  numberInput(i) {
    return html("input", {
      type: "text",
      inputmode: this.task.base <= 10 ? "numeric" : "text",
      autocomplete: "off",
      spellcheck: "false",
      class: "mono",
      id: `${this.id}-number${i}`,
      maxlength: "200000",
    });
  }

  labelled(input, i) {
    const text = this.task.tapes === 1 ? "A number of any length" : `Number ${i + 1}`;
    return html("div", { class: "field grow" }, html("label", { for: input.id }, text), input);
  }

  examples(shown) {
    const nines = (count) => () => [largestDigits(this.task, count), ...Array(this.task.tapes - 1).fill("1")];
    const random = (count) => () => Array.from({ length: this.task.tapes }, () => randomNumber(this.task, count));
    const wrong = shown.verdict?.counterexample;
    const list = [
      wrong ? ["its counterexample", () => wrong] : null,
      ["12 nines", nines(12)],
      ["60 nines", nines(60)],
      ["20 random digits", random(20)],
      ["200 random digits", random(200)],
      this.net.longest > 10_000 ? ["10,000 nines", nines(10_000)] : null,
    ].filter(Boolean);
    const chips = list.map(([label, make]) =>
      html("button", { type: "button", class: "chip", onclick: () => this.show(make(), { play: true }) }, label),
    );
    return html("div", { class: "row unprinted", role: "group", "aria-label": "Examples" }, ...chips);
  }

  controls() {
    this.playButton = html("button", { type: "button", onclick: () => this.toggle() }, "Play");
    this.slider = html("input", {
      type: "range",
      min: "0",
      max: "1",
      value: "0",
      step: "1",
      id: `${this.id}-step`,
      oninput: () => this.goTo(Number(this.slider.value), { stop: true }),
    });
    this.place = html("output", { class: "quiet", for: this.slider.id });
    const speed = html("input", {
      type: "range",
      min: "0",
      max: String(SPEEDS.length - 1),
      value: String(USUAL_SPEED),
      id: `${this.id}-speed`,
    });
    speed.addEventListener("input", () => (this.speed = SPEEDS[Number(speed.value)]));
    const jump = (text, label, to) =>
      html("button", { type: "button", "aria-label": label, onclick: () => this.goTo(to(), { stop: true }) }, text);
    return html(
      "div",
      { class: "row unprinted" },
      this.playButton,
      jump("|◀", "To the start", () => 0),
      jump("◀", "One step back", () => this.model.at - 1),
      jump("▶", "One step on", () => this.model.at + 1),
      jump("▶|", "To the end", () => this.model.steps),
      html("div", { class: "field grow" }, html("label", { for: this.slider.id }, "Step"), this.slider),
      html("div", { class: "field" }, html("label", { for: speed.id }, "Speed"), speed),
      this.place,
    );
  }

  pokeWords() {
    const proved = this.budget
      ? ` It is proved to survive every push of less than ${shortNumber(this.budget)} in each unit, at every step.`
      : "";
    const shake = `shake every unit at random. Then see whether the answer survives.${proved}`;
    return this.portrait ? `Drag the ringed point (or move it with the arrow keys), or ${shake}` : `S${shake.slice(1)}`;
  }

  counting() {
    if (!countsOn(this.task)) return null;
    return html(
      "div",
      { class: "unprinted" },
      html("h3", {}, "Count on from a number"),
      countingOn(this.net, this.task, "9".repeat(6) + "7"),
    );
  }

  pokeControls() {
    if (!this.net.recurrent) return null;
    const size = html("input", { type: "range", min: "0", max: "1", step: "0.01", value: "0.2", id: `${this.id}-noise` });
    const written = html("output", { class: "quiet mono" }, "0.20");
    size.addEventListener("input", () => (written.textContent = Number(size.value).toFixed(2)));
    this.pokeHow = html("p", { class: "quiet" }, this.pokeWords());
    this.pokeSaid = html("p", { class: "quiet", role: "status" });
    this.undo = html("button", { type: "button", disabled: true, onclick: () => this.unpoke() }, "Take the poke back");
    let seed = 0;
    const shake = html(
      "button",
      {
        type: "button",
        onclick: () =>
          this.poke((state) => noisyState(state, { size: Number(size.value), seed: (seed += 1), entries: this.net.stateSize })),
      },
      "Shake the state",
    );
    return html(
      "div",
      { class: "unprinted" },
      html("h3", {}, "Poke the state"),
      this.pokeHow,
      html(
        "div",
        { class: "row" },
        html("div", { class: "field grow" }, html("label", { for: size.id }, "Size of the shake in each unit"), size),
        written,
        shake,
        this.undo,
      ),
      this.pokeSaid,
    );
  }

  // asking

  submitted(event) {
    event.preventDefault();
    this.ask({ play: true });
  }

  ask({ quiet = false, play = false } = {}) {
    const texts = this.inputs.map((input) => input.value.trim());
    try {
      const numbers = this.task.parse(texts, { steps: this.net.longest });
      this.begin(texts, numbers, this.task.word(numbers));
    } catch (error) {
      this.message.textContent = error.message;
      return;
    }
    this.message.textContent = "";
    if (!quiet) this.changed(texts);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (play && !still && this.model.steps <= LONG_WORD) this.play(true);
    else this.goTo(this.model.steps, { stop: true });
  }

  begin(texts, numbers, symbols) {
    const run = this.net.run(symbols);
    const right = this.task.right(symbols);
    const trace = this.reader ? this.task.trace(symbols).states.subarray(1) : null;
    this.asked = { texts, numbers, symbols, right };
    this.original = run;
    this.model = {
      steps: symbols.length,
      fromTheRight: readFromTheRight(this.task),
      digits: { length: symbols.length },
      units: this.net.hidden,
      names: this.reader ? this.reader.states : null,
      wanted: trace,
      alike: (state, wanted) => this.alike(state, wanted),
      at: 0,
      poked: -1,
    };
    this.model.digits = new Proxy([], { get: (_, step) => this.task.symbolText(symbols[step]) });
    this.model.answers = new Proxy([], { get: (_, step) => outputText(this.task, this.run.outputs[step]) });
    this.model.right = new Proxy([], { get: (_, step) => this.isRight(Number(step)) });
    this.model.read = new Proxy([], { get: (_, step) => this.reading(Number(step))?.state ?? null });
    this.model.strengths = (step) => this.reading(step)?.strengths ?? null;
    this.model.value = (step, unit) => this.run.states[step][unit] / this.scale;
    this.use(run);
    this.strip.model = this.model;
    this.strip.first = 0;
    this.slider.max = String(symbols.length);
    this.slider.value = "0";
    this.undoneLabel();
  }

  /** Takes a run (the net's own, or one after a poke) as the one that is shown. */
  use(run) {
    this.run = run;
    this.readings = new Map();
    let most = 1;
    for (const state of run.states.length > 2000 ? run.states.slice(0, 2000) : run.states) {
      for (let unit = 0; unit < this.net.hidden; unit += 1) most = Math.max(most, Math.abs(state[unit]));
    }
    this.scale = most;
  }

  isRight(step) {
    const right = this.asked.right;
    return right === null || right[step] === 255 ? null : right[step] === this.run.outputs[step];
  }

  reading(step) {
    if (!this.reader) return null;
    if (!this.readings.has(step)) {
      if (this.readings.size > 4000) this.readings.clear();
      this.readings.set(step, this.reader.read(this.run.states[step]));
    }
    return this.readings.get(step);
  }

  /** Whether a reading is the wanted state, or one that no probe tells from it. */
  alike(state, wanted) {
    return state >= 0 && this.reader.alike[state] === this.reader.alike[wanted];
  }

  firstWrong() {
    for (let step = 0; step < this.model.steps; step += 1) if (this.isRight(step) === false) return step;
    return -1;
  }

  // playing

  toggle() {
    if (this.playing) this.stop();
    else this.play(this.model.at >= this.model.steps);
  }

  play(fromTheStart) {
    if (fromTheStart) this.goTo(0, { stop: true });
    this.playing = true;
    this.playButton.textContent = "Pause";
    let due = performance.now();
    const tick = (now) => {
      if (!this.playing) return;
      let moved = 0;
      while (now >= due && moved < 8) {
        due += 1000 / this.speed;
        moved += 1;
      }
      if (now > due + 500) due = now;
      if (moved) this.goTo(this.model.at + moved, {});
      if (this.model.at >= this.model.steps) this.stop();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  stop() {
    this.playing = false;
    this.playButton.textContent = "Play";
    this.sayAnswer();
  }

  goTo(at, { stop = false }) {
    this.model.at = Math.min(Math.max(at, 0), this.model.steps);
    this.slider.value = String(this.model.at);
    this.place.textContent = `${this.model.at.toLocaleString("en")} of ${this.model.steps.toLocaleString("en")}`;
    this.strip.draw();
    this.drawStep();
    if (stop) {
      this.playing = false;
      this.playButton.textContent = "Play";
      this.sayAnswer();
    }
  }

  // showing

  sayAnswer() {
    const { numbers } = this.asked;
    const [own, right] = [this.task.answer(this.run.outputs), this.task.rightAnswer(numbers)];
    const asked = this.asked.texts.map((text) => shortened(text)).join(" and ");
    const done = this.model.at >= this.model.steps;
    this.canvas.setAttribute(
      "aria-label",
      `The net's ${this.model.steps} steps as columns: ${mistakeOrRight(this.asked.texts, own, right)}`,
    );
    if (!done)
      refill(this.answer, `${asked}: ${this.model.at.toLocaleString("en")} of ${this.model.steps.toLocaleString("en")} steps read`);
    else refill(this.answer, ...answerParts(this.task.name, asked, own, right, this.firstWrong(), this.model.poked >= 0));
    this.fillTable();
  }

  fillTable() {
    if (!this.details.open) return;
    const first = Math.max(0, Math.min(this.strip.first, this.model.steps - TABLE_STEPS));
    const last = Math.min(first + TABLE_STEPS, this.model.steps);
    const rows = [];
    for (let step = first; step < last; step += 1) {
      const reading = this.reading(step);
      const names = this.model.names;
      const state = reading ? (reading.state < 0 ? "cannot be read" : names[reading.state]) : "";
      const right = this.isRight(step);
      rows.push([
        String(step + 1),
        this.model.digits[step],
        names ? names[this.model.wanted[step]] : "",
        state,
        this.model.answers[step],
        right === null ? "" : right ? "right" : "wrong",
      ]);
    }
    refill(
      this.details.lastElementChild,
      table("The steps", ["step", "reads", "true state after it", "state read out", "answers", ""], rows),
    );
  }

  drawStep() {
    const step = this.model.at - 1;
    refill(
      this.logitsPlace,
      html(
        "h3",
        {},
        step < 0 ? "Before the first step" : `Step ${(step + 1).toLocaleString("en")} reads ${this.model.digits[step]}`,
      ),
      step < 0 ? html("p", { class: "quiet" }, "All units are 0.") : this.bars(step),
    );
    if (this.portrait) this.plane().show(this.pathTo(step), this.handleAt(step));
  }

  /** The phase portrait in its place. */
  plane() {
    if (this.planeOf !== this.portrait) {
      this.planeOf = this.portrait;
      const title = "Phase portrait with the states of the number";
      this.live = new LivePortrait(this.portrait, { names: this.model.names ?? [], title });
      const heading = html("h3", {}, `The state in the plane of “${this.portrait.symbol} again and again”`);
      refill(this.portraitPlace, heading, this.live.drawing);
    }
    return this.live;
  }

  bars(step) {
    const classes = this.net.classes;
    const logits = Array.from({ length: classes }, (_, k) => this.run.logits[step * classes + k]);
    const [low, high] = [Math.min(0, ...logits), Math.max(...logits, 0.001)];
    const right = this.asked.right?.[step] ?? 255;
    const said = this.run.outputs[step];
    const [wide, tall] = [Math.max(20, Math.min(34, 360 / classes)), 130];
    const y = (value) => 12 + ((high - value) / (high - low || 1)) * (tall - 16);
    const parts = logits.flatMap((value, k) => {
      const mark = k === right ? (k === said ? "✓" : "○") : k === said ? "✗" : "";
      const colour =
        k === said ? (right === 255 || k === right ? "var(--good)" : "var(--bad)") : k === right ? "var(--ink)" : "var(--none)";
      return [
        svg("rect", {
          x: k * wide + 3,
          width: wide - 6,
          y: Math.min(y(value), y(0)),
          height: Math.max(1, Math.abs(y(value) - y(0))),
          fill: colour,
          opacity: k === said || k === right ? 1 : 0.55,
        }),
        svg("text", { x: k * wide + wide / 2, y: tall + 14, "text-anchor": "middle", class: "ink" }, outputText(this.task, k)),
        svg("text", { x: k * wide + wide / 2, y: tall + 30, "text-anchor": "middle", class: "ink" }, mark),
      ];
    });
    const says = `Logits: the net says ${outputText(this.task, said)} (${shortNumber(logits[said])})${right === 255 ? "" : `, right is ${outputText(this.task, right)} (${shortNumber(logits[right])})`}`;
    const picture = svg(
      "svg",
      { viewBox: `0 0 ${classes * wide} ${tall + 36}`, width: classes * wide, role: "img", "aria-label": says },
      ...parts,
    );
    return html(
      "figure",
      {},
      html("div", { class: "quiet" }, `logits of the answers; ${says.slice(8)}`),
      html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Logits" }, picture),
    );
  }

  pathTo(step) {
    const from = Math.max(0, step + 1 - PATH_STEPS);
    return this.run.states.slice(from, step + 1).map((state) => this.placed(state));
  }

  handleAt(step) {
    if (step < 0) return null;
    const move = (dx, dy) => this.poke((state) => movedState(state, this.portrait.axes, [dx, dy]));
    return { at: this.placed(this.run.states[step]), move };
  }

  placed(state) {
    return this.portrait.axes.map((axis) =>
      axis.reduce((sum, weight, i) => sum + weight * (state[i] - this.portrait.centre[i]), 0),
    );
  }

  // poking

  poke(change) {
    const step = this.model.at - 1;
    if (step < 0) {
      this.pokeSaid.textContent = "Go to a step first: before it all units are 0.";
      return;
    }
    const focused = this.portraitPlace.contains(document.activeElement);
    const state = change(this.run.states[step]);
    const after = this.net.run(this.asked.symbols.slice(step + 1), { from: state });
    this.use(joinedRun(this.run, step, state, this.net, after));
    this.model.poked = step;
    this.undo.disabled = false;
    this.sayPoke(step);
    this.strip.draw();
    this.drawStep();
    this.sayAnswer();
    if (focused) this.portraitPlace.querySelector(".handle")?.focus();
  }

  sayPoke(step) {
    let wrong = -1;
    for (let t = step + 1; t < this.model.steps && wrong < 0; t += 1) if (this.isRight(t) === false) wrong = t;
    const reading = this.reading(step);
    const names = this.model.names;
    const read = reading
      ? ` The state reads as ${reading.state < 0 ? "no state at all" : `“${names[reading.state]}”`}, which ${this.alike(reading.state, this.model.wanted[step]) ? "is right" : `should be “${names[this.model.wanted[step]]}”`}.`
      : "";
    const fate =
      step + 1 >= this.model.steps
        ? "No steps follow it."
        : wrong < 0
          ? "All later answers are right: it survived."
          : `It did not survive: the answer is wrong from step ${(wrong + 1).toLocaleString("en")} on.`;
    this.pokeSaid.textContent = `Poked after step ${(step + 1).toLocaleString("en")}.${read} ${fate}`;
  }

  unpoke() {
    this.use(this.original);
    this.model.poked = -1;
    this.undoneLabel();
    this.strip.draw();
    this.drawStep();
    this.sayAnswer();
  }

  undoneLabel() {
    if (!this.undo) return;
    this.undo.disabled = true;
    this.pokeSaid.textContent = "";
  }
}

/** The first portrait whose plane is known, or null. */
function portraitOf(explanation) {
  return explanation?.portraits.find((each) => each.axes?.length) ?? null;
}

function joinedRun(run, step, state, net, after) {
  const classes = net.classes;
  const logits = Float32Array.from(run.logits);
  const outputs = Uint8Array.from(run.outputs);
  const here = net.logits(state);
  logits.set(here, step * classes);
  outputs[step] = net.argmax(here);
  logits.set(after.logits, (step + 1) * classes);
  outputs.set(after.outputs, step + 1);
  return { states: [...run.states.slice(0, step), state, ...after.states], logits, outputs };
}

function mistakeOrRight(numbers, answer, expected) {
  if (expected === null) return `answered ${shortened(answer)}`;
  return answer === expected ? `${shortened(answer)}, right` : mistakeWords({ numbers, answer, expected });
}

function answerParts(name, asked, own, right, wrong, poked) {
  const start = `${name} ${asked} → `;
  const said = html("span", { class: right === null ? "mono" : own === right ? "mono right" : "mono wrong" }, shortened(own, 60));
  const note = poked ? " (after a poke)" : "";
  if (right === null) return [start, said, note];
  if (own === right) return [start, said, " ✓ right", note];
  return [
    start,
    said,
    ` ✗ wrong, should be `,
    html("span", { class: "mono" }, shortened(right, 60)),
    wrong < 0 ? "" : `; the first wrong step is ${(wrong + 1).toLocaleString("en")}`,
    note,
  ];
}
