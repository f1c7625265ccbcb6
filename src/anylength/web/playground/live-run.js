// One run as it goes: status, accuracies, the film, the verdict when it comes, and then the net itself to be asked.

import { FilmPlayer } from "../shared/film.js";
import { followRun, getJson, postJson, runPath } from "./api.js";
import { html, refill } from "../shared/dom.js";
import { lengthCharts, trainingCharts } from "../shared/run-charts.js";
import { StepViewer } from "../shared/step-viewer.js";
import { verdictElements } from "./verdict.js";

const STATUS_WORDS = {
  waiting: "Waiting for its turn",
  training: "Training",
  judging: "Trained. Searching for a proof, or for a number that it gets wrong",
  explaining: "Searching for the fixed points of its state",
  testing: "Testing it on long and hard numbers",
  done: "Done",
  stopped: "Stopped",
  failed: "Failed",
};
const WITH_NET = ["explaining", "testing", "done"];
const RUNNING = ["waiting", "training", "judging", "explaining", "testing"];
const RESUMABLE = ["stopped", "failed"];

/**
 * A run on the page. `places` are the bodies {live, verdict, ask}. options: numbers (asked first), onAsk(texts) (the reader asks
 * another number), onChange(run) (after everything that changes), onResume(run) (the training was resumed).
 */
export class LiveRun {
  constructor(name, places, { numbers, onAsk, onChange, onResume }) {
    Object.assign(this, { name, places, numbers, onAsk, onChange, onResume });
    this.status = "waiting";
    this.epochs = new Map();
    this.records = {};
    this.view = null;
    this.viewer = null;
    this.ended = false;
    this.left = false;
    this.build();
    this.unfollow = followRun(name, this.handlers(), () => this.onLost());
    this.load();
  }

  handlers() {
    return {
      status: (record) => this.onStatus(record),
      epoch: (record) => this.onEpoch(record),
      frame: (record) => this.film.add(record),
      verdict: (record) => this.onRecord("verdict", record),
      explanation: (record) => this.onRecord("explanation", record),
      stress: (record) => this.onRecord("stress", record),
      end: () => this.onEnd(),
    };
  }

  get running() {
    return RUNNING.includes(this.status) && !this.ended;
  }

  /** Stops following; the run itself goes on. */
  leave() {
    this.left = true;
    this.unfollow();
    this.viewer?.leave();
    this.film.pause();
  }

  /** Draws canvases again after a change of colours. */
  redraw() {
    this.viewer?.redraw();
  }

  build() {
    this.line = html("p", { role: "status", class: "status" });
    this.resumeButton = html("button", { type: "button", hidden: true, onclick: () => this.resume() }, "Resume the training");
    this.chartPlace = html("div", { class: "beside" });
    this.film = new FilmPlayer([], [], { live: true });
    refill(
      this.places.live,
      html("p", { class: "quiet mono" }, this.name),
      html("div", { class: "row" }, this.line, this.resumeButton),
      this.film.element,
      this.chartPlace,
    );
    refill(this.places.verdict);
    refill(this.places.ask);
    this.reveal();
  }

  /** Shows the sections that have something to show. */
  reveal() {
    this.places.live.parentElement.hidden = false;
    this.places.verdict.parentElement.hidden = !this.records.verdict;
    this.places.ask.parentElement.hidden = !this.viewer;
  }

  say(text) {
    this.line.textContent = text;
  }

  // events

  onStatus({ status, message }) {
    this.status = status;
    const last = [...this.epochs.values()].at(-1);
    const epoch = status === "training" && last ? ` (epoch ${last.epoch})` : "";
    const end = message ? `: ${message}` : RUNNING.includes(status) ? " …" : ".";
    this.say(`${STATUS_WORDS[status] ?? status}${epoch}${end}`);
    this.resumeButton.hidden = !RESUMABLE.includes(status);
    if (WITH_NET.includes(status)) this.load();
    this.onChange(this);
  }

  onEpoch(record) {
    this.epochs.set(record.epoch, record);
    const share = (record.validation_accuracy * 100).toFixed(1);
    if (this.status === "training")
      this.say(`${STATUS_WORDS.training} … epoch ${record.epoch}: ${share} % of validation numbers right`);
    this.drawChartsSoon();
  }

  onRecord(kind, record) {
    this.records[kind] = record;
    if (kind === "explanation") this.viewer?.explained(record);
    this.drawChartsSoon();
    this.fetchWords();
    this.onChange(this);
  }

  /** Fetches the sentences about the records that have come. Records that come together cause one request. */
  fetchWords() {
    this.wordsTimer ??= setTimeout(async () => {
      this.wordsTimer = null;
      try {
        this.records.words = await getJson(runPath(this.name, "/words"));
      } catch (error) {
        this.say(error.message);
      }
      if (this.left || !this.records.words) return;
      if (this.records.verdict) this.showVerdict();
      this.drawChartsSoon();
      this.onChange(this);
    });
  }

  async onEnd() {
    this.ended = true;
    this.film.live = false;
    await this.load();
    this.onChange(this);
  }

  async onLost() {
    await this.load();
    if (this.view) this.say("The connection was lost. Load the page again to follow this run.");
  }

  // showing

  drawChartsSoon() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      const lengths = this.records.stress ? lengthCharts(this.records) : [];
      const [accuracy] = trainingCharts([...this.epochs.values()]);
      refill(this.chartPlace, accuracy, ...lengths);
    });
  }

  showVerdict() {
    refill(this.places.verdict, ...verdictElements(this.name, this.records));
    this.reveal();
  }

  /** Fetches the run's records, one request after the other, until its net is there and can be asked. */
  load() {
    this.loading = (this.loading ?? Promise.resolve()).then(() => (this.viewer ? null : this.fetchView()));
    return this.loading;
  }

  async fetchView() {
    try {
      const { run } = await getJson(runPath(this.name));
      if (this.left) return;
      this.view = run;
      this.film.names = run.net?.task.machine?.names ?? run.machine?.names ?? [];
      this.film.alone = run.words.alone ?? this.film.alone;
      this.film.draw();
      if (run.net && this.isJudged(run)) this.openViewer(run);
      this.onChange(this);
    } catch (error) {
      this.say(error.message);
    }
  }

  /** Whether the verdict is known or will not come: before that nobody knows which number to play first. */
  isJudged(run) {
    return Boolean(this.records.verdict ?? run.verdict) || WITH_NET.includes(this.status) || this.ended;
  }

  /** A counterexample is played; a number from the address is shown at its end. */
  openViewer(run) {
    const counterexample = this.records.verdict?.counterexample ?? run.verdict?.counterexample;
    const number = this.numbers?.length ? this.numbers : undefined;
    const options = { number, onAsk: this.onAsk, autoplay: Boolean(counterexample) && !number };
    this.viewer = new StepViewer({ ...run, ...this.records }, options);
    refill(this.places.ask, html("p", { class: "quiet" }, run.words.net), this.viewer.element);
    this.reveal();
  }

  async resume() {
    try {
      await postJson(runPath(this.name, "/resume"));
      this.onResume(this);
    } catch (error) {
      this.say(error.message);
    }
  }
}
