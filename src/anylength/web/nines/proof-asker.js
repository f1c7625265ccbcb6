// Asks the worker for a proof of a net, or for a word that it answers wrongly. Of several requests only the last is answered.

export class ProofAsker {
  /**
   * @param {object} machine the task's
   * @param {(verdict: string, words: string) => void} show
   */
  constructor(machine, show) {
    Object.assign(this, { machine, show, worker: null, waiting: null, next: null });
  }

  /** Asks about a net of the page with these tensors; the boxes of a certificate are tried first, if one is given. */
  ask(net, tensors, certificate = null) {
    this.next = { net, message: { kind: "prove", machine: this.machine, tensors, certificate } };
    if (!this.waiting) this.send();
  }

  send() {
    [this.waiting, this.next] = [this.next, null];
    this.worker ??= this.hire();
    this.worker.postMessage(this.waiting.message);
  }

  hire() {
    const worker = new Worker("nines-worker.js");
    worker.onmessage = ({ data }) => this.hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      Object.assign(this, { worker: null, waiting: null, next: null });
      this.show("STOPPED", `The worker that proves could not go on: ${event.message || "its script could not be loaded"}.`);
    };
    return worker;
  }

  hear({ isProved, horizon, word }) {
    const { net } = this.waiting;
    this.waiting = null;
    if (this.next) return this.send();
    if (isProved) return this.show("PROVED", "It is right on every number of every length.");
    if (horizon !== null) return this.show("REFUTED", `It forgets the carry at ${horizon + 1} ${horizon ? "nines" : "nine"}.`);
    if (word && this.isWrongOn(net, word)) return this.show("REFUTED", `It answers ${numberOf(word)} + 1 wrongly.`);
    return this.show("UNKNOWN", "Neither a proof by boxes nor a mistake was found. In Python, anylength prove tries more.");
  }

  /** Whether the net of the page, in float32, answers the last digit of a word wrongly, too. */
  isWrongOn(net, word) {
    const { delta, output, symbols } = this.machine;
    let [state, right] = [0, 0];
    for (const digit of word) [state, right] = [delta[state * symbols.length + digit], output[state * symbols.length + digit]];
    return net.run(word).outputs.at(-1) !== right;
  }
}

/** A word as people write numbers. */
function numberOf(word) {
  return [...word].reverse().join("");
}
