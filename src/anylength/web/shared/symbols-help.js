// What a reader may type as a word: a button for each symbol of a small alphabet, or a line about a large one.

import { html } from "./dom.js";
import { grouped } from "./grouped.js";

/** Symbols that get a button each: more would push the picture off the screen. */
const MOST_BUTTONS = 20;

/** Symbols of a large alphabet that are shown. */
const SHOWN_SYMBOLS = 8;

/** The help below a field for words of a task. A click on a symbol writes it at the end of the word. */
export function symbolsHelp(task, field) {
  const help = task.names.length <= MOST_BUTTONS ? symbolButtons(task, field) : symbolsLine(task);
  help.id = `${field.id}-symbols`;
  field.setAttribute("aria-describedby", help.id);
  return help;
}

/** A button for each symbol. */
function symbolButtons({ names, separator }, field) {
  const write = (name) => {
    const before = field.value.trimEnd();
    field.value = before === "" ? name : `${before}${separator}${name}`;
  };
  const buttons = names.map((name) =>
    html("button", { type: "button", class: "chip mono", "aria-label": `Write ${name}`, onclick: () => write(name) }, name),
  );
  const title = html("span", { class: "quiet" }, "symbols:");
  return html("div", { class: "row symbols", role: "group", "aria-label": "Symbols" }, title, ...buttons);
}

function symbolsLine({ names, separator }) {
  const apart = separator ? " Write a space between two symbols." : "";
  return html("p", { class: "quiet symbols" }, `${alphabetText(names)}.${apart}`);
}

/** The symbols of an alphabet, or their number and the first ones of a large one. `units` says what they are. */
export function alphabetText(names, most = SHOWN_SYMBOLS, units = "symbols") {
  if (names.length <= most) return names.join(", ");
  return `${grouped(names.length)} ${units}: ${names.slice(0, most).join(", ")} and ${grouped(names.length - most)} more`;
}
