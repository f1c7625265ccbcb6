// The worker that learns. A request that comes while it is busy ends it, and a new one is hired.

export class HiredWorker {
  /**
   * @param {string} address of the worker's script
   * @param {(answer: object) => void} onAnswer
   * @param {(message: string) => void} onDeath the worker could not go on
   */
  constructor(address, onAnswer, onDeath) {
    Object.assign(this, { address, onAnswer, onDeath, worker: null, waiting: null });
  }

  /** Sends a request; answers carry its number `run`. */
  learn(request) {
    if (this.waiting !== null) this.dismiss();
    this.send({ ...request, kind: "learn" });
  }

  /** Sends a request about the last proved net, when the one before is answered. */
  break(request) {
    if (this.waiting === null) this.send({ ...request, kind: "break" });
    else this.next = { ...request, kind: "break" };
  }

  send(request) {
    this.worker ??= this.hire();
    this.waiting = request.run;
    this.worker.postMessage(request);
  }

  hire() {
    const worker = new Worker(this.address);
    worker.onmessage = ({ data }) => this.hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.dismiss();
      this.onDeath(event.message || "its script could not be loaded");
    };
    return worker;
  }

  hear(answer) {
    if (answer.run !== this.waiting) return;
    if (!["frame", "retry", "checking"].includes(answer.kind)) this.waiting = null;
    this.onAnswer(answer);
    if (this.waiting !== null || !this.next) return;
    const { next } = this;
    this.next = null;
    this.send(next);
  }

  dismiss() {
    this.worker?.terminate();
    Object.assign(this, { worker: null, waiting: null, next: null });
  }
}
