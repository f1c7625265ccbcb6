// One number for all nets of a report: a form above the columns that asks every net at once.

import { exampleButtons, NumberForm } from "../shared/number-form.js";
import { html } from "../shared/dom.js";

/** Digits of a counterexample that is asked at once: longer ones are not played. */
const MOST_FIRST_DIGITS = 400;

/** Whether all nets of a report read the same kind of numbers, so that one form can ask all of them. */
export function readSameNumbers(runs) {
  const nets = runs.filter((run) => run.net).map((run) => run.net.task);
  const kindOf = ({ base, tapes, names }) => JSON.stringify([base, tapes, names]);
  return nets.length > 1 && nets.every((task) => kindOf(task) === kindOf(nets[0]));
}

/** The numbers that all nets are asked first: the first short counterexample, or undefined. */
export function firstCounterexample(runs) {
  const isShort = (numbers) => numbers?.every((text) => text.length <= MOST_FIRST_DIGITS);
  return runs.map((run) => run.verdict?.counterexample).find(isShort);
}

/** The form and examples for viewers without forms of their own. `onAsk(texts)` is called after each question. */
export class SharedNumber {
  constructor(runs, viewers, onAsk) {
    this.viewers = viewers;
    this.onAsk = onAsk;
    const { task } = viewers[0];
    this.form = new NumberForm("shared", task, () => this.ask(this.form.texts));
    const net = { longest: Math.min(...viewers.map((viewer) => viewer.net.longest)) };
    this.element = html(
      "div",
      { class: "shared-number" },
      this.form.element,
      counterexampleButtons(runs, (texts) => this.ask(texts)),
      exampleButtons({ net, task }, (texts) => this.ask(texts)),
    );
    this.form.fill(viewers[0].form.texts);
  }

  /** Puts numbers to every net. */
  ask(texts) {
    this.form.fill(texts);
    for (const viewer of this.viewers) viewer.show(texts, { quiet: true, play: true });
    this.onAsk(texts);
  }
}

function counterexampleButtons(runs, ask) {
  const buttons = runs.map(({ verdict }, i) => verdict?.counterexample && counterexampleButton(verdict.counterexample, i, ask));
  const attributes = { class: "row unprinted", role: "group", "aria-label": "Counterexamples" };
  return buttons.some(Boolean) ? html("div", attributes, ...buttons) : null;
}

function counterexampleButton(numbers, i, ask) {
  const attributes = { type: "button", class: "chip", onclick: () => ask(numbers) };
  return html("button", attributes, `counterexample of net ${i + 1}`);
}
