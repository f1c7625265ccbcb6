// A training as a film: the plane of states, the length curve and the loss, frame by frame, live or played again.

import { chartPicture } from "./chart.js";
import { html, refill } from "./dom.js";
import { portraitLegend, portraitPicture, portraitWords } from "./portrait.js";
import { percentage, shortNumber } from "./scales.js";

const FRAME_MILLISECONDS = 90;

let filmCount = 0;

/** The first frame from which on at least two resting places stay, or null: the birth of the second one. */
export function birthOf(frames) {
  const known = frames.filter((frame) => frame.stable !== null);
  let birth = null;
  for (const frame of known) {
    if (frame.stable >= 2) birth ??= frame;
    else birth = null;
  }
  return birth;
}

/** A player. `add` appends a frame; while the last frame is shown and `live` is set, it follows. */
export class FilmPlayer {
  constructor(frames, names, { live = false } = {}) {
    this.frames = [...frames];
    this.names = names;
    this.live = live;
    this.at = Math.max(0, frames.length - 1);
    this.playing = false;
    this.id = `film${(filmCount += 1)}`;
    this.build();
    this.draw();
  }

  build() {
    this.slider = html("input", {
      type: "range",
      min: "0",
      max: "0",
      value: "0",
      id: `${this.id}-moment`,
      oninput: () => this.goTo(Number(this.slider.value)),
    });
    this.button = html("button", { type: "button", onclick: () => (this.playing ? this.pause() : this.play()) }, "Play the film");
    this.place = html("output", { class: "quiet", for: this.slider.id });
    this.planePlace = html("div");
    this.planeFigure = html("figure", {}, html("figcaption", {}, "States, and where they rest"), this.planePlace);
    this.curvePlace = html("div");
    this.lossPlace = html("div");
    this.said = html("p", { class: "quiet" });
    this.element = html(
      "div",
      { class: "film" },
      html(
        "div",
        { class: "row unprinted" },
        this.button,
        html("div", { class: "field grow" }, html("label", { for: this.slider.id }, "Moment of the training"), this.slider),
        this.place,
      ),
      this.said,
      html(
        "div",
        { class: "beside" },
        this.planeFigure,
        html(
          "div",
          {},
          html("figure", {}, html("figcaption", {}, "Words right by length"), this.curvePlace),
          html("figure", {}, html("figcaption", {}, "Loss by update"), this.lossPlace),
        ),
      ),
    );
  }

  /** Appends a frame; one that is known already is left out. */
  add(frame) {
    if (this.frames.length && frame.update <= this.frames.at(-1).update) return;
    const following = this.live && !this.playing && this.at >= this.frames.length - 1;
    this.frames.push(frame);
    if (following) this.at = this.frames.length - 1;
    this.drawSoon();
  }

  /** Draws with the browser's next picture: many frames that come together are drawn once. */
  drawSoon() {
    if (this.due) return;
    this.due = requestAnimationFrame(() => {
      this.due = null;
      this.draw();
    });
  }

  goTo(at) {
    this.pause();
    this.at = at;
    this.draw();
  }

  play() {
    if (this.frames.length < 2) return;
    if (this.at >= this.frames.length - 1) this.at = 0;
    this.playing = true;
    this.button.textContent = "Pause";
    const tick = () => {
      if (!this.playing) return;
      this.at = Math.min(this.at + 1, this.frames.length - 1);
      this.draw();
      if (this.at >= this.frames.length - 1 && !this.live) this.pause();
      else setTimeout(tick, FRAME_MILLISECONDS);
    };
    setTimeout(tick, FRAME_MILLISECONDS);
  }

  pause() {
    this.playing = false;
    this.button.textContent = "Play the film";
  }

  draw() {
    const frame = this.frames[this.at];
    this.slider.max = String(Math.max(0, this.frames.length - 1));
    this.slider.value = String(this.at);
    if (!frame) return;
    this.place.textContent = `update ${frame.update.toLocaleString("en")}, epoch ${shortNumber(frame.epoch)}`;
    this.said.textContent = this.words(frame);
    this.planeFigure.hidden = !frame.plane;
    if (frame.plane) refill(this.planePlace, this.plane(frame), portraitLegend(frame.plane, this.names));
    refill(this.curvePlace, this.curve(frame));
    refill(this.lossPlace, this.loss(frame));
  }

  plane(frame) {
    return portraitPicture(frame.plane, { names: this.names, title: `States at update ${frame.update}` });
  }

  words(frame) {
    const birth = birthOf(this.frames);
    const held = frame.horizon === null ? `${frame.limit} steps and more` : `${frame.horizon} steps`;
    const sentences = [
      frame.limit ? `It holds a symbol for ${held}.` : "",
      frame.plane ? portraitWords(frame.plane) : "",
      birth && birth.update <= frame.update
        ? `The second resting place was born at update ${birth.update.toLocaleString("en")}.`
        : "",
    ];
    return sentences.filter(Boolean).join(" ");
  }

  curve(frame) {
    const points = (read) => frame.curve.map((point) => ({ x: point.length, y: read(point) }));
    const last = frame.curve.at(-1);
    return chartPicture({
      title: "Words right by length",
      says: last
        ? `At ${last.length} digits ${percentage(last.random)} of random and ${percentage(last.worst)} of hard words are right.`
        : "",
      x: { label: "digits (orange, dashed: hard words)", log: true },
      y: { share: true, domain: [0, 1] },
      series: [
        { colour: "c1", points: points((point) => point.random) },
        { colour: "c0", points: points((point) => point.worst) },
      ],
    });
  }

  loss(frame) {
    const last = this.frames.at(-1);
    const birth = birthOf(this.frames);
    const rules = [{ x: frame.update, label: "", colour: "ci" }];
    if (birth && birth !== this.frames[0]) rules.push({ x: birth.update, label: "second resting place", colour: "c2" });
    return chartPicture({
      title: "Loss by update",
      says: `At update ${last.update} the loss is ${shortNumber(last.loss)}.`,
      x: { label: "updates", whole: true },
      y: { log: true },
      series: [
        {
          colour: "c5",
          dash: "",
          points: this.frames.filter((each) => each.loss > 0).map((each) => ({ x: each.update, y: each.loss })),
        },
      ],
      rules,
    });
  }
}
