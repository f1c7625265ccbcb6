// Legends of machine states: every state's colour with its name, and with its letter where a picture writes letters.

import { html, svg } from "./dom.js";
import { grouped } from "./grouped.js";
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

/** The legend of a strip: each state's letter and name, the short form of each answer and symbol that is not shown in full, and the markers. */
export function stripLegend(word) {
  const { names, shortLabels, shortSymbols, task } = word;
  const states = names ? stateEntries(word) : [];
  const symbols = shortEntries("symbol", { short: shortSymbols, names: task.names, occurring: word.symbols });
  const occurring = [...word.run.outputs, ...(word.rightOutputs ?? [])];
  const answers = shortEntries("answer", { short: shortLabels, names: task.labels, occurring });
  return html("ul", { class: "legend" }, ...states, ...symbols, ...answers, ...markerEntries(task));
}

/** What the short forms stand for, of all names, or where there are too many of those that occur. */
function shortEntries(kind, { short, names, occurring }) {
  if (!short || short === names) return [];
  const seen = new Set(occurring);
  const listed = names.length <= MOST_LISTED ? names : names.filter((_, i) => seen.has(i)).slice(0, MOST_LISTED);
  return listed.map((name) => html("li", {}, `${kind} ${short[names.indexOf(name)]}: ${name}`));
}

/** What a task's net reads besides digits: marks that tell it to work on, and to answer. */
function markerEntries({ layout }) {
  const marks = ["? instead of a digit: time to answer", "… instead of a digit: time to work"];
  return marks.slice(0, layout.markers ?? 0).map((text) => html("li", {}, text));
}

/** A shortest word that leads to a state whose name is but a number. */
function wayTo({ words, start }, state) {
  if (!words) return "";
  return state === start ? ", the start" : `, after ${words[state]}`;
}

function stateEntries({ names, letters, trueStates, task }) {
  const listed = listedStates(names, new Set(Array.from(new Set(trueStates), (state) => names[state])));
  const box = (name) => html("span", { class: `letter ${stateColour(names, name)}`, "aria-hidden": "true" }, letters[names.indexOf(name)]);
  const left = names.length - listed.length;
  const rest = left ? [html("li", {}, `and ${grouped(left)} states that this ${task.nouns.input} does not lead to`)] : [];
  const none = html("li", {}, html("span", { class: "letter cn", "aria-hidden": "true" }, "?"), "no state can be decoded");
  const shown = (name) => `state “${name}”${wayTo(task.machine, names.indexOf(name))}`;
  return [...listed.map((name) => html("li", {}, box(name), shown(name))), none, ...rest];
}
