// The form in which a reader types numbers, or a word of symbols, for a net, and buttons with examples.

import { exampleNumbers } from "./examples.js";
import { html } from "./dom.js";
import { symbolsHelp } from "./symbols-help.js";

/** Characters that a field takes: twice the longest word of any net in the page. */
const MOST_TYPED = 200_000;

/** The form: one field for each number that the task reads. `onSubmit` is called when the reader asks. */
export class NumberForm {
  constructor(id, task, onSubmit) {
    this.fields = Array.from({ length: task.tapes }, (_, i) => numberField(`${id}-number${i}`, task));
    this.message = html("p", { class: "message", role: "alert" });
    const onsubmit = (event) => {
      event.preventDefault();
      onSubmit();
    };
    this.element = html(
      "form",
      { class: "row asking unprinted", onsubmit },
      ...this.fields.map((field, i) => labelled(field, fieldLabel(task, i))),
      html("button", { class: "chief", type: "submit" }, "Watch"),
      task.names ? symbolsHelp(task, this.fields[0]) : null,
    );
  }

  /** The texts of the fields. */
  get texts() {
    return this.fields.map((field) => field.value.trim());
  }

  /** Fills the fields. */
  fill(texts) {
    this.fields.forEach((field, i) => (field.value = texts[i] ?? ""));
  }
}

/** Buttons that ask example numbers: `ask(texts)` is called with those of the button. */
export function exampleButtons({ net, task, counterexample }, ask) {
  const buttons = exampleNumbers(net, task, counterexample).map(([label, make]) =>
    html("button", { type: "button", class: "chip", onclick: () => ask(make()) }, label),
  );
  return html("div", { class: "row unprinted", role: "group", "aria-label": "Examples" }, ...buttons);
}

function numberField(id, task) {
  return html("input", {
    type: "text",
    inputmode: task.base <= 10 && !task.names ? "numeric" : "text",
    autocomplete: "off",
    autocapitalize: task.names ? "off" : false,
    spellcheck: "false",
    class: "mono",
    id,
    maxlength: MOST_TYPED * (task.names ? longestName(task) : 1),
  });
}

/** The characters of the longest symbol, with what stands behind it. */
function longestName({ names, separator }) {
  return names.reduce((longest, name) => Math.max(longest, name.length), 1) + separator.length;
}

function fieldLabel({ names, tapes }, i) {
  if (names) return "A word of symbols, of any length";
  return tapes === 1 ? "A number of any length" : `Number ${i + 1}`;
}

function labelled(field, text) {
  return html("div", { class: "field grow" }, html("label", { for: field.id }, text), field);
}
