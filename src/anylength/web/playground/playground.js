// The playground's page. The address holds the whole state: the page shows what the address says, and actions change the address.

import { Gallery } from "./gallery.js";
import { getJson, postJson, reportPath } from "./api.js";
import { LiveRun } from "./live-run.js";
import { randomTexts } from "../shared/examples.js";
import { hasSettings, readState, withoutSettings, writeState } from "./state.js";
import { SettingsForm } from "./settings.js";
import { themeSwitch } from "../shared/theme.js";
import { Tour } from "./tour.js";

const VIEWS = [
  ["to-play", {}],
  ["to-tour", { tour: 1 }],
  ["to-gallery", { view: "gallery" }],
];

const element = (id) => document.getElementById(id);

class Playground {
  constructor(choices) {
    this.choices = choices;
    this.state = this.stateInAddress();
    this.live = null;
    this.form = new SettingsForm(element("settings"), choices, {
      onChange: (settings) => this.note({ ...withoutSettings(), ...settings }, { replace: true }),
      onSubmit: (settings) => this.train(settings),
      onBad: (message) => (element("trouble").textContent = message),
    });
    this.gallery = new Gallery(element("gallery-body"));
    this.tour = new Tour(element("tour"), this);
    themeSwitch(element("theme"), () => this.live?.redraw());
    window.addEventListener("popstate", () => this.show(this.stateInAddress()));
    for (const [id, state] of VIEWS) element(id).addEventListener("click", (event) => this.openView(event, state));
    this.show(this.state);
  }

  /** The state in the address; what is not allowed there is told. */
  stateInAddress() {
    const [state, told] = readState(location.search, this.choices);
    element("trouble").textContent = told;
    return state;
  }

  /** Follows a link to a view within the page; with a modifier key the browser opens it elsewhere. */
  openView(event, state) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const run = this.keepsRun(state) ? { run: this.state.run } : {};
    history.pushState(null, "", writeState({ ...run, ...state }));
    this.show(this.stateInAddress());
  }

  /** Whether a view keeps the run of the present one: the tour keeps every run, and no view loses one that is in work. */
  keepsRun(view) {
    return view.tour || this.live?.running || this.state.view === "gallery";
  }

  /** Shows a state of the page. */
  show(state) {
    const isOtherRun = state.run !== this.state.run || !this.live;
    this.state = state;
    this.form.show(state);
    this.showView(state);
    const isGallery = state.view === "gallery";
    if (isGallery) this.listRuns();
    if (isOtherRun || isGallery) this.open(isGallery ? null : (state.run ?? null), state.numbers);
    if (state.tour) this.tour.show(state.tour);
  }

  showView({ view, tour }) {
    const current = view === "gallery" ? "to-gallery" : tour ? "to-tour" : "to-play";
    element("gallery").hidden = current !== "to-gallery";
    element("choose").hidden = current !== "to-play";
    element("tour").hidden = tour === undefined;
    for (const [id] of VIEWS) {
      if (id === current) element(id).setAttribute("aria-current", "page");
      else element(id).removeAttribute("aria-current");
    }
  }

  /** Changes the address alone. */
  note(change, { replace = false } = {}) {
    this.state = { ...this.state, ...change };
    history[replace ? "replaceState" : "pushState"](null, "", writeState(this.state));
  }

  /** Opens a run, or none. */
  open(name, numbers = []) {
    this.live?.leave();
    this.live = null;
    for (const id of ["live", "verdict", "ask"]) element(id).hidden = true;
    if (!name) return;
    const places = { live: element("live-body"), verdict: element("verdict-body"), ask: element("ask-body") };
    this.live = new LiveRun(name, places, {
      numbers,
      onAsk: (texts) => this.note({ numbers: texts }, { replace: true }),
      onChange: (run) => this.runChanged(run),
      onResume: (run) => this.isShown(run) && this.open(run.name),
    });
    this.live.requested = this.requested;
  }

  /** A run reports changes while it is being made, before it is in `live`. */
  isShown(run) {
    return run === this.live || !this.live;
  }

  runChanged(run) {
    if (!this.isShown(run)) return;
    if (run.view && !this.state.tour && !hasSettings(this.state)) this.form.show(run.view.config);
    if (this.state.tour) this.tour.show(this.state.tour);
  }

  async train(settings) {
    element("trouble").textContent = "";
    await this.tried(async () => {
      this.requested = settings;
      const { name } = await postJson("/api/runs", settings);
      this.note({ ...settings, run: name, numbers: [] });
      this.open(name);
      if (this.state.tour) this.tour.show(this.state.tour);
    });
  }

  async listRuns() {
    await this.tried(async () => this.gallery.show((await getJson("/api/runs")).runs));
  }

  /** Does something, and shows the message where it fails. */
  async tried(action) {
    try {
      await action();
    } catch (error) {
      element("trouble").textContent = error.message;
    }
  }

  // for the tour

  run() {
    return this.live;
  }

  go(step) {
    this.note({ tour: step });
    this.show(this.state);
  }

  ask(numbers) {
    this.live?.viewer?.show(numbers, { play: true });
    this.scrollTo("ask");
  }

  askRandom(count) {
    const viewer = this.live?.viewer;
    if (viewer) this.ask(randomTexts(viewer.task, count));
  }

  playFilm() {
    this.live?.film.play();
    this.scrollTo("live");
  }

  openReport() {
    window.open(reportPath(this.live.name), "_blank", "noopener");
  }

  scrollTo(id) {
    element(id).scrollIntoView({ block: "start" });
  }
}

try {
  window.playground = new Playground(await getJson("/api/choices"));
} catch (error) {
  element("trouble").textContent = error.message;
}
