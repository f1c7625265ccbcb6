// A worker of a page, and what it has to do: one job after the other. A job for another net ends all others.

import { hiredWorker } from "../shared/hired-worker.js";

export class JobWorker {
  /**
   * @param {string} address of the worker's script
   * @param {(answer: object, job: object) => void} onAnswer an answer with `isProgress` is followed by others of the same job
   * @param {(message: string) => void} onDeath the worker could not go on
   */
  constructor(address, onAnswer, onDeath) {
    Object.assign(this, { address, onAnswer, onDeath, worker: null, present: null, waiting: [], number: 0 });
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
    try {
      this.worker ??= this.made();
    } catch (error) {
      this.waiting = [];
      this.onDeath(error.message);
      return;
    }
    this.present = job;
    this.worker.postMessage(job);
  }

  made() {
    const worker = hiredWorker(this.address);
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
    const job = this.present;
    if (!job) return;
    if (!answer.isProgress) this.present = null;
    this.onAnswer(answer, job);
    if (!this.present) this.next();
  }

  dismiss() {
    this.worker.onmessage = null;
    this.worker.terminate();
    Object.assign(this, { worker: null, present: null });
  }
}
