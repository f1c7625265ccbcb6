// Legends of machine states: every state's colour with its name, and with its letter where a picture writes letters.

import { html, svg } from "./dom.js";
import { lettersFor } from "./short-names.js";
import { stateColour } from "./theme.js";

/** States that a legend lists one by one. A machine of one's own may have a thousand: then only those that occur are listed. */
const MOST_LISTED = 64;

/** The states to list: all of them, or where there are too many those that occur. */
export function listedStates(names, occurring) {
  return names.length <= MOST_LISTED ? names : names.filter((name) => occurring.has(name)).slice(0, MOST_LISTED);
}

/** One entry of a legend: a shape of 18 by 18 units and a text. */
export function legendEntry(shape, text) {
  return html("li", {}, svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, shape), text);
}

/** The legend of a strip: each state's letter and name, the short form of each answer that is not shown in full, and the markers. */
export function stripLegend(word) {
  const { names, shortLabels, task } = word;
  const states = names ? stateEntries(word) : [];
  const isShort = shortLabels && shortLabels !== task.labels;
  const answers = isShort ? task.labels.map((label, i) => html("li", {}, `answer ${shortLabels[i]}: ${label}`)) : [];
  return html("ul", { class: "legend" }, ...states, ...answers, ...markerEntries(task));
}

/** What a task's net reads besides digits: marks that tell it to work on, and to answer. */
function markerEntries({ layout }) {
  const marks = ["? instead of a digit: time to answer", "… instead of a digit: time to work"];
  return marks.slice(0, layout.markers ?? 0).map((text) => html("li", {}, text));
}

function stateEntries({ names, trueStates }) {
  const letters = lettersFor(names);
  const listed = listedStates(names, new Set(Array.from(new Set(trueStates), (state) => names[state])));
  const box = (name) => html("span", { class: `letter ${stateColour(names, name)}`, "aria-hidden": "true" }, letters[names.indexOf(name)]);
  const left = names.length - listed.length;
  const rest = left ? [html("li", {}, `and ${left.toLocaleString("en")} states that this number does not lead to`)] : [];
  const none = html("li", {}, html("span", { class: "letter cn", "aria-hidden": "true" }, "?"), "no state can be decoded");
  return [...listed.map((name) => html("li", {}, box(name), `state “${name}”`)), none, ...rest];
}
