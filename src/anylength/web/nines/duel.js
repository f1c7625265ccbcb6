// Two nets side by side that read the same number, again and again.

import { answered } from "./counting.js";
import { planeOf } from "./plane.js";
import { PlaneView } from "./plane-view.js";
import { html, refill } from "../shared/dom.js";

const WHOLE = 3600; // milliseconds of a number
const [SLOWEST, FASTEST] = [420, 70]; // of a digit
const PAUSE = 2600; // at the end

export class Duel {
  /** @param {{nets: object[], sides: HTMLElement[], isCalm: boolean}} options */
  constructor({ nets, sides, isCalm }) {
    this.isCalm = isCalm;
    this.sides = sides.map((element, number) => ({
      net: nets[number],
      view: new PlaneView(element.querySelector("canvas"), isCalm),
      lines: new NumberLines(element.querySelector(".number-lines")),
      said: element.querySelector(".duel-said"),
      element,
    }));
    for (const side of this.sides) this.take(side);
    this.pictures = new PictureClock(sides[0].parentElement);
  }

  takeColours(colours) {
    for (const { view } of this.sides) view.takeColours(colours);
  }

  /** Puts another net into a place. */
  replace(number, net) {
    const side = this.sides[number];
    side.net = net;
    this.take(side);
    this.load(this.count);
  }

  /** Draws the plane of a side's net, and says what is in the picture. */
  take({ net, view, element }) {
    view.take(net, planeOf(net));
    const places = view.ends.map(({ remembers }) => (remembers ? "carry" : "no carry")).join(" and ");
    const label = `${element.querySelector("h2 span").textContent}: its states in a plane. In the end nines bring them to ${places}.`;
    element.querySelector("canvas").setAttribute("aria-label", label);
  }

  /** Both nets read so many nines, from the start. */
  load(count) {
    Object.assign(this, { count, clock: 0, steps: count + 1 });
    for (const side of this.sides) {
      side.reading = answered(side.net, count);
      side.lines.load(side.reading);
    }
    if (this.isCalm) this.clock = this.length;
    this.show();
  }

  get pace() {
    return Math.max(FASTEST, Math.min(SLOWEST, WHOLE / this.steps));
  }

  get length() {
    return this.pace * this.steps;
  }

  /** Goes on; after a pause it starts again. */
  tick(now) {
    const time = this.pictures.timeAt(now);
    if (time === null) return;
    if (!this.isCalm) {
      this.clock += time;
      if (this.clock > this.length + PAUSE) this.clock = 0;
    }
    this.show(time);
  }

  show(time = 0) {
    const at = Math.min(this.steps, this.clock / this.pace);
    const step = Math.min(this.steps - 1, Math.floor(at));
    for (const { view, lines, reading, said, element } of this.sides) {
      const isOver = at >= this.steps;
      const share = isOver ? 1 : at - step;
      lines.show(isOver ? this.steps : step);
      const isWrong = reading.lost !== null && step + share >= reading.lost && this.clock > 0;
      view.draw(time, { states: reading.states.slice(1, -1), step: step - 1, share, isWrong }); // from the first nine to the last
      const words = this.wordsOf(reading, isOver, isWrong, Math.min(step, this.count));
      if (said.textContent !== words) said.textContent = words;
      element.dataset.outcome = isOver ? (reading.right ? "right" : "wrong") : "";
    }
  }

  wordsOf({ right, lost }, isOver, isWrong, read) {
    if (isOver) return right ? "Right." : lost === null ? "Wrong." : `Wrong: it forgot the carry after ${lost} nines.`;
    const nines = read === 1 ? "1 nine" : `${read} nines`;
    return isWrong ? `After ${nines} the carry is forgotten.` : `After ${nines} it remembers the carry.`;
  }
}

// A number and the net's answer below it, the digit that is read marked, wrong digits marked.

const DIGIT_SHARE = 0.64; // of the height of a digit, its width
const [LEAST_SIZE, MOST_SIZE] = [6, 22];

class NumberLines {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
  }

  /** Takes a reading; its digits are shown as people write them. */
  load({ word, answer, isRight }) {
    const size = Math.min(MOST_SIZE, Math.max(LEAST_SIZE, this.element.clientWidth / (word.length + 1) / DIGIT_SHARE));
    this.element.style.fontSize = `${size}px`;
    const cells = (digits, kind) => digits.map((digit, step) => html("span", { class: kind(step) }, String(digit))).reverse();
    this.read = cells(word, (step) => (step === word.length - 1 ? "digit leading" : "digit"));
    this.said = cells(answer, (step) => (isRight[step] ? "digit" : "digit wrong"));
    refill(this.element, html("div", { class: "digits" }, ...this.read), html("div", { class: "digits said" }, ...this.said));
    const wrong = isRight.filter((own) => !own).length;
    const verdict = wrong ? `wrong in ${wrong} ${wrong === 1 ? "digit" : "digits"}` : "right";
    this.element.setAttribute("aria-label", `${word.length - 1} nines. The answer is ${verdict}.`);
  }

  /** Shows the answers of the first steps, and marks the digit that is read. */
  show(steps) {
    const last = this.read.length - 1;
    this.read.forEach((cell, at) => cell.classList.toggle("now", last - at === steps - 1));
    this.said.forEach((cell, at) => cell.classList.toggle("hidden", last - at >= steps));
  }
}

// When a moving picture is drawn again: some thirty times a second, while it is in sight.

const [LEAST_PAUSE, MOST_PAUSE] = [30, 100]; // milliseconds between two pictures

class PictureClock {
  /** @param {HTMLElement} element what must be in sight */
  constructor(element) {
    [this.last, this.isSeen] = [performance.now(), false];
    new IntersectionObserver((entries) => (this.isSeen = entries.at(-1).isIntersecting)).observe(element);
  }

  /** Milliseconds since the last picture; null where none is due. */
  timeAt(now) {
    if (!this.isSeen || now - this.last < LEAST_PAUSE) return null;
    const time = Math.min(MOST_PAUSE, now - this.last);
    this.last = now;
    return time;
  }
}
