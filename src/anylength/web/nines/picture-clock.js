// When a moving picture is drawn again: some thirty times a second, while it is in sight.

const [LEAST_PAUSE, MOST_PAUSE] = [30, 100]; // milliseconds between two pictures

export class PictureClock {
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
