// A worker of the laboratory, and what it has to do: one job after the other. A job for another net ends all others.

export class JobWorker {
  /**
   * @param {(answer: object) => void} onAnswer
   * @param {(message: string) => void} onDeath the worker could not go on
   */
  constructor(onAnswer, onDeath) {
    Object.assign(this, { onAnswer, onDeath, worker: null, present: null, waiting: [], number: 0 });
  }

  /** Does a job instead of all others. */
  instead(job) {
    this.end();
    this.send(job);
  }

  /** Ends all jobs. */
  end() {
    if (this.present) this.dismiss();
    this.waiting = [];
  }

  /** Does a job when the present one is done. A waiting job of the same kind is left out. */
  ask(job) {
    this.waiting = [...this.waiting.filter(({ kind }) => kind !== job.kind), job];
    if (!this.present) this.next();
  }

  next() {
    const job = this.waiting.shift();
    if (job) this.send(job);
  }

  send(job) {
    this.worker ??= this.made();
    this.present = { ...job, run: (this.number += 1) };
    this.worker.postMessage(this.present);
  }

  made() {
    const worker = new Worker("laboratory-worker.js");
    worker.onmessage = ({ data }) => this.take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.dismiss();
      this.waiting = [];
      this.onDeath(event.message || "its script could not be loaded");
    };
    return worker;
  }

  take(answer) {
    if (answer.run !== this.present?.run) return;
    const isOver = answer.kind !== "look";
    const { present } = this;
    if (isOver) this.present = null;
    this.onAnswer(answer, present);
    if (!this.present) this.next();
  }

  dismiss() {
    this.worker?.terminate();
    Object.assign(this, { worker: null, present: null });
  }
}
