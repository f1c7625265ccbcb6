// A button that checks a run's certificate in the page itself, with a second implementation of the independent checker.

import { checkFiles } from "../checker/check.js";
import { html } from "../shared/dom.js";
import { bytesOfBase64 } from "../shared/saved-files.js";

/** The button and what it says; nothing where a file is missing, or the certificate proves nothing of this net and task. */
export function checkHere(run) {
  const { certificate, model } = run;
  if (!certificate?.valid || !model) return null;
  const said = html("div", { "aria-live": "polite" });
  const button = html("button", { type: "button" }, "Check it in this page");
  button.onclick = () => {
    button.disabled = true;
    said.replaceChildren(html("p", { class: "quiet" }, "Checking. A proof by ellipsoids takes some ten seconds."));
    setTimeout(() => {
      said.replaceChildren(answer(run));
      button.disabled = false;
    }, 50); // the page shows the sentence first
  };
  const told = "Or let this page check them: it carries the checker a second time, in JavaScript.";
  return html("div", { class: "unprinted" }, html("p", {}, told), button, said);
}

/** What the checker says of the certificate; it must be about the machine of the task that the page names, too. */
export function resultOf({ certificate, model, net }) {
  const result = checkFiles(new TextEncoder().encode(certificate.text), bytesOfBase64(model));
  if (!result.valid || tables(JSON.parse(certificate.text).machine) === tables(net.task.stack_machine ?? net.task.machine)) return result;
  return { ...result, valid: false, reason: `the certificate is of another machine than that of the task ${net.task.name}` };
}

function tables(machine) {
  return JSON.stringify([machine?.start, machine?.delta, machine?.output, machine?.actions, machine?.letters]);
}

function answer(run) {
  const started = performance.now();
  const result = resultOf(run);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!result.valid) return html("p", {}, html("strong", {}, `REJECTED: ${result.reason}.`));
  const isSame = result.lines.join("\n") === run.certificate.lines.join("\n");
  const compared = isSame ? ", word for word as the checker in Python said" : "";
  return html("p", {}, html("strong", {}, "VALID"), `: checked in this page in ${seconds} s${compared}.`);
}
