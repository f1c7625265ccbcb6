// The playground's page: what the address says is what is shown, and what is done changes the address.

import { asked, reportPath, requested, runPath } from "./api.js";
import { Gallery } from "./gallery.js";
import { LiveRun } from "./live.js";
import { randomNumber } from "../shared/asking.js";
import { readState, settingsOf, writeState } from "./state.js";
import { SettingsForm } from "./settings.js";
import { themeSwitch } from "../shared/theme.js";
import { Tour } from "./tour.js";

const at = (id) => document.getElementById(id);

class Playground {
  constructor(choices) {
    this.state = readState(location.search);
    this.live = null;
    this.form = new SettingsForm(at("settings"), choices, {
      changed: (settings) => this.note({ ...blank(), ...settings, run: undefined }, { replace: true }),
      submitted: (settings) => this.train(settings),
      stopped: () => this.stop(),
    });
    this.gallery = new Gallery(at("gallery-body"));
    this.tour = new Tour(at("tour"), this);
    themeSwitch(at("theme"), () => this.live?.redraw());
    window.addEventListener("popstate", () => this.show(readState(location.search)));
    for (const [id, state] of [
      ["to-play", {}],
      ["to-tour", { tour: 1 }],
      ["to-gallery", { view: "gallery" }],
    ]) {
      at(id).addEventListener("click", (event) => this.clicked(event, state));
    }
    this.show(this.state);
  }

  clicked(event, state) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const kept = state.tour ? { run: this.state.run } : {};
    history.pushState(null, "", writeState({ ...kept, ...state }));
    this.show(readState(location.search));
  }

  /** Shows a state of the page. */
  show(state) {
    const opened = state.run !== this.state.run || !this.live;
    this.state = state;
    this.form.show(state);
    const gallery = state.view === "gallery";
    at("gallery").hidden = !gallery;
    at("choose").hidden = gallery || state.tour !== undefined;
    at("tour").hidden = state.tour === undefined;
    for (const [id, on] of [
      ["to-play", !gallery && !state.tour],
      ["to-tour", Boolean(state.tour)],
      ["to-gallery", gallery],
    ]) {
      at(id).toggleAttribute("aria-current", on);
      if (on) at(id).setAttribute("aria-current", "page");
    }
    if (gallery) this.list();
    if (opened || gallery) this.open(gallery ? null : (state.run ?? null), state.numbers);
    if (state.tour) this.tour.show(state.tour);
  }

  /** Changes the address alone. */
  note(change, { replace = false } = {}) {
    this.state = { ...this.state, ...change };
    history[replace ? "replaceState" : "pushState"](null, "", writeState(this.state));
  }

  open(name, numbers = []) {
    this.live?.leave();
    this.live = null;
    this.form.busy(false);
    for (const id of ["live", "verdict", "ask"]) at(id).hidden = true;
    if (!name) return;
    const places = { live: at("live-body"), verdict: at("verdict-body"), ask: at("ask-body") };
    this.live = new LiveRun(name, places, {
      numbers,
      changed: (given) => this.note({ numbers: given }, { replace: true }),
      told: (run, { again = false } = {}) => this.told(run, again),
    });
    this.live.asked = this.asking;
  }

  told(run, again) {
    if (run !== this.live && this.live) return;
    if (again) {
      this.open(run.name);
      return;
    }
    this.form.busy(run.running);
    if (run.shown && !this.state.tour) this.form.show(run.shown.config);
    if (this.state.tour) this.tour.show(this.state.tour);
  }

  async train(settings) {
    this.trouble("");
    try {
      this.asking = settings;
      const { name } = await requested("/api/runs", settings);
      this.note({ ...settings, run: name, numbers: [] });
      this.open(name);
      if (this.state.tour) this.tour.show(this.state.tour);
    } catch (error) {
      this.trouble(error.message);
    }
  }

  async stop() {
    this.trouble("");
    try {
      await requested(runPath(this.live.name, "/stop"));
      if (this.live.running) this.live.say("Stopping as soon as it can …");
    } catch (error) {
      this.trouble(error.message);
    }
  }

  async list() {
    try {
      this.gallery.show((await asked("/api/runs")).runs);
    } catch (error) {
      this.trouble(error.message);
    }
  }

  trouble(text) {
    at("trouble").textContent = text;
  }

  // what the tour asks for

  run() {
    return this.live;
  }

  go(step) {
    this.note({ tour: step });
    this.show(this.state);
  }

  ask(numbers) {
    this.live?.watch?.show(numbers, { play: true });
    this.look("ask");
  }

  askRandom(count) {
    const watch = this.live?.watch;
    if (watch) this.ask(Array.from({ length: watch.task.tapes }, () => randomNumber(watch.task, count)));
  }

  playFilm() {
    this.live?.film.play();
    this.look("live");
  }

  openReport() {
    window.open(reportPath(this.live.name), "_blank", "noopener");
  }

  look(id) {
    at(id).scrollIntoView({ block: "start" });
  }
}

function blank() {
  return { task: undefined, cell: undefined, hidden: undefined, recipe: undefined, data: undefined, seed: undefined };
}

try {
  const choices = await asked("/api/choices");
  window.playground = new Playground(choices);
} catch (error) {
  at("trouble").textContent = error.message;
}
