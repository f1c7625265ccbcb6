// A run of learning as a film. It takes some milliseconds, so the film shows it slower; a long run is watched while it goes on.

import { axisBetween, axisOf } from "./coordinates.js";

const SMOOTH = 0.9; // share of the next picture's view that a picture keeps
const EASE = 1.3; // slower towards the end

export class Film {
  /** @param {number} tightening milliseconds of the last change to tight boxes; those of the learning are 0 until it is played */
  constructor(tightening) {
    Object.assign(this, { length: 0, tightening, frames: [], clock: 0, views: null, isLive: true });
  }

  add(frame) {
    this.frames.push(frame);
  }

  /** Another try starts. */
  clear() {
    this.frames = [];
  }

  /** The last frame has come; the film is shown along two coordinates. */
  finish(frame, pair, units) {
    this.add(frame);
    this.isLive = false;
    this.lookAlong(pair, units);
  }

  /** Chooses the coordinates: a smooth view of each frame. */
  lookAlong(pair, units) {
    const views = this.frames.map((frame) => pair.map((unit) => axisOf(frame, units, unit)));
    for (let at = views.length - 2; at >= 0; at -= 1) {
      views[at] = views[at].map((axis, side) => axisBetween(axis, views[at + 1][side], SMOOTH));
    }
    this.views = views;
  }

  advance(time) {
    this.clock = Math.min(this.length + this.tightening, this.clock + time);
  }

  skip() {
    this.clock = this.length + this.tightening;
  }

  /** Plays the learning in so many milliseconds. */
  restart(length) {
    [this.length, this.clock] = [length, 0];
  }

  /** Whether the learning has been shown; the boxes may still be tightening. */
  get isShown() {
    return !this.isLive && this.clock >= this.length;
  }

  /** Where the film is: the number of a frame, and the share of the way to the next one. */
  moment() {
    const { frames, clock, length, tightening } = this;
    if (this.isLive) return { start: frames.length - 1, share: 0 };
    const last = frames.length - 2; // before the last change to tight boxes
    if (clock >= length) return { start: Math.max(0, last), share: tightening ? (clock - length) / tightening : 1 };
    const place = last * (1 - (1 - Math.min(1, clock / length)) ** EASE);
    const start = Math.max(0, Math.min(last - 1, Math.floor(place)));
    return { start, share: place - start };
  }

  /** Two frames, the share of the way between them, and the axes. */
  picture(units) {
    const { frames, views } = this;
    const { start, share } = this.moment();
    const [from, to] = [frames[start], frames[this.isLive ? start : start + 1]];
    if (this.isLive) return { from, to, share, axes: [0, 1].map((unit) => axisOf(from, units, unit)) };
    return { from, to, share, axes: views[start].map((axis, side) => axisBetween(axis, views[start + 1][side], share)) };
  }
}
