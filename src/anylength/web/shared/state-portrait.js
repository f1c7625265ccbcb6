// The states of an AskedWord in a phase portrait: its path, the state that the reader can push, and where the net goes from there.

import { distanceOffPlane, movedState, splitPush } from "./perturb.js";
import { html, refill } from "./dom.js";
import { LivePortrait } from "./portrait.js";
import { portraitLegend } from "./portrait-legend.js";
import { stateColour } from "./theme.js";

/** Steps of the path in the portrait, before and after the ring: more could not be told apart. */
const PATH_STEPS = 60;

/** The portrait in its place. `portrait` is a Portrait with axes; `onPush(change)` is called with a function from a state to a moved one. */
export class StatePortrait {
  constructor(portrait, { names, nouns, onPush }) {
    this.portrait = portrait;
    this.names = names;
    this.onPush = onPush;
    this.drawn = new LivePortrait(portrait, { names, title: `Phase portrait with the states of the ${nouns.input}` });
    this.element = html("div", { class: "plane" });
    refill(
      this.element,
      html("h3", {}, `The state in the portrait for “${portrait.symbol} again and again”`),
      this.drawn.drawing,
      portraitLegend(portrait, names, { handle: true }),
    );
  }

  /** Shows a word read up to a step, with the ring at `ringStep`; −1 for none. */
  show(word, step, ringStep) {
    this.drawn.show(this.pathOf(word, step), ringStep < 0 ? null : this.handleAt(word, ringStep));
  }

  pathOf(word, step) {
    const pushed = word.perturbedStep;
    const points = (from, end) => word.run.states.slice(Math.max(0, from), end).map((state) => this.projected(state));
    if (pushed < 0) return { before: points(step + 1 - PATH_STEPS, step + 1) };
    const from = this.projected(word.beforePush);
    return {
      before: [...points(pushed - PATH_STEPS, pushed), from],
      push: [from, this.projected(word.run.states[pushed])],
      after: points(pushed, pushed + PATH_STEPS),
    };
  }

  handleAt(word, step) {
    const state = word.run.states[step];
    const reads = word.names ? (word.decodedName(step) ?? "?") : null;
    return {
      at: this.projected(state),
      step,
      reads,
      colour: word.names ? stateColour(this.names, word.decodedName(step)) : "ci",
      off: distanceOffPlane(state, this.portrait),
      move: (dx, dy) => this.onPush((before) => movedState(before, this.portrait.axes, [dx, dy])),
    };
  }

  /** The last push: its length, and that of its part off the portrait's plane. */
  pushOf(word) {
    return splitPush(word.beforePush, word.run.states[word.perturbedStep], this.portrait.axes);
  }

  /** A state's coordinates on the axes of the portrait. */
  projected(state) {
    const { axes, centre } = this.portrait;
    return axes.map((axis) => axis.reduce((sum, weight, i) => sum + weight * (state[i] - centre[i]), 0));
  }
}

/** The first portrait whose plane is known, or null. */
export function planePortrait(explanation) {
  return explanation?.portraits.find((portrait) => portrait.axes?.length) ?? null;
}
