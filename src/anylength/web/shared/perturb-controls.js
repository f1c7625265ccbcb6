// Controls that change the net's state at the present step, and a sentence about what the change did.

import { html } from "./dom.js";
import { noisyState } from "./perturb.js";
import { shortNumber } from "./scales.js";

const FIRST_NOISE = 0.2; // about the noise budget of a proved net of the demo

/**
 * The controls. `budget` is the proved noise budget or null; `onPerturb(change)` is called with a function from a state to the changed
 * one, `onUndo()` when the reader takes it back.
 */
export class PerturbControls {
  constructor(id, { net, budget, onPerturb, onUndo }) {
    this.budget = budget;
    this.hint = html("p", { class: "quiet" });
    this.result = html("p", { class: "quiet", role: "status" });
    this.undo = html("button", { type: "button", disabled: true, onclick: onUndo }, "Undo the change");
    this.size = html("input", { type: "range", min: "0", max: "1", step: "0.01", value: FIRST_NOISE, id: `${id}-noise` });
    let seed = 0;
    const addNoise = () =>
      onPerturb((state) => noisyState(state, { size: Number(this.size.value), seed: (seed += 1), entries: net.stateSize }));
    this.element = html(
      "div",
      { class: "unprinted" },
      html("h3", {}, "Perturb the state"),
      this.hint,
      this.makeRow(html("button", { type: "button", onclick: addNoise }, "Add random noise")),
      this.result,
    );
  }

  makeRow(button) {
    const written = html("output", { class: "quiet mono" }, FIRST_NOISE.toFixed(2));
    this.size.addEventListener("input", () => (written.textContent = Number(this.size.value).toFixed(2)));
    const field = html(
      "div",
      { class: "field grow" },
      html("label", { for: this.size.id }, "Size of the noise in each unit"),
      this.size,
    );
    return html("div", { class: "row" }, field, written, button, this.undo);
  }

  /** Says how to perturb; a state can be dragged only where there is a portrait. */
  explain(hasPortrait) {
    const drag = "Drag the ringed point, or move it with the arrow keys, or add random noise to every unit.";
    const noise = "Add random noise to every unit.";
    const proved = this.budget
      ? ` It is proved that every answer stays right as long as no unit is off by ${shortNumber(this.budget)} or more at any step.`
      : "";
    this.hint.textContent = `${hasPortrait ? drag : noise} The net then reads on from the changed state.${proved}`;
  }

  /** Says what the last change did. */
  report(text) {
    this.result.textContent = text;
    this.undo.disabled = false;
  }

  /** Says why there was no change. */
  refuse(text) {
    this.result.textContent = text;
  }

  /** Forgets the last change. */
  clear() {
    this.result.textContent = "";
    this.undo.disabled = true;
  }
}

/** What a perturbation after a step did to an AskedWord, in words. */
export function perturbationWords(word, step) {
  return `The state was changed after step ${(step + 1).toLocaleString("en")}.${decodedWords(word, step)} ${laterWords(word, step)}`;
}

function decodedWords(word, step) {
  if (!word.names) return "";
  const name = word.decodedName(step);
  const judged = word.isDecodedRight(step) ? "which is right" : `but should be “${word.trueName(step)}”`;
  return name === null
    ? ` No machine state can be decoded from it; it should be “${word.trueName(step)}”.`
    : ` It is decoded as “${name}”, ${judged}.`;
}

function laterWords(word, step) {
  if (step + 1 >= word.steps) return "No steps follow it.";
  const wrong = word.firstWrong(step);
  if (wrong < 0) return "All later answers are right.";
  return `The answer at step ${(wrong + 1).toLocaleString("en")} is wrong.`;
}
