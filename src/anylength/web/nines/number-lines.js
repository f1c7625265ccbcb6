// A number and the net's answer below it, the digit that is read marked, wrong digits marked.

import { html, refill } from "../shared/dom.js";

const DIGIT_SHARE = 0.64; // of the height of a digit, its width
const [LEAST_SIZE, MOST_SIZE] = [6, 22];

export class NumberLines {
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
