// The proof of the right-hand net, checked in the page on a click.

import { CHECK_COMMAND, checkButton } from "../shared/check-button.js";
import { html } from "../shared/dom.js";
import { hiredWorker } from "../shared/hired-worker.js";
import { pythonCheck } from "../shared/python-check.js";
import { bytesOfBase64, saveButtons } from "../shared/saved-files.js";

/** A button that checks, buttons that save, and the command for everybody else. */
export function proofFigure({ certificate, model }) {
  const files = { certificate: new TextEncoder().encode(certificate), weights: bytesOfBase64(model) };
  const here = checkButton(files, {
    label: "Check the proof here",
    kind: "chief",
    waiting: "Checking …",
    checker: "the checker in this page",
    hire: () => hiredWorker("nines-worker.js"),
  });
  const command = html("p", {}, "Or with a program that needs nothing but Python: ", html("code", {}, CHECK_COMMAND));
  return html("div", {}, here, pythonCheck(files), html("p", { class: "row" }, ...saveButtons(files)), command);
}
