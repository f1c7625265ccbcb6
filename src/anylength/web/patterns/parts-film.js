// A run of learning of several small nets side by side: a film for each.

import { Film } from "./film.js";

export class PartsFilm {
  /** @param {{length: number, tightening: number}} times as those of a film  @param {number} count the small nets */
  constructor(times, count) {
    Object.assign(this, { films: Array.from({ length: count }, () => new Film(times)), frames: [] });
  }

  get length() {
    return this.films[0].length;
  }

  get isShown() {
    return this.films[0].isShown;
  }

  add(frame) {
    this.frames.push(frame);
    this.films.forEach((film, number) => film.add(frame.parts[number]));
  }

  clear() {
    this.frames = [];
    for (const film of this.films) film.clear();
  }

  /** The last frame has come; each small net is shown along a pair of coordinates of its own. */
  finish(frame, pairs, units) {
    this.frames.push(frame);
    this.films.forEach((film, number) => film.finish(frame.parts[number], pairs[number], units));
  }

  advance(time) {
    for (const film of this.films) film.advance(time);
  }

  skip() {
    for (const film of this.films) film.skip();
  }

  restart(length) {
    for (const film of this.films) film.restart(length);
  }

  /** Two frames, the share of the way between them, and the same with axes for each small net. */
  picture(units) {
    const parts = this.films.map((film) => film.picture(units));
    const { start, share } = this.films[0].moment();
    return { from: this.frames[start], to: this.frames[start + (this.films[0].isLive ? 0 : 1)], share, axes: [], parts };
  }
}
