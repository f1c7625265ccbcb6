// One run as it goes: status, accuracies, the film, the verdict when it comes, and then the net itself to be asked.

import { asked, followed, reportPath, requested, runPath } from "./api.js";
import { curvesOf, trainingCharts } from "../shared/figures.js";
import { facts, html, refill } from "../shared/dom.js";
import { FilmPlayer } from "../shared/film.js";
import { findingWords, runTitle, verdictEvidence, verdictSentence } from "../shared/sayings.js";
import { Watch } from "../shared/watch.js";

const WORDS = {
  waiting: "Waiting for its turn",
  training: "Training",
  judging: "Trained. Looking for a proof or a wrong number",
  explaining: "Looking at its resting points",
  testing: "Testing it on long and hard numbers",
  done: "Done",
  stopped: "Stopped",
  failed: "Failed",
};
const JUDGED = ["explaining", "testing", "done"];
const RUNNING = ["waiting", "training", "judging", "explaining", "testing"];

/** A run on the page. `places` are the bodies {live, verdict, ask}; `told` is called with this after everything that changes. */
export class LiveRun {
  constructor(name, places, { numbers, changed, told }) {
    this.name = name;
    this.places = places;
    this.numbers = numbers;
    this.changed = changed;
    this.told = told;
    this.status = "waiting";
    this.epochs = new Map();
    this.records = {};
    this.shown = null;
    this.watch = null;
    this.ended = false;
    this.left = false;
    this.build();
    this.unfollow = followed(
      name,
      {
        status: (record) => this.onStatus(record),
        epoch: (record) => this.onEpoch(record),
        frame: (record) => this.film.add(record),
        verdict: (record) => this.onRecord("verdict", record),
        explanation: (record) => this.onRecord("explanation", record),
        stress: (record) => this.onRecord("stress", record),
        end: () => this.onEnd(),
      },
      () => this.meet().then(() => this.shown && this.say("The connection was lost. Load the page again to follow this run.")),
    );
    this.meet();
  }

  get running() {
    return RUNNING.includes(this.status) && !this.ended;
  }

  /** Stops following: the run itself goes on. */
  leave() {
    this.left = true;
    this.unfollow();
    this.watch?.leave();
    this.film.pause();
  }

  /** Draws canvases again after a change of colours. */
  redraw() {
    this.watch?.redraw();
  }

  build() {
    this.line = html("p", { role: "status", class: "status" });
    this.resume = html("button", { type: "button", hidden: true, onclick: () => this.goOn() }, "Go on training");
    this.chartPlace = html("div", { class: "beside" });
    this.film = new FilmPlayer([], [], { live: true });
    refill(
      this.places.live,
      html("p", { class: "quiet mono" }, this.name),
      html("div", { class: "row" }, this.line, this.resume),
      this.film.element,
      this.chartPlace,
    );
    refill(this.places.verdict);
    refill(this.places.ask);
    this.reveal();
  }

  reveal() {
    this.places.live.parentElement.hidden = false;
    this.places.verdict.parentElement.hidden = !this.records.verdict;
    this.places.ask.parentElement.hidden = !this.watch;
  }

  say(text) {
    this.line.textContent = text;
  }

  onStatus({ status, message }) {
    this.status = status;
    const last = [...this.epochs.values()].at(-1);
    const epoch = last ? ` (epoch ${last.epoch})` : "";
    this.say(
      `${WORDS[status] ?? status}${status === "training" ? epoch : ""}${message ? `: ${message}` : RUNNING.includes(status) ? " …" : "."}`,
    );
    this.resume.hidden = status !== "stopped" && status !== "failed";
    if (JUDGED.includes(status)) this.meet();
    this.told(this);
  }

  onEpoch(record) {
    this.epochs.set(record.epoch, record);
    if (this.status === "training")
      this.say(
        `${WORDS.training} … epoch ${record.epoch}: ${(record.validation_accuracy * 100).toFixed(1)} % of validation numbers right`,
      );
    this.drawSoon();
  }

  onRecord(kind, record) {
    this.records[kind] = record;
    if (kind !== "stress" && this.records.verdict) this.showVerdict();
    if (kind === "explanation") this.watch?.explained(record);
    this.drawSoon();
    this.told(this);
  }

  async onEnd() {
    this.ended = true;
    this.film.live = false;
    await this.meet();
    this.told(this);
  }

  drawSoon() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      const curves = this.records.stress ? curvesOf(this.records) : [];
      const [accuracy] = trainingCharts([...this.epochs.values()]);
      refill(this.chartPlace, accuracy, ...curves);
    });
  }

  showVerdict() {
    const { verdict } = this.records;
    refill(
      this.places.verdict,
      html(
        "p",
        { class: "verdict" },
        html("strong", { class: `stamp ${verdict.verdict.replace(" ", "-")}` }, verdict.verdict),
        html("span", {}, verdictSentence(verdict)),
      ),
      facts([
        ...verdictEvidence(verdict, null),
        ["in words", this.records.explanation ? findingWords(this.records.explanation.findings[0]) : null],
      ]),
      html(
        "div",
        { class: "row" },
        html("a", { class: "button", href: reportPath(this.name), target: "_blank", rel: "noopener" }, "Open the report"),
      ),
    );
    this.reveal();
  }

  /** Fetches what the run's files say, one time after the other, until its net is there and can be asked. */
  meet() {
    this.meeting = (this.meeting ?? Promise.resolve()).then(() => (this.watch ? null : this.fetched()));
    return this.meeting;
  }

  async fetched() {
    try {
      const { run } = await asked(runPath(this.name));
      if (this.left) return;
      this.shown = run;
      this.film.names = run.net?.task.machine?.names ?? run.machine?.names ?? [];
      this.film.draw();
      if (run.net) this.openWatch(run);
      this.told(this);
    } catch (error) {
      this.say(error.message);
    }
  }

  openWatch(run) {
    const wrong = this.records.verdict?.counterexample ?? run.verdict?.counterexample;
    const given = this.numbers?.length ? this.numbers : null;
    this.watch = new Watch(
      { ...run, ...this.records },
      { number: given ?? undefined, changed: this.changed, autoplay: Boolean(wrong) && !given },
    );
    refill(this.places.ask, html("p", { class: "quiet" }, runTitle(run)), this.watch.element);
    this.reveal();
  }

  async goOn() {
    try {
      await requested(runPath(this.name, "/resume"));
      this.told(this, { again: true });
    } catch (error) {
      this.say(error.message);
    }
  }
}
