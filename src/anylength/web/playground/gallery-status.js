// The status of a run in the gallery. A run that this server did not start has a button that continues it.

import { postJson, runPath } from "./api.js";
import { html } from "../shared/dom.js";
import { CONTINUE_WORDS } from "./progress-words.js";
import { writeState } from "./state.js";

/** The status as a text, or as an element with its button. */
export function statusCell({ name, status }) {
  if (status !== "interrupted") return status;
  const button = html("button", { type: "button", "aria-label": `${CONTINUE_WORDS.interrupted} ${name}` }, CONTINUE_WORDS.interrupted);
  const said = html("span", { role: "status" }, "interrupted; not started here");
  button.addEventListener("click", async () => {
    try {
      await postJson(runPath(name, "/resume"));
      location.assign(writeState({ run: name }));
    } catch (error) {
      said.textContent = error.message;
    }
  });
  return html("span", { class: "row" }, said, button);
}
