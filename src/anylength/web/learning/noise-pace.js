// How much of the noise a net has to bear while it learns: more once it is right with its boxes nearly closed, less where it is not.

export class NoisePace {
  /**
   * @param settings.noiseUpdates The share of all updates in which it goes from nothing to everything, at the fastest.
   * @param settings.updates All updates.
   * @param settings.closed How far outside counts as closed.
   */
  constructor({ noiseUpdates, updates, closed }) {
    Object.assign(this, { share: 0, step: 1 / (noiseUpdates * updates), closed, meanWrong: 1, meanOutside: 1 });
  }

  /** Takes in the share of wrong answers of an update, and how far its images lie outside. */
  follow(wrong, outside) {
    this.meanWrong += 0.05 * (wrong - this.meanWrong);
    this.meanOutside += 0.05 * (outside - this.meanOutside);
    if (this.meanWrong < 0.01 && this.meanOutside < this.closed) this.share = Math.min(1, this.share + this.step);
    else if (this.meanWrong > 0.02 || this.meanOutside > 2 * this.closed) this.share = Math.max(0, this.share - this.step);
  }
}
