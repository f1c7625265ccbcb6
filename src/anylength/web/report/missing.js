// What stands in the place of a record that a run does not have.

import { html } from "../shared/dom.js";

/** A line with the command that makes the record. */
export function missingRecord(words, command) {
  return html("p", { class: "quiet" }, `${words} `, html("code", {}, command));
}
