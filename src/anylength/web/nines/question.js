// One number put to two nets: their answers, digit by digit, and their states while they read its nines.

import { html, refill } from "../shared/dom.js";
import { asked } from "./counting.js";
import { planeOf } from "./plane.js";
import { PlaneView } from "./plane-view.js";

const MOST_WRITTEN = 24; // digits of a number that is written out in a sentence

export class Question {
  /** @param {{nets: object[], sides: {answer: HTMLElement, plane: HTMLElement}[]}} options each side has a net */
  constructor({ nets, sides }) {
    this.isZoomed = false;
    this.sides = sides.map(({ answer, plane }, at) => ({ net: nets[at], answer, plane, view: new PlaneView(plane.querySelector("canvas")) }));
  }

  /** Puts a number to both nets. */
  ask(number) {
    this.number = number;
    for (const side of this.sides) this.answerOf(side);
  }

  /** Puts another net into a place; it is asked the same number. */
  replace(at, net) {
    Object.assign(this.sides[at], { net, isTaken: false });
    this.answerOf(this.sides[at]);
    this.draw();
  }

  answerOf(side) {
    const { answer, number } = { ...side, number: this.number };
    const reading = asked(side.net, number);
    side.reading = reading;
    const digits = shownDigits(reading);
    const wrong = digits.filter(({ isRight }) => !isRight).length;
    const cells = digits.map(({ digit, isRight }) => html("span", { class: isRight ? "digit" : "digit wrong" }, String(digit)));
    const line = answer.querySelector(".answer");
    refill(line, ...cells);
    line.setAttribute("aria-label", digits.map(({ digit }) => digit).join(""));
    const right = String(BigInt(number) + 1n);
    const told = right.length > MOST_WRITTEN ? `${wrong} of its digits ${wrong === 1 ? "is" : "are"} not right` : `${right} is right`;
    answer.querySelector(".answer-said").textContent = wrong ? `Wrong: ${told}.` : "Right.";
    answer.dataset.outcome = wrong ? "wrong" : "right";
  }

  takeColours(colours) {
    for (const { view } of this.sides) view.takeColours(colours);
    this.draw();
  }

  /** Draws the states of both nets, each in a task of its own. */
  draw() {
    for (const side of this.sides) setTimeout(() => this.drawSide(side));
  }

  drawSide(side) {
    const { net, view, plane, reading } = side;
    if (!side.isTaken) view.take(net, planeOf(net));
    side.isTaken = true;
    const words = carryWords(reading);
    plane.querySelector(".plane-said").textContent = words;
    const ends = view.endsOf(reading.front).map(({ remembers }) => (remembers ? "“carry”" : "“no carry”")).join(" and ");
    view.canvas.setAttribute("aria-label", `The net’s states in a plane. ${words} In the end nines bring states to ${ends}.`);
    view.draw(reading, this.isZoomed);
  }
}

/** The digits of an answer as people write them: as many as the right answer has, or more if the net says more. */
function shownDigits({ answer, right, isRight }) {
  const length = Math.max(1 + right.findLastIndex(Boolean), 1 + answer.findLastIndex(Boolean));
  return answer.slice(0, length).map((digit, at) => ({ digit, isRight: isRight[at] })).reverse();
}

function carryWords({ nines, lost, front }) {
  if (!nines) return "The number does not end with a 9: there is no carry to remember.";
  const count = (many) => (many === 1 ? "one nine" : `${many} nines`);
  const before = ` with ${front} in front`;
  return lost === null ? `After ${count(nines)}${before} it remembers the carry.` : `After ${count(lost)}${before} it has forgotten the carry.`;
}
