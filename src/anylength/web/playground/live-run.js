// One run as it goes: status, accuracies, the film, the verdict when it comes, and then the net itself to be asked.

import { FilmPlayer } from "../shared/film.js";
import { followRun, getJson, postJson, runPath } from "./api.js";
import { html, refill, refillKeepingOpen } from "../shared/dom.js";
import { CONTINUE_WORDS, progressWords, RUNNING } from "./progress-words.js";
import { lengthCharts, trainingCharts } from "../shared/run-charts.js";
import { nounsOf } from "../shared/nouns.js";
import { StepViewer } from "../shared/step-viewer.js";
import { verdictElements } from "./verdict.js";

const WITH_NET = ["explaining", "testing", "done"];

/**
 * A run on the page. `places` are the bodies {live, verdict, ask}. options: numbers (asked first), onAsk(texts) (the reader asks
 * another number), onChange(run) (after everything that changes), onResume(run) (the training was resumed).
 */
export class LiveRun {
  constructor(name, places, { numbers, onAsk, onChange, onResume }) {
    Object.assign(this, { name, places, numbers, onAsk, onChange, onResume });
    this.status = "waiting";
    this.message = null;
    this.isStopping = false;
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
      frame: (record) => this.onFrame(record),
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
    this.stopButton = html("button", { type: "button", hidden: true, onclick: () => this.stop() }, "Stop");
    this.resumeButton = html("button", { type: "button", hidden: true, onclick: () => this.resume() });
    this.chartPlace = html("div", { class: "beside" });
    this.film = new FilmPlayer([], [], { live: true });
    this.film.element.hidden = true;
    refill(
      this.places.live,
      html("p", { class: "quiet mono" }, this.name),
      html("div", { class: "row" }, this.line, this.stopButton, this.resumeButton),
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

  /** Whether its task reads words of named symbols; false until that is known. */
  readsWords() {
    return this.view?.words.reads_words ?? false;
  }

  say(text) {
    this.line.textContent = text;
  }

  // events

  onStatus({ status, message }) {
    Object.assign(this, { status, message });
    this.sayProgress();
    this.stopButton.hidden = !this.running;
    this.resumeButton.hidden = !(status in CONTINUE_WORDS);
    this.resumeButton.textContent = CONTINUE_WORDS[status] ?? "";
    if (WITH_NET.includes(status)) this.load();
    this.onChange(this);
  }

  onEpoch(record) {
    this.epochs.set(record.epoch, record);
    this.sayProgress();
    this.drawChartsSoon();
  }

  onFrame(record) {
    this.film.add(record);
    this.film.element.hidden = false;
    this.sayProgress();
  }

  /** Says where the run is. Frames come more often than epochs end. */
  sayProgress() {
    const epoch = [...this.epochs.values()].at(-1);
    const progress = Math.max(epoch?.epoch ?? 0, this.film.frames.at(-1)?.epoch ?? 0);
    const { status, message, isStopping } = this;
    const limit = this.view?.config.epochs;
    this.say(progressWords({ status, message, isStopping, epoch, progress, nouns: nounsOf(this.readsWords()), limit }));
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
    this.isStopping = false;
    this.stopButton.hidden = true;
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
      const words = this.records.words ?? { reads_words: this.readsWords() };
      const lengths = this.records.stress ? lengthCharts({ ...this.records, words }) : [];
      const accuracy = this.epochs.size ? trainingCharts([...this.epochs.values()], words).slice(0, 1) : [];
      refillKeepingOpen(this.chartPlace, ...accuracy, ...lengths);
      this.onChange(this);
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
      const names = run.net?.task.machine?.names ?? run.machine?.names ?? [];
      this.film.learn({ names, alone: run.words.alone, readsWords: run.words.reads_words });
      if (this.status) this.sayProgress(); // the limit of epochs is known now
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
    this.places.ask.parentElement.querySelector("h2").textContent = `Type a ${this.viewer.task.nouns.input} and watch`;
    refill(this.places.ask, html("p", { class: "quiet" }, run.words.net), this.viewer.element);
    this.reveal();
  }

  /** Stops the run. The server's next status says when it has stopped. */
  async stop() {
    try {
      this.isStopping = true;
      this.sayProgress();
      await postJson(runPath(this.name, "/stop"));
    } catch (error) {
      this.isStopping = false;
      this.say(error.message);
    }
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
