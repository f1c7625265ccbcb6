// A training as a film: the plane of states, the length curve and the loss, frame by frame, live or played again.

import { filmCurve, filmLoss } from "./film-charts.js";
import { html, refill } from "./dom.js";
import { lengthTitle } from "./run-charts.js";
import { nounsOf } from "./nouns.js";
import { portraitPicture, portraitWords } from "./portrait.js";
import { portraitLegend } from "./portrait-legend.js";
import { secondFixedPoint } from "./film-frames.js";
import { grouped } from "./grouped.js";
import { shortNumber } from "./scales.js";

const FRAME_MILLISECONDS = 90; // a film of 240 frames, the most that a run has, takes 22 seconds

let filmCount = 0;

/**
 * A player. `readsWords` is whether the task reads words of named symbols; `alone` names the inputs that horizons are about. `add` appends a
 * frame; where `live` is set and the last frame is shown, the player follows.
 */
export class FilmPlayer {
  constructor(frames, names, { live = false, alone = "one repeated symbol", readsWords = false } = {}) {
    this.frames = [...frames];
    this.names = names;
    this.live = live;
    this.alone = alone;
    this.nouns = nounsOf(readsWords);
    this.index = Math.max(0, frames.length - 1);
    this.playing = false;
    this.makeControls(`film${(filmCount += 1)}-frame`);
    this.makePlaces();
    this.element = this.layOut();
    this.draw();
  }

  makeControls(id) {
    const oninput = () => this.goTo(Number(this.slider.value));
    this.slider = html("input", { type: "range", min: "0", max: "0", value: "0", id, oninput });
    this.button = html("button", { type: "button", onclick: () => (this.playing ? this.pause() : this.play()) }, "Play the film");
    this.position = html("output", { class: "quiet", for: id });
  }

  makePlaces() {
    this.planePlace = html("div");
    this.curvePlace = html("div");
    this.curveTitle = html("figcaption");
    this.lossPlace = html("div");
    this.planeFigure = html("figure", { class: "portrait" }, html("figcaption", {}, "States and fixed points"), this.planePlace);
    this.words = html("p", { class: "quiet" });
  }

  layOut() {
    const field = html(
      "div",
      { class: "field grow" },
      html("label", { for: this.slider.id }, "Point in the training"),
      this.slider,
    );
    const charts = html(
      "div",
      {},
      html("figure", { class: "chart" }, this.curveTitle, this.curvePlace),
      html("figure", { class: "chart" }, html("figcaption", {}, "Loss by update"), this.lossPlace),
    );
    return html(
      "div",
      { class: "film" },
      html("div", { class: "row unprinted" }, this.button, field, this.position),
      this.words,
      html("div", { class: "beside" }, this.planeFigure, charts),
    );
  }

  /** Appends a frame; one that is known already is left out. */
  add(frame) {
    if (this.frames.length && frame.update <= this.frames.at(-1).update) return;
    const follows = this.live && !this.playing && this.index >= this.frames.length - 1;
    this.frames.push(frame);
    if (follows) this.index = this.frames.length - 1;
    this.drawSoon();
  }

  /** Draws with the browser's next picture: many frames that come together are drawn once. */
  drawSoon() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      this.draw();
    });
  }

  /** Takes what became known of the task: the names of its states, its inputs of one repeated symbol, and whether it reads words. */
  learn({ names, alone, readsWords }) {
    Object.assign(this, { names, alone: alone ?? this.alone, nouns: nounsOf(readsWords) });
    this.draw();
  }

  goTo(index) {
    this.pause();
    this.index = index;
    this.draw();
  }

  play() {
    if (this.frames.length < 2) return;
    if (this.index >= this.frames.length - 1) this.index = 0;
    this.playing = true;
    this.button.textContent = "Pause";
    setTimeout(() => this.tick(), FRAME_MILLISECONDS);
  }

  tick() {
    if (!this.playing) return;
    this.index = Math.min(this.index + 1, this.frames.length - 1);
    this.draw();
    if (this.index >= this.frames.length - 1 && !this.live) this.pause();
    else setTimeout(() => this.tick(), FRAME_MILLISECONDS);
  }

  pause() {
    this.playing = false;
    this.button.textContent = "Play the film";
  }

  draw() {
    const frame = this.frames[this.index];
    this.slider.max = String(Math.max(0, this.frames.length - 1));
    this.slider.value = String(this.index);
    this.curveTitle.textContent = lengthTitle(this.nouns);
    if (!frame) return;
    this.position.textContent = `update ${grouped(frame.update)}, epoch ${shortNumber(frame.epoch)}`;
    this.words.textContent = frameWords(frame, this.frames, this.alone);
    this.planeFigure.hidden = !frame.plane;
    if (frame.plane) refill(this.planePlace, this.plane(frame), portraitLegend(frame.plane, this.names));
    refill(this.curvePlace, filmCurve(frame, this.nouns));
    refill(this.lossPlace, filmLoss(frame, this.frames));
  }

  plane(frame) {
    return portraitPicture(frame.plane, { names: this.names, title: `States at update ${frame.update}` });
  }
}

function frameWords(frame, frames, alone) {
  const second = secondFixedPoint(frames);
  const reach = frame.horizon === null ? `at all lengths tried, up to ${frame.limit}` : `up to length ${frame.horizon}`;
  const sentences = [
    frame.limit ? `On ${alone} the net is right ${reach}.` : "",
    frame.plane ? portraitWords(frame.plane) : "",
    second && second.update <= frame.update
      ? `The second attracting fixed point appeared at update ${grouped(second.update)}.`
      : "",
  ];
  return sentences.filter(Boolean).join(" ");
}
