// Controls that change the net's state at the present step, and a sentence about what the change did.

import { html } from "./dom.js";
import { grouped } from "./grouped.js";
import { noisyState } from "./perturb.js";
import { shortNumber } from "./scales.js";

/** Lengths below this share of the push are called none: rounding in float32. */
const TINY = 1e-3;

const FIRST_NOISE = 0.2; // about the noise budget of a proved net of the demo

/**
 * The controls. `nouns` are the task's; `budget` is the proved noise budget or null; `onPerturb(change)` is called with a function from a
 * state to the changed one, `onUndo()` when the reader takes it back.
 */
export class PerturbControls {
  constructor(id, { net, nouns, budget, onPerturb, onUndo }) {
    this.budget = budget;
    this.nouns = nouns;
    this.hint = html("p", { class: "quiet" });
    this.result = html("p", { role: "status" });
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

  /** Says how to perturb the state after a step (−1: none can be); a state can be dragged only where there is a portrait. */
  explain(step, hasPortrait) {
    if (step < 0) {
      const { input } = this.nouns;
      this.hint.textContent = `No answer of this ${input} depends on what the net remembers. Ask a longer ${input} to perturb its state.`;
      return;
    }
    const where = `the state after step ${grouped(step + 1)}`;
    const drag = `The ring is ${where}. Drag it, or move it with the arrow keys, or add random noise to every unit.`;
    const noise = `Add random noise to every unit of ${where}.`;
    const proved = this.budget
      ? ` It is proved that every answer stays right as long as no unit is off by ${shortNumber(this.budget)} or more at any step.`
      : "";
    this.hint.textContent = `${hasPortrait ? drag : noise} The net then reads on from the changed state.${proved}`;
  }

  /** Says what the last change of an AskedWord did; `push` is its split by the portrait's plane, undefined without one. */
  report(word, push) {
    this.result.textContent = perturbationWords(word, push);
    this.undo.disabled = false;
  }

  /** Forgets the last change. */
  clear() {
    this.result.textContent = "";
    this.undo.disabled = true;
  }
}

/** What the push of an AskedWord's state did: how far it went, how much of that the portrait cannot show, what is read there, what follows. */
function perturbationWords(word, push) {
  const step = word.perturbedStep;
  const length = Math.hypot(...word.beforePush.map((value, i) => word.run.states[step][i] - value));
  const pushed = `After step ${grouped(step + 1)} the state was pushed by ${shortNumber(length)}${offPictureWords(push)}`;
  return `${pushed}${readWords(word, step)}. ${laterWords(word, step)}`;
}

/** How much of a push lies off the picture; "" where there is no picture. */
function offPictureWords(push) {
  if (!push) return "";
  return push.off < TINY * push.whole ? ", all of it in the picture" : `, ${shortNumber(push.off)} of it off the picture`;
}

function readWords(word, step) {
  if (!word.names) return "";
  const [name, right] = [word.decodedName(step), `“${word.trueName(step)}”`];
  if (word.isDecodedRight(step)) return `, and the net still reads it as ${right}`;
  return name === null ? `, and no state can be read from it (right: ${right})` : `, and the net reads it as “${name}”, not as ${right}`;
}

function laterWords(word, step) {
  const wrong = word.firstWrong(step);
  if (wrong < 0) return "All later answers are right.";
  return `The answer at step ${grouped(wrong + 1)} is wrong.`;
}
