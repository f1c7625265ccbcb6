// Asks a worker for a proof of a net that counts, or for a word that it answers wrongly. Of several requests only the last is answered.

import { JobWorker } from "./job-worker.js";

export class ProofAsker {
  /**
   * @param {string} address of the worker's script
   * @param {object} machine the task's
   * @param {(verdict: string, words: string, word: number[] | null) => void} show `word` is one that the net answers wrongly
   */
  constructor(address, machine, show) {
    const onDeath = (message) => this.show("STOPPED", `The worker that proves could not go on: ${message}.`, null);
    Object.assign(this, { machine, show, worker: new JobWorker(address, (answer) => this.take(answer), onDeath), net: null });
  }

  /** Asks about a net of the page with these tensors; the boxes of a certificate are tried first, if one is given. */
  ask(net, tensors, certificate = null) {
    this.net = net;
    this.worker.ask({ kind: "prove", machine: this.machine, tensors, certificate });
  }

  take({ isProved, horizon, word }) {
    if (this.worker.waiting.length) return; // about a net before
    if (isProved) this.show("PROVED", "It is right on every number of every length.", null);
    else if (horizon !== null) {
      const nines = horizon + 1;
      this.show("REFUTED", `It forgets the carry at ${nines} ${nines > 1 ? "nines" : "nine"}.`, [...Array(nines).fill(9), 0]);
    } else if (word && this.isWrongOn(word)) this.show("REFUTED", `It answers ${[...word].reverse().join("")} + 1 wrongly.`, word);
    else this.show("UNKNOWN", "Neither a proof by boxes nor a mistake was found. In Python, anylength prove tries more.", null);
  }

  /** Whether the net of the page, in float32, answers the last digit of a word wrongly, too. */
  isWrongOn(word) {
    const { delta, output, symbols } = this.machine;
    let [state, right] = [0, 0];
    for (const digit of word) [state, right] = [delta[state * symbols.length + digit], output[state * symbols.length + digit]];
    return this.net.run(word).outputs.at(-1) !== right;
  }
}
