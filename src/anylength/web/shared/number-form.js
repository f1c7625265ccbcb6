// The form in which a reader types numbers for a net, and buttons with example numbers.

import { exampleNumbers } from "./examples.js";
import { html } from "./dom.js";

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
      ...this.fields.map((field, i) => labelled(field, task.tapes === 1 ? "A number of any length" : `Number ${i + 1}`)),
      html("button", { class: "chief", type: "submit" }, "Watch"),
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
    inputmode: task.base <= 10 ? "numeric" : "text",
    autocomplete: "off",
    spellcheck: "false",
    class: "mono",
    id,
    maxlength: MOST_TYPED,
  });
}

function labelled(field, text) {
  return html("div", { class: "field grow" }, html("label", { for: field.id }, text), field);
}
