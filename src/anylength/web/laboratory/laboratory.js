// The laboratory: choose task and cell, train a net in the page, look inside, break it, and see whether it is proved.

import { templateOf } from "../learning/cell-programs.js";
import { hashValues, setHashValues } from "../shared/address-hash.js";
import { checkerLines, CHECK_COMMAND } from "../shared/check-button.js";
import { lineChart } from "../shared/chart.js";
import { html, refill, refillKeepingOpen } from "../shared/dom.js";
import { onOpenedFile } from "../shared/dropped-file.js";
import { BadInput } from "../shared/errors.js";
import { grouped } from "../shared/grouped.js";
import { saveButtons } from "../shared/saved-files.js";
import { removeStartNote } from "../shared/start-note.js";
import { pythonCheck } from "../shared/python-check.js";
import { stamp } from "../shared/stamp.js";
import { StepViewer } from "../shared/step-viewer.js";
import { recordOf } from "../shared/tensors.js";
import { themeSwitch } from "../shared/theme.js";
import { ATTENTION_KIND } from "./attention-nets.js";
import { CellFigure } from "./cell-figure.js";
import { HeldPanel } from "./held-panel.js";
import { JobWorker } from "./job-worker.js";
import { MEMORY_KIND } from "./memory-nets.js";
import { NetPanel } from "./net-panel.js";
import { openedNet } from "./opened-net.js";
import { SettingsForm } from "./settings.js";
import { showStress } from "./stress-figure.js";
import { metadataOf, OFFERED, taskOf, textsOf } from "./tasks.js";
import { TurningPanel, turnedNet } from "./turning-panel.js";

const TURN_SIGNS = /^([\w.]+):(\d+):(-?\d+(?:\.\d+)?)$/;
const MOST_POINTS = 300; // of the curve of losses
const LONGEST_FRAME = 200; // milliseconds

const PARTS_OF_A_NET = ["turning", "held", "viewer", "cell-figure"];

const part = (id) => document.getElementById(id);

class Laboratory {
  constructor() {
    removeStartNote();
    this.data = JSON.parse(part("data").textContent);
    this.form = new SettingsForm(this.data.cells, () => this.train());
    this.worker = new JobWorker((answer, job) => this.take(answer, job), (message) => this.lost(message));
    this.turning = new TurningPanel(part("turning"), (turn) => this.turn(turn));
    this.held = new HeldPanel(part("held"));
    this.figure = new CellFigure(part("cell-figure"));
    const panelOf = (kind) => new NetPanel(part(kind.name), kind, this.data.opened[kind.name]);
    this.panels = [MEMORY_KIND, ATTENTION_KIND].map(panelOf);
    const chip = ([name, text]) =>
      html("button", { type: "button", class: "chip", "data-task": text, onclick: () => this.chooseTask(text) }, name);
    part("tasks").append(...OFFERED.map(chip));
    onOpenedFile(part("open"), part("open-said"), (file) => this.open(file));
    themeSwitch(part("theme"), () => {
      this.viewer?.redraw();
      for (const panel of this.panels) panel.redraw();
    });
    window.addEventListener("hashchange", () => this.beginFromAddress());
    this.beginFromAddress();
  }

  beginFromAddress() {
    this.form.takeAddress();
    const turn = TURN_SIGNS.exec(hashValues("turn")[0] ?? "");
    this.wantedTurn = turn ? { name: turn[1], at: Number(turn[2]), by: Number(turn[3]) } : null;
    this.wantedWord = hashValues("n");
    for (const panel of this.panels) panel.takeAddress();
    this.start();
  }

  /** Another net: word and turned weight of the address are about the one before. */
  forget() {
    Object.assign(this, { wantedTurn: null, wantedWord: [] });
    for (const name of ["turn", "n"]) setHashValues(name, []);
  }

  /** Another task: units that suit it. */
  chooseTask(text) {
    this.form.take({ task: text, units: "" });
    this.train();
  }

  /** Trains a net that the reader has asked for. */
  train() {
    this.forget();
    this.start();
  }

  /** Trains a net with the settings of the form. */
  start() {
    for (const id of ["error", "limit", "open-said"]) part(id).textContent = "";
    try {
      const task = taskOf(this.form.task, this.data);
      const settings = this.form.valuesFor(task.machine);
      this.begin(task, settings);
      part("limit").textContent = settings.hasNoProof ? limitOf(settings.cell) : "";
      this.form.keepAddress();
      const template = templateOf(this.data.cells, settings.cell, settings.layers);
      this.worker.instead({ ...settings, kind: "train", machine: task.machine, template, metadata: metadataOf(task, settings) });
      this.say(null, "It is learning …");
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      part("error").textContent = error.message;
    }
  }

  /** A new net will come: what is about an earlier one goes away. */
  begin(task, settings) {
    this.shown = { task, settings, net: null, losses: [], known: null };
    this.form.suggestUnits(settings.units);
    delete document.body.dataset.verdict;
    for (const chip of part("tasks").children) chip.setAttribute("aria-pressed", String(chip.dataset.task === task.name));
    for (const id of ["losses", "take-away", "turned", "stress", "progress"]) refill(part(id));
    for (const id of PARTS_OF_A_NET) part(id).inert = true;
    this.held.leave();
  }

  take(answer, job) {
    if (answer.kind === "look") this.showLook(answer.look);
    else if (answer.kind === "trained") this.takeTrained(answer);
    else if (answer.kind === "verdict") this.takeVerdict(answer, job);
    else showStress(part("stress"), { ...answer, task: this.shown.task }, (word) => this.play(word));
  }

  showLook(look) {
    const { losses } = this.shown;
    losses.push({ x: look.updates, y: look.loss });
    if (losses.length > MOST_POINTS) this.shown.losses = losses.filter((_, number) => number % 2 === 0);
    const right = `${(100 * look.share).toFixed(1)} % of answers right`;
    const also = look.share === undefined ? `${look.open} images of boxes stick out of their boxes` : right;
    const tries = look.tries > 1 ? ` (try ${look.tries})` : "";
    part("progress").textContent = `Update ${grouped(look.updates)}${tries}: loss ${look.loss.toPrecision(3)}, ${also}.`;
    const about = look.share === undefined ? "The boxes count more and more while it learns, so the loss does not only fall." : "";
    refillKeepingOpen(part("losses"), lossChart(this.shown.losses), html("p", { class: "quiet" }, about));
  }

  takeTrained({ net, updates, milliseconds, ...found }) {
    const { shown } = this;
    const [time, count] = [`${(milliseconds / 1000).toFixed(1)} s`, `${grouped(updates)} updates`];
    part("progress").textContent = found.proof && shown.settings.recipe === "proof"
      ? `The boxes of the proof closed after ${count}. Then noise was added, to give them room. All in all ${time}.`
      : `${count}, all in all ${time}.`;
    document.body.dataset.milliseconds = String(Math.round(milliseconds));
    this.takeNet({ ...net, machine: shown.task.machine }, found);
  }

  /** A net with its verdict: shows it, and tries how far it goes. In pieces, so that the page answers in between. */
  async takeNet(net, found) {
    const { shown } = this;
    Object.assign(shown, { net, known: found.proof?.boxes ?? null, found });
    this.showVerdict(found);
    await drawn();
    if (shown !== this.shown) return; // another net was begun meanwhile
    for (const id of PARTS_OF_A_NET) part(id).inert = false;
    this.turning.take(net, this.wantedTurn);
    const { by } = this.turning.turned;
    const turn = by ? this.turning.turned : null;
    this.showNet(turnedNet(net, turn), found.word, this.wantedWord.length ? this.wantedWord : null);
    await drawn();
    if (shown !== this.shown) return;
    this.held.take(net, (one) => viewOfNet(one, shown));
    if (turn) this.turn(turn);
    this.worker.ask({ kind: "stress", net: turnedNet(net, turn) });
    document.body.dataset.verdict = found.verdict;
  }

  /** The viewer and the gates of a net; it reads a wrong word, if one is known. */
  showNet(net, word, texts) {
    const { task, settings } = this.shown;
    const template = templateOf(this.data.cells, settings.cell, settings.layers);
    this.figure.take({ cell: settings.cell, equations: template.equations, net });
    this.viewer?.leave();
    part("inside-note").textContent = net === this.shown.net ? "" : "This is the net with one weight turned.";
    const counterexample = word && textsOf(task.machine, task.view, word);
    const verdict = counterexample ? { counterexample } : null;
    this.viewer = new StepViewer({ net: viewOfNet(net, this.shown), verdict, explanation: null }, {
      number: texts ?? undefined, autoplay: Boolean(word), onAsk: (asked) => setHashValues("n", asked),
      onStep: (asked, step) => this.figure.show(asked, step),
    });
    refill(part("viewer"), this.viewer.element); // its strip is drawn when it has a size
  }

  /** Plays a word, the net's mistakes among them. */
  play(word) {
    this.viewer.show(textsOf(this.shown.task.machine, this.shown.task.view, word), { play: true });
    part("viewer").scrollIntoView({ block: "start" });
  }

  say(verdict, words) {
    refill(part("stamp"), verdict ? stamp({ verdict }) : null);
    part("says").textContent = words;
  }

  showVerdict({ verdict, proof, word }) {
    this.say(verdict, this.wordsOf(verdict, proof, word));
    refill(part("take-away"), takeAway(proof));
  }

  /** The net with a weight turned is another net, and has its own verdict. */
  withdrawVerdict() {
    this.say(null, "One weight is turned. The verdict on the turned net stands under “Break it yourself”.");
    refill(part("take-away"), takeAway(null));
  }

  wordsOf(verdict, proof, word) {
    if (verdict === "PROVED") {
      return `Right on every word of every length, even if each number of its state is off by ${proof.noise.toPrecision(2)} at each step.`;
    }
    if (verdict === "UNKNOWN") return "Neither a proof nor a mistake was found. It may be right everywhere, or not.";
    const texts = textsOf(this.shown.task.machine, this.shown.task.view, word).join(" and ");
    return `Wrong on ${texts.length > 30 ? `a word of ${word.length} symbols` : texts}. It is played under “Look inside”.`;
  }

  /** One weight is turned, or back. */
  turn(turn) {
    const { shown } = this;
    setHashValues("turn", turn ? [`${turn.name}:${turn.at}:${turn.by}`] : []);
    if (turn) this.withdrawVerdict();
    else this.showVerdict(shown.found);
    refill(part("turned"), html("span", { class: "quiet" }, "The page looks again …"));
    this.held.turn(turnedNet(shown.net, turn));
    this.worker.ask({ kind: "prove", net: turnedNet(shown.net, turn), known: shown.known, metadata: {}, turn });
  }

  takeVerdict({ verdict, proof, word }, { turn, net, isOpened }) {
    if (isOpened) return this.takeNet({ ...net, machine: this.shown.task.machine }, { verdict, proof, word });
    const now = this.turning.turned;
    if ((turn?.by ?? 0) !== now.by || (turn && (turn.at !== now.at || turn.name !== now.name))) return null; // turned on meanwhile
    refill(part("turned"), stamp({ verdict }), html("span", {}, this.wordsOf(verdict, proof, word)));
    this.showNet(turnedNet(this.shown.net, turn), word, null);
    return this.worker.ask({ kind: "stress", net: turnedNet(this.shown.net, turn) });
  }

  /**
   * A net of the reader's own: a panel takes it, or it stands in place of a trained one.
   * @throws {BadInput} the file is no such net
   */
  async open(file) {
    const panel = this.panels.find((one) => one.takes(file));
    if (panel) await panel.open(file);
    else this.openInPlace(openedNet(file, this.data));
  }

  openInPlace({ task, settings, net }) {
    this.forget();
    this.form.take({ task: task.name, ...settings });
    this.begin(task, settings);
    part("limit").textContent = "";
    part("progress").textContent = "A net out of a file. It is not in the address.";
    this.say(null, "The page looks for a proof and for a mistake …");
    this.worker.instead({ kind: "prove", net, known: null, metadata: metadataOf(task, settings), isOpened: true });
  }

  lost(message) {
    this.say("STOPPED", `The worker could not go on: ${message}. Press Train to try again.`);
    refill(part("turned"));
  }
}

function lossChart(points) {
  const last = points.at(-1);
  return lineChart({
    title: "The loss while it learns", says: `At update ${last.x} it is ${last.y.toPrecision(3)}.`, x: { label: "update" },
    y: { label: "loss", log: true }, series: [{ name: "loss", colour: "c0", points }],
  });
}

/** A net as step viewer and portrait read it, a `NetView`. */
function viewOfNet(net, { task, settings }) {
  const tensors = Object.entries(net.tensors).map(([name, values]) => [name, recordOf(net.program.tensors[name], values)]);
  return {
    cell: settings.cell, hidden: net.units, program: net.program, growing: null, tensors: Object.fromEntries(tensors), task: task.view,
  };
}

/** Lets the browser draw, and answer to its reader. A page that is not seen draws nothing, so it waits no longer than `LONGEST_FRAME`. */
function drawn() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, LONGEST_FRAME);
  });
}

/** Why no net of a cell can be proved on the task. */
function limitOf(cell) {
  return `${cell} multiplies its state by numbers that depend on the symbol alone. Along a word that is read again and again these ` +
    "shrink the difference of two states to nothing, or keep it and every error with it. This task must keep states apart for ever, so " +
    "no proof at all lengths exists. The net learns from random words; see how far it goes.";
}

/** The files of a proof; without one there are none. */
function takeAway(proof) {
  if (!proof) return html("p", { class: "quiet" }, "A certificate and the weights, where the net is proved.");
  const { certificate, weights, lines } = proof.files;
  return html(
    "div", {}, html("p", { class: "row" }, ...saveButtons({ certificate, weights })), pythonCheck({ certificate, weights }),
    html("p", {}, "The page has checked them, with exact integers. Check them again:"), html("p", {}, html("code", {}, CHECK_COMMAND)),
    checkerLines(lines),
  );
}

new Laboratory();
