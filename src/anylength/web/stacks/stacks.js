// The page of stacks: type brackets or a Turing machine; a net with stacks is made for them, and proved; then watch it.

import { hashValues, setHashValues } from "../shared/address-hash.js";
import { html, refill } from "../shared/dom.js";
import { BadInput, quotedText } from "../shared/errors.js";
import { grouped } from "../shared/grouped.js";
import { Playback } from "../shared/playback.js";
import { removeStartNote } from "../shared/start-note.js";
import { themeSwitch } from "../shared/theme.js";
import { timeWords } from "../shared/time-words.js";
import { JobWorker } from "../site/job-worker.js";
import { takeAway } from "../site/take-away.js";
import { STACK_EXAMPLES } from "./examples.js";
import { StackFigure } from "./stack-figure.js";
import { StackNet } from "./stack-net.js";
import { taskOfText } from "./typed-machine.js";

const [LONGEST_WORD, LONGEST_RUN, FIRST_STEPS] = [2_000, 10_000, 200];
const TYPING_PAUSE = 300; // milliseconds
const part = (id) => document.getElementById(id);

class StacksPage {
  constructor() {
    removeStartNote();
    const onDeath = (message) => this.say("none", "", `The worker could not go on: ${message}.`);
    this.worker = new JobWorker("stacks-worker.js", (answer) => this.hear(answer), onDeath);
    Object.assign(this, { run: 0, shown: null });
    this.playback = new Playback("stacks", { onMove: (done) => this.shown.figure.show(this.shown.moments, done), onStop: () => {} });
    const chip = ([name, text]) =>
      html("button", { type: "button", class: "chip", "data-text": text, onclick: () => this.begin(text) }, name);
    part("examples").append(...STACK_EXAMPLES.map(chip));
    let pause;
    part("rules").oninput = () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.begin(part("rules").value), TYPING_PAUSE);
    };
    part("form").onsubmit = (event) => {
      event.preventDefault();
      clearTimeout(pause);
      this.begin(part("rules").value);
    };
    part("word").oninput = () => this.readTyped();
    part("deep").onclick = () => this.readDeep();
    themeSwitch(part("theme"), () => {});
    window.addEventListener("resize", () => this.shown?.figure && this.playback.move(this.playback.done));
    window.addEventListener("hashchange", () => this.beginFromAddress());
    this.beginFromAddress();
  }

  beginFromAddress() {
    this.begin(hashValues("p")[0] ?? STACK_EXAMPLES[0][1], hashValues("w")[0]);
  }

  /** Makes the net of a text. */
  begin(text, word) {
    if (part("rules").value !== text) part("rules").value = text;
    part("error").textContent = "";
    this.leave();
    let task;
    try {
      task = taskOfText(text);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      part("error").textContent = error.message;
      part("scene").hidden = true;
      return this.worker.end();
    }
    part("scene").hidden = false;
    for (const chip of part("examples").children) chip.setAttribute("aria-pressed", String(chip.dataset.text === text));
    setHashValues("p", text === STACK_EXAMPLES[0][1] ? [] : [text]);
    setHashValues("w", word ? [word] : []);
    this.run += 1;
    this.shown = { run: this.run, task, word };
    this.say("", "", "Making the net and its proof …");
    return this.worker.instead({ kind: "make", run: this.run, task });
  }

  /** Nothing is shown of the net before. */
  leave() {
    this.playback.stop();
    this.shown = null;
    this.say("none", "", "");
    part("after").inert = true;
    part("after").dataset.off = "";
    for (const id of ["take-away", "boxes", "deep-said", "word-error"]) refill(part(id));
  }

  say(kind, head, text, detail = "") {
    part("scene").dataset.verdict = kind;
    const stamp = head && html("strong", { class: "big-stamp" }, head);
    refill(part("said"), stamp || null, stamp ? " " : null, html("span", {}, text), detail ? html("small", {}, detail) : null);
  }

  hear(answer) {
    if (answer.run !== this.shown?.run) return;
    if (answer.kind === "deep") this.sayDeep(answer);
    else if (answer.proved) this.showProved(answer.proved);
    else this.say("lost", "NO PROOF", "No proof was found for this net.");
  }

  showProved({ net, noise, formats, effort, steps, boxes, files }) {
    const { task, word } = this.shown;
    const running = new StackNet({ net, machine: task.machine });
    Object.assign(this.shown, { net: running, figure: new StackFigure(task, running, this.playback.element) });
    const exact = "for exact arithmetic (float32 may round a net of this size by more)";
    const arithmetic = formats.length ? `for ${formats.join(" and ")}` : exact;
    const detail =
      `A net of ${running.units} units, made from the rules in ${timeWords(effort.making)}. The ${grouped(steps)} steps that any word ` +
      `can lead to were checked with exact integers in ${timeWords(effort.checking)}: ${arithmetic}, and under noise of ` +
      `${noise.toPrecision(2)} in every unit at every step.`;
    this.say("proved", "PROVED", `${task.claim}.`, detail);
    part("boxes").textContent = `So ${boxes.nodes} boxes hold all that the units can be, and ${boxes.letters} all that can lie on a stack.`;
    part("after").inert = false;
    delete part("after").dataset.off;
    part("word").setAttribute("aria-label", task.isTape ? "How many steps the machine does" : "A word for the net");
    part("word").inputMode = task.isTape ? "numeric" : "text";
    part("word").value = word ?? task.word;
    part("deep").textContent = task.isTape ? "Run 100,000 steps" : "A word of 100,000 symbols";
    refill(part("figure"), this.shown.figure.element);
    refill(part("take-away"), takeAway(files));
    if (task.isTape && !word) part("word").value = String(stepsToHalt(running));
    this.read({ isFirst: true });
  }

  readTyped() {
    setHashValues("w", [part("word").value]);
    this.read({ isFirst: false });
  }

  /** Reads the word of the field: the page's first one up to its middle. */
  read({ isFirst }) {
    const { net, task } = this.shown;
    part("word-error").textContent = "";
    let symbols;
    try {
      symbols = symbolsTyped(part("word").value.trim(), task);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      part("word-error").textContent = error.message;
      return;
    }
    const moments = [net.start()];
    for (const symbol of symbols) moments.push(net.step(moments.at(-1), symbol));
    this.shown.moments = moments;
    this.playback.load(symbols.length);
    this.playback.goTo(isFirst ? Math.ceil(symbols.length / 2) : symbols.length); // in the middle, where the stack holds something
  }

  readDeep() {
    part("deep").disabled = true;
    refill(part("deep-said"), "Reading …");
    this.worker.ask({ kind: "deep", run: this.run });
  }

  sayDeep({ steps, deepest, wrong, milliseconds }) {
    part("deep").disabled = false;
    const rights = wrong ? `${grouped(wrong)} steps were wrong` : "every answer right, every gate exactly 0 or 1";
    const what = `${grouped(steps)} steps in float32, a stack up to ${grouped(deepest)} deep`;
    refill(part("deep-said"), `${what}: ${rights}. It took ${timeWords(milliseconds)}.`);
  }
}

/** The symbols of a typed word, or as many steps as are typed. */
function symbolsTyped(text, task) {
  if (task.isTape) {
    if (/^\d{1,9}$/.test(text) && Number(text) <= LONGEST_RUN) return Array(Number(text)).fill(0);
    throw new BadInput(`up to ${grouped(LONGEST_RUN)} steps`, quotedText(text), "type a whole number");
  }
  const letters = [...text].filter((letter) => letter.trim());
  const isShort = letters.length <= LONGEST_WORD;
  if (!isShort) throw new BadInput(`up to ${grouped(LONGEST_WORD)} symbols`, grouped(letters.length), "shorten the word");
  return letters.map((letter) => {
    const symbol = task.symbols.indexOf(letter);
    if (symbol < 0) throw new BadInput(`symbols out of ${task.symbols.join(" ")}`, quotedText(letter), "correct the word");
    return symbol;
  });
}

/** After how many steps the net says that the machine has halted; else a first number of steps. */
function stepsToHalt(net) {
  let moment = net.step(net.start(), 0);
  let steps = 1;
  while (!moment.said && steps < FIRST_STEPS) [moment, steps] = [net.step(moment, 0), steps + 1];
  return steps;
}

new StacksPage();
