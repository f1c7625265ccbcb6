// Adam with a warm-up and a cosine decay, on one flat array of numbers.

const [FIRST_DECAY, SECOND_DECAY, SMALLEST] = [0.9, 0.999, 1e-8];

export class Adam {
  /** @param {number} size  @param {{rate: number, warm: number, lastRate: number, clip: number, updates: number}} settings */
  constructor(size, settings) {
    Object.assign(this, { settings, first: new Float64Array(size), second: new Float64Array(size), done: 0 });
  }

  /** One update against these slopes, whose norm is clipped. */
  update(numbers, slopes) {
    const { settings, first, second, done } = this;
    const warm = settings.warm * settings.updates;
    const part = Math.min(1, (done - warm) / (settings.updates - warm));
    const falling = settings.lastRate + (1 - settings.lastRate) * 0.5 * (1 + Math.cos(Math.PI * part));
    const rate = (settings.rate * (done < warm ? (done + 1) / warm : falling)) / (1 - FIRST_DECAY ** (done + 1));
    const whole = 1 / (1 - SECOND_DECAY ** (done + 1));
    const clip = Math.min(1, settings.clip / (Math.sqrt(slopes.reduce((sum, value) => sum + value * value, 0)) + 1e-9));
    for (let at = 0; at < numbers.length; at += 1) {
      const value = slopes[at] * clip;
      first[at] = FIRST_DECAY * first[at] + (1 - FIRST_DECAY) * value;
      second[at] = SECOND_DECAY * second[at] + (1 - SECOND_DECAY) * value * value;
      numbers[at] -= (rate * first[at]) / (Math.sqrt(second[at] * whole) + SMALLEST);
    }
    this.done += 1;
  }
}
