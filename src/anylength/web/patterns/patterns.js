// The page of patterns: type one; a net learns it, and is proved right on every word; then try to break it.

import { Stepper } from "../learning/stepper.js";
import { isTable, machineOfTable } from "../learning/transition-table.js";
import { machineOfPattern } from "../learning/machines.js";
import { randomSymbols } from "../learning/random-symbols.js";
import { hashValues, setHashValues } from "../shared/address-hash.js";
import { html, refill } from "../shared/dom.js";
import { BadInput, quotedText } from "../shared/errors.js";
import { JobWorker } from "../site/job-worker.js";
import { removeStartNote } from "../shared/start-note.js";
import { currentColours, themeSwitch } from "../shared/theme.js";
import { takeAway } from "../site/take-away.js";
import { timeWords } from "../shared/time-words.js";
import { arrowTable } from "./arrow-table.js";
import { BreakPanel } from "./break-panel.js";
import { checkAt, drawChecks } from "./checks.js";
import { axisOf, axisBetween, axisOfBoth, clearestPair } from "./coordinates.js";
import { EXAMPLES } from "./examples.js";
import { Film } from "./film.js";
import { hasFixedPlaces } from "./fixed-places.js";
import { namedMachine } from "../learning/named-machines.js";
import { RandomWord } from "./random-word.js";
import { drawStage } from "./stage.js";
import { hintFor, keysOf, symbolsOf } from "./typed-word.js";
import { VerdictPanel } from "./verdict-panel.js";
import { Walk } from "./walk.js";

const MOST_STATES = 26;
const COLOURS = {
  yes: "--s1", no: "--muted", plain: "--s5", closed: "--good", open: "--bad", point: "--warm", ink: "--ink", card: "--card",
  line: "--line",
};
const TYPING_PAUSE = 150; // milliseconds before a pattern that is being typed is learned
const TIMES = { film: 6000, tightening: 700, turn: 600, breaking: 350, longest: 100 };
const FIRST_WORD = 9; // symbols of the word that the page reads by itself
const FIRST_WORD_AFTER = 1200;

const element = (id) => document.getElementById(id);
const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;

class PatternsPage {
  constructor() {
    removeStartNote();
    this.data = JSON.parse(element("data").textContent);
    this.panel = new VerdictPanel(element("scene"));
    this.breaking = new BreakPanel((values) => this.breakIt(values));
    this.worker = new JobWorker("patterns-worker.js", (answer) => this.hear(answer), (message) => this.lost(message));
    Object.assign(this, { number: 0, seed: 1, shown: null, lastTime: performance.now() });
    this.takeColours();
    themeSwitch(element("theme"), () => this.takeColours());
    this.wire();
    window.addEventListener("hashchange", () => this.beginFromAddress());
    this.beginFromAddress();
    requestAnimationFrame((now) => this.tick(now));
  }

  /** The pattern and the seed of the address. */
  beginFromAddress() {
    const [wanted, seed] = [hashValues("p")[0] ?? EXAMPLES[0][1], Number(hashValues("seed")[0])];
    this.seed = Number.isSafeInteger(seed) && seed > 0 ? seed : 1;
    element("pattern").value = wanted;
    this.begin(wanted);
  }

  takeColours() {
    const values = currentColours(Object.values(COLOURS));
    const style = getComputedStyle(document.documentElement);
    const named = Object.entries(COLOURS).map(([name, variable]) => [name, `rgb(${values[variable].join(" ")})`]);
    this.colours = { ...Object.fromEntries(named), mono: style.getPropertyValue("--mono"), sans: style.getPropertyValue("--sans") };
  }

  wire() {
    for (const [name, pattern, about] of EXAMPLES) {
      const choose = () => {
        element("pattern").value = pattern;
        this.begin(pattern);
      };
      const attributes = { type: "button", class: "chip", title: about, "data-pattern": pattern, onclick: choose };
      element("examples").append(html("button", attributes, name));
    }
    let pause;
    element("form").onsubmit = (event) => {
      event.preventDefault();
      clearTimeout(pause);
      this.seed += this.shown?.pattern === element("pattern").value ? 1 : 0; // the same again: another net
      this.begin(element("pattern").value);
    };
    element("pattern").oninput = () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.begin(element("pattern").value), TYPING_PAUSE);
    };
    element("word").oninput = () => this.readTyped();
    element("random").onclick = () => this.readRandom();
    element("again").onclick = () => this.playAgain();
    const checks = element("checks");
    checks.onmousemove = (event) => this.hoverCheck(event);
    checks.onmouseleave = () => this.shown && (this.shown.hovered = null);
    checks.onclick = (event) => this.turnTo(checkAt(checks, event, this.shown).unit);
    const stage = element("stage");
    stage.onmousemove = (event) => this.hoverBox(event);
    stage.onmouseleave = () => this.shown && (this.shown.hoveredState = null);
    stage.onclick = (event) => this.hoverBox(event); // a touch
  }

  /** Starts to learn a pattern, or a task by its name. */
  begin(text) {
    const pattern = text.trim();
    let machine;
    element("error").textContent = "";
    try {
      machine = this.machineOf(pattern);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      element("error").textContent = error.message;
      this.leave();
      return;
    }
    for (const chip of element("examples").children) chip.setAttribute("aria-pressed", String(chip.dataset.pattern === pattern));
    setHashValues("p", [pattern]);
    setHashValues("seed", this.seed > 1 ? [String(this.seed)] : []);
    this.number += 1;
    this.shown = { run: this.number, pattern, machine, film: new Film(isCalm ? 1 : TIMES.tightening), born: performance.now(), proved: null, dealt: false, isTouched: false };
    this.clearAfter();
    element("stage").setAttribute("aria-label", `A picture of the boxes and arrows for ${pattern}. The table below says the same.`);
    this.worker.instead({ kind: "learn", run: this.number, machine, seed: this.seed });
  }

  /** The text is no pattern: the verdict on the net before is withdrawn, and the picture of that net fades. */
  leave() {
    const { shown } = this;
    if (!shown) return;
    shown.isFailed = true;
    this.clearAfter();
    this.panel.withdraw(`The picture is about the pattern ${quotedText(shown.pattern)}. Correct the text above to go on.`);
  }

  /**
   * The machine of a text.
   * @throws {BadInput}
   */
  machineOf(text) {
    const machine = namedMachine(text, this.data) ?? (isTable(text) ? machineOfTable(text) : machineOfPattern(text));
    const states = machine.names.length;
    if (states <= MOST_STATES) return machine;
    throw new BadInput(`a machine of up to ${MOST_STATES} states`, `${states}`, "take a smaller pattern");
  }

  /** Takes away what is about an earlier net. */
  clearAfter() {
    Object.assign(this.shown, { walk: null, random: null, broken: null, hovered: null, hoveredState: null });
    this.breaking.reset();
    element("word").value = "";
    refill(element("tape"));
    refill(element("keys"));
    const { machine } = this.shown;
    const answers = machine.accepting ? "It answers yes or no." : "";
    element("box-key").textContent = hasFixedPlaces(machine) ? `${answers} Drawn equally large: point at one to see its arrows alone.` : answers;
    element("after").inert = true;
    element("after").dataset.off = "";
  }

  hear(answer) {
    const { shown } = this;
    if (answer.run !== shown.run) return;
    if (answer.kind === "frame") {
      shown.film.add(answer.frame);
      shown.units = answer.frame.boxes.low.length / shown.machine.names.length;
    } else if (answer.kind === "retry") shown.film.clear();
    else if (answer.kind === "failed") this.failed();
    else if (answer.kind === "broken") this.hearBroken(answer);
    else this.hearProved(answer);
  }

  hearProved(answer) {
    const { shown } = this;
    Object.assign(shown, { proved: answer, units: answer.net.units });
    shown.stepper = new Stepper({ ...answer.net, machine: shown.machine });
    const { machine, units, film } = shown;
    film.finish(answer.frame, clearestPair(answer.boxes, machine.names.length, units), units);
    document.body.dataset.proved = String(answer.run);
    film.skip(); // the proof comes first; the film is played on demand
  }

  failed() {
    this.shown.isFailed = true;
    this.panel.say("lost", "NOT PROVED", "No net of this size was proved. Press Learn to try again.");
  }

  lost(message) {
    this.shown.isFailed = true;
    this.panel.say("lost", "STOPPED", `The worker that learns could not go on: ${message}. Press Learn to try again.`);
  }

  tick(now) {
    requestAnimationFrame((next) => this.tick(next));
    const time = Math.max(0, Math.min(TIMES.longest, now - this.lastTime));
    this.lastTime = now;
    const { shown } = this;
    if (!shown?.film.frames.length || shown.isFailed) return;
    if (!shown.proved && now - shown.born < 300) return; // most nets are proved by then
    if (shown.proved) shown.film.advance(time);
    if (shown.film.isShown && !shown.dealt) this.showProved();
    const scene = this.sceneAt(now, time);
    if (!shown.film.isShown) this.showLearning(scene);
    shown.boxes = drawStage(element("stage"), scene, this.colours);
    drawChecks(element("checks"), scene, this.colours);
  }

  sceneAt(now, time) {
    const { shown } = this;
    const scene = {
      machine: shown.machine, units: shown.units, lit: [], state: null, travel: null, ghost: null, dots: [], axesBefore: null, turn: 1,
      ...shown.film.picture(shown.units),
    };
    if (shown.broken) this.addBreaking(scene, now);
    if (shown.turn) {
      const turn = Math.min(1, (now - shown.turn.started) / (isCalm ? 1 : TIMES.turn));
      Object.assign(scene, { axesBefore: shown.turn.axes, turn: turn * turn * (3 - 2 * turn) });
      if (turn === 1) shown.turn = null;
    }
    shown.axes = scene.axes;
    if (shown.walk) {
      Object.assign(scene, shown.walk.advance(isCalm ? 1e6 : time));
      shown.walk.markTape();
    }
    if (shown.random) this.addRandom(scene, now);
    this.addHovered(scene, now);
    return scene;
  }

  /** From what was shown to the broken net's boxes. */
  addBreaking(scene, now) {
    const { from, to, started } = this.shown.broken;
    const share = Math.min(1, (now - started) / (isCalm ? 1 : TIMES.breaking));
    const axes = scene.axes.map((axis) => {
      const [a, b] = [axisOf(from, scene.units, axis.unit), axisOf(to, scene.units, axis.unit)];
      return axisBetween(axisOfBoth(axis, a), axisOfBoth(axis, b), share);
    });
    Object.assign(scene, { from, to, share, axes });
  }

  addRandom(scene, now) {
    const { random } = this.shown;
    const until = isCalm ? Infinity : now;
    scene.dots = random.dotsAt(until, scene.axes);
    if (random.isSaid) return;
    refill(element("tape"), random.words());
    random.isSaid = random.isDone;
  }

  addHovered(scene, now) {
    const { hovered, hoveredState, machine } = this.shown;
    const width = machine.symbols.length;
    if (typeof hovered === "number") {
      scene.lit = [hovered];
      scene.ghost = { pair: hovered, share: Math.min(1, (now % 1600) / 1100) };
    } else if (typeof hoveredState === "number") {
      scene.lit = Array.from({ length: width }, (_, symbol) => hoveredState * width + symbol);
    }
  }

  hoverCheck(event) {
    const { shown } = this;
    if (shown?.proved) shown.hovered = checkAt(element("checks"), event, shown).pair;
  }

  hoverBox(event) {
    const { shown } = this;
    if (!shown?.boxes || !shown.proved) return;
    const { left, top } = element("stage").getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const state = shown.boxes.findIndex((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
    shown.hoveredState = state < 0 ? null : state;
  }

  showLearning({ from, to, share }) {
    const frame = share < 0.5 ? from : to;
    this.panel.open(frame.open, this.shown.machine.delta.length);
    this.panel.learning(Math.round(from.updates + share * (to.updates - from.updates)));
  }

  /** The verdict, which the worker's checker has given, when the film is at its end. */
  showProved() {
    const { shown } = this;
    const { machine, proved } = shown;
    shown.dealt = true;
    this.sayProved();
    element("after").inert = false;
    delete element("after").dataset.off;
    element("caption").textContent = "Click a column to look along it.";
    element("word").placeholder = hintFor(machine);
    refill(element("keys"), ...keysOf(machine, (symbol) => this.press(symbol)));
    refill(element("take-away"), takeAway(proved.files));
    refill(element("arrows"), arrowTable(machine));
    setTimeout(() => {
      if (this.shown === shown && !shown.isTouched) this.read(randomSymbols(machine, FIRST_WORD));
    }, FIRST_WORD_AFTER);
  }

  sayProved() {
    const { machine, pattern, proved, film } = this.shown;
    const { updates, learning, checking } = proved.effort;
    const times = film.length / learning;
    const slower = times < 2 ? "" : `, shown ${Math.round(times)} times slower`;
    this.panel.open(0, machine.delta.length);
    const detail = `Learned by ${updates} updates in ${timeWords(learning)}${slower}; the proof was checked in ${timeWords(checking)}.`;
    const claim = `${quotedText(pattern)}: right on every word of every length`;
    this.panel.say("proved", "PROVED", claim, detail);
  }

  /** The word in the field, as far as it is one. */
  readTyped() {
    const { shown } = this;
    shown.isTouched = true;
    try {
      return this.read(symbolsOf(element("word").value, shown.machine));
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      shown.walk = null;
      return refill(element("tape"), html("p", { class: "message" }, error.message));
    }
  }

  /** One symbol more. */
  press(symbol) {
    element("word").value = `${element("word").value.trim()} ${symbol}`.trim();
    this.readTyped();
  }

  read(symbols, shakes = null) {
    const { shown } = this;
    const stepper = shown.broken?.stepper ?? shown.stepper;
    shown.walk = new Walk(stepper, symbols, shakes).continueFrom(shown.broken ? null : shown.walk);
    shown.random = null;
    refill(element("tape"), shown.walk.tape());
  }

  readRandom() {
    const { shown } = this;
    const { stepper, bounds, noise } = shown.broken ?? { stepper: shown.stepper, bounds: shown.proved.boxes, noise: 0 };
    Object.assign(shown, { isTouched: true, walk: null, random: new RandomWord(stepper, bounds, noise) });
  }

  /** Looks along another coordinate. */
  turnTo(unit) {
    const { shown } = this;
    if (!shown?.proved) return;
    shown.turn = { axes: shown.axes, started: performance.now() };
    shown.film.lookAlong(clearestPair(shown.proved.boxes, shown.machine.names.length, shown.units, unit), shown.units);
  }

  playAgain() {
    const { shown } = this;
    if (!shown?.proved) return;
    this.clearAfter();
    shown.dealt = false;
    shown.film.restart(isCalm ? 1 : TIMES.film);
  }

  breakIt({ noise, harm }) {
    const { shown } = this;
    Object.assign(shown, { isTouched: true, walk: null, random: null });
    shown.film.skip();
    refill(element("tape"));
    if (noise || harm) return this.worker.ask({ kind: "break", run: shown.run, noise, harm });
    shown.broken = null;
    return this.sayProved();
  }

  hearBroken({ noise, harm, net, boxes, isProved, word, frame }) {
    const { shown } = this;
    const wanted = this.breaking.values();
    if (wanted.noise !== noise || wanted.harm !== harm) return; // the slider has moved on
    const stepper = new Stepper({ ...net, machine: shown.machine });
    const from = shown.broken?.to ?? shown.proved.frame;
    shown.broken = { stepper, bounds: boxes, noise, from, to: frame, started: performance.now() };
    this.panel.open(frame.open, shown.machine.delta.length);
    const claim = noise ? "right on every word, under any noise up to this size" : "with these weights, too";
    if (isProved) this.panel.say("proved", "STILL PROVED", claim);
    else if (word) this.sayBroken(word, noise);
    else this.panel.say("lost", "PROOF LOST", "No wrong word has been found. It may still be right; nobody knows.");
  }

  sayBroken({ symbols, said, right, shakes }, noise) {
    const { machine } = this.shown;
    const word = symbols.map((symbol) => machine.symbols[symbol]).join(machine.tapes > 1 ? " " : "");
    const shown = word.length > 14 ? `a word of ${symbols.length} symbols` : word;
    const detail = `${machine.labels[right]} is right.${noise ? " The noise is chosen against the net." : ""}`;
    this.panel.say("broken", "BROKEN", `It says ${machine.labels[said]} to ${shown}.`, detail);
    this.read(symbols, shakes);
  }
}

new PatternsPage();
