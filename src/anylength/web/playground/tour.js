// The guided tour: five steps that retell the post with live nets. Its texts follow from what the nets do on this computer.

import { html, refill } from "../shared/dom.js";
import { POST, tourStep, TOUR_TITLES } from "./tour-steps.js";

/**
 * The tour in its place. `page` does what the tour's buttons ask for: train(settings), go(step), run() (the LiveRun or null), ask(numbers),
 * askRandom(digits), playFilm(), openReport(), scrollTo(id).
 */
export class Tour {
  constructor(place, page) {
    this.place = place;
    this.page = page;
    this.seed = POST.seed;
    this.shown = "";
  }

  /** Shows a step with its present text. */
  show(step) {
    const { text, actions, ready } = tourStep(step, this);
    const shown = JSON.stringify([step, this.page.run()?.name, text, actions, ready]);
    if (shown === this.shown) return; // a click on a button that is replaced meanwhile would be lost
    this.shown = shown;
    const focusedId = this.place.contains(document.activeElement) ? document.activeElement.id : "";
    refill(
      this.place,
      html("h2", { id: "tour-title" }, `Guided tour, step ${step} of ${TOUR_TITLES.length}: ${TOUR_TITLES[step - 1]}`),
      html("ol", { class: "steps" }, ...TOUR_TITLES.map((title, i) => this.stepItem(title, i + 1, step))),
      ...text.map((paragraph) => html("p", { class: "tour-text" }, paragraph)),
      html("div", { class: "row" }, ...actions.map(actionButton), this.backButton(step), this.nextButton(step, ready)),
    );
    if (focusedId) document.getElementById(focusedId)?.focus();
  }

  stepItem(title, number, current) {
    const attributes = {
      type: "button",
      id: `tour-${number}`,
      "aria-current": number === current ? "step" : false,
      onclick: () => this.page.go(number),
    };
    return html("li", {}, html("button", attributes, `${number}. ${title}`));
  }

  backButton(step) {
    if (step === 1) return null;
    return html("button", { type: "button", id: "tour-back", onclick: () => this.page.go(step - 1) }, "Back");
  }

  nextButton(step, ready) {
    if (step === TOUR_TITLES.length) return null;
    const style = ready ? "chief" : false;
    return html("button", { type: "button", id: "tour-next", class: style, onclick: () => this.page.go(step + 1) }, "Next");
  }

  /** The run on the page if it was made with these settings, whatever its seed; else null. */
  runOf(settings) {
    const run = this.page.run();
    const config = run?.view?.config ?? run?.requested;
    const isSame = config && ["task", "cell", "recipe", "data"].every((name) => config[name] === settings[name]);
    return isSame ? run : null;
  }

  trainPost() {
    this.page.train({ ...POST, seed: this.seed });
  }

  trainNextSeed() {
    this.seed += 1;
    this.trainPost();
  }
}

function actionButton({ label, act, chief }, i) {
  return html("button", { type: "button", id: `tour-act${i}`, class: chief ? "chief" : false, onclick: act }, label);
}
