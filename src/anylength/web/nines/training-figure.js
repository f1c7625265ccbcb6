// Train the post's net in the page: its loss and what it remembers, live.

import { hashValues } from "../shared/address-hash.js";
import { html, refill } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";
import { JobWorker } from "../site/job-worker.js";
import { makeNet } from "../shared/net.js";
import { marginsChart } from "./margins-figure.js";
import { countOfPlaces } from "./plane.js";

export class TrainingFigure {
  /**
   * @param {{shown: object, onTrained: (net: object, tensors: object) => void}} options `shown` is the record of the first picture's net
   */
  constructor({ shown, onTrained }) {
    Object.assign(this, { shown, onTrained, seed: firstSeed() - 1 });
    this.worker = new JobWorker("nines-worker.js", (answer) => this.hear(answer), (message) => this.lost(message));
    this.button = html("button", { type: "button", class: "chief", onclick: () => this.start() }, "Train a net");
    this.status = html("p", { "aria-live": "polite" }, "406 numbers, drawn at random. It takes a second or two.");
    this.chart = html("div");
    this.element = html("div", {}, html("p", { class: "row" }, this.button), this.status, this.chart);
  }

  start() {
    this.seed += 1;
    this.worker.instead({ kind: "train", seed: this.seed, units: this.shown.hidden, task: this.shown.task });
  }

  lost(message) {
    this.status.textContent = `The worker that trains could not go on: ${message}. Press the button to try again.`;
  }

  hear({ updates, loss, accuracy, tensors, isProgress, milliseconds, nines }) {
    const net = makeNet({ ...this.shown, tensors });
    refill(this.chart, marginsChart([{ name: "your net", net, colour: "ci" }]));
    if (isProgress) {
      const places = countOfPlaces(net) === 1 ? "one place" : "two places";
      this.status.textContent = `Update ${updates}: loss ${loss.toFixed(3)}. Nines let its state stay in ${places}.`;
      return;
    }
    this.button.textContent = "Train another one";
    this.status.textContent = this.summary(updates, accuracy, milliseconds, nines);
    this.element.dataset.trained = String(this.seed);
    this.element.dataset.milliseconds = String(Math.round(milliseconds));
    this.onTrained(net, tensors);
  }

  summary(updates, { train, validation }, milliseconds, { tried, horizon }) {
    const share = (value) => `${(100 * value).toFixed(value === 1 ? 0 : 1)} %`;
    const shares = `${share(train)} right on its 9,000 training numbers, ${share(validation)} on 1,000 others`;
    const learned = `${updates} updates in ${(milliseconds / 1000).toFixed(1)} s: ${shares}.`;
    const words =
      horizon === null
        ? `It carries over all of ${grouped(tried)} nines, and may or may not be right everywhere: only a proof can say.`
        : `It carries over up to ${horizon} nines, and forgets at ${horizon + 1}.`;
    return `${learned} ${words} In Python such a net is: anylength train count --recipe blog`;
  }
}

/** The seed of the address, or 1. */
function firstSeed() {
  const wanted = Number(hashValues("seed")[0]);
  return Number.isSafeInteger(wanted) && wanted >= 0 && wanted < 2 ** 32 ? wanted : 1;
}
