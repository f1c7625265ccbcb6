// Controls that play the steps of a word, one after the other, at a chosen speed.

import { html } from "./dom.js";
import { grouped } from "./grouped.js";

const SPEEDS = [2, 4, 8, 16, 32, 60]; // steps a second; 60 is one step for each picture of a usual screen
const FIRST_SPEED = 2; // index into SPEEDS

/** Steps that one picture may catch up when the browser draws slowly. */
const MOST_CATCH_UP = 8;

/** Milliseconds of delay after which the clock starts again instead of catching up (after a hidden tab, for example). */
const LONG_DELAY = 500;

/**
 * The controls. `steps` is set from outside; `onMove(done)` is called with the number of steps done after every move, `onStop()` when
 * the steps stand still.
 */
export class Playback {
  constructor(id, { onMove, onStop }) {
    this.onMove = onMove;
    this.onStop = onStop;
    this.steps = 0;
    this.done = 0;
    this.playing = false;
    this.button = html("button", { type: "button", onclick: () => this.toggle() }, "Play");
    this.slider = this.makeSlider(`${id}-step`);
    this.speed = html("input", { type: "range", min: "0", max: SPEEDS.length - 1, value: FIRST_SPEED, id: `${id}-speed` });
    this.position = html("output", { class: "quiet", for: this.slider.id });
    this.element = this.makeRow();
  }

  makeSlider(id) {
    const oninput = () => this.goTo(Number(this.slider.value));
    return html("input", { type: "range", min: "0", max: "1", value: "0", step: "1", id, oninput });
  }

  makeRow() {
    const jump = (text, label, target) =>
      html("button", { type: "button", "aria-label": label, onclick: () => this.goTo(target()) }, text);
    return html(
      "div",
      { class: "row unprinted" },
      this.button,
      jump("|◀", "To the start", () => 0),
      jump("◀", "One step back", () => this.done - 1),
      jump("▶", "One step on", () => this.done + 1),
      jump("▶|", "To the end", () => this.steps),
      html("div", { class: "field grow" }, html("label", { for: this.slider.id }, "Step"), this.slider),
      html("div", { class: "field" }, html("label", { for: this.speed.id }, "Speed"), this.speed),
      this.position,
    );
  }

  /** Takes a word of so many steps, none of them done. */
  load(steps) {
    this.steps = steps;
    this.done = 0;
    this.slider.max = String(steps);
    this.slider.value = "0";
  }

  toggle() {
    if (this.playing) this.stop();
    else this.play();
  }

  /** Plays on from the present step, or from the start where all steps are done. */
  play() {
    if (this.done >= this.steps) this.goTo(0);
    this.playing = true;
    this.button.textContent = "Pause";
    let due = performance.now();
    const tick = (now) => {
      if (!this.playing) return;
      const period = 1000 / SPEEDS[Number(this.speed.value)];
      const count = Math.min(MOST_CATCH_UP, now < due ? 0 : Math.floor((now - due) / period) + 1);
      due += count * period;
      if (now > due + LONG_DELAY) due = now;
      if (count) this.move(this.done + count);
      if (this.done >= this.steps) this.stop();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Stands still at the present step. */
  stop() {
    this.playing = false;
    this.button.textContent = "Play";
    this.onStop();
  }

  /** Goes to the state after so many steps and stands still there. */
  goTo(done) {
    this.move(done);
    this.stop();
  }

  move(done) {
    this.done = Math.min(Math.max(done, 0), this.steps);
    this.slider.value = String(this.done);
    this.position.textContent = `${grouped(this.done)} of ${grouped(this.steps)}`;
    this.onMove(this.done);
  }
}
