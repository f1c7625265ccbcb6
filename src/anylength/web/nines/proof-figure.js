// The proof of the right-hand net, checked in the page on a click.

import { html, refill } from "../shared/dom.js";
import { pythonCheck } from "../shared/python-check.js";
import { bytesOfBase64, saveButton } from "../shared/saved-files.js";

const COMMAND = "python -m anylength_check certificate.json model.safetensors";

/** A button that checks, buttons that save, and the command for everybody else. */
export function proofFigure({ certificate, model }) {
  const files = { certificate: new TextEncoder().encode(certificate), weights: bytesOfBase64(model) };
  const said = html("div", { "aria-live": "polite" });
  const button = html("button", { type: "button", class: "chief" }, "Check the proof here");
  button.onclick = () => check(files, said, button);
  const saves = [
    saveButton("certificate.json", "application/json", () => files.certificate),
    saveButton("model.safetensors", "application/octet-stream", () => files.weights),
  ];
  return html(
    "div",
    {},
    html("p", { class: "row" }, button, ...saves),
    said,
    pythonCheck(files),
    html("p", {}, "Or with a program that needs nothing but Python: ", html("code", {}, COMMAND)),
  );
}

function check(files, said, button) {
  button.disabled = true;
  const worker = new Worker("nines-worker.js");
  const done = (content) => {
    refill(said, ...content);
    button.disabled = false;
    worker.terminate();
  };
  worker.onmessage = ({ data: { valid, reason, lines, milliseconds } }) => {
    const head = valid ? `VALID: checked in ${Math.max(1, Math.round(milliseconds))} ms.` : `REJECTED: ${reason}.`;
    const sentences = lines.map((line) => html("p", { class: "said-line" }, line));
    const details = html("details", {}, html("summary", {}, "What the checker said"), ...sentences);
    done([html("p", {}, html("strong", {}, head)), valid ? details : null]);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const why = event.message || "its script could not be loaded";
    done([html("p", { class: "message" }, `The worker that checks could not go on: ${why}.`)]);
  };
  worker.postMessage({ kind: "check", ...files });
}
