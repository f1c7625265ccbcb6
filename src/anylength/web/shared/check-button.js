// A button that lets a worker check a certificate, and what the checker says then.

import { html, refill } from "./dom.js";
import { timeWords } from "./time-words.js";

/** How anybody checks a certificate without a page. */
export const CHECK_COMMAND = "python -m anylength_check certificate.json model.safetensors";

/**
 * The button and what is said below it.
 * @param {{certificate: Uint8Array, weights: Uint8Array}} files
 * @param {{label: string, kind?: string, waiting: string, checker: string, hire: () => Worker}} options `kind` is the button's class,
 *   `waiting` what is said meanwhile, `checker` who checks; the hired worker answers a message `check` with what the checker said
 */
export function checkButton({ certificate, weights }, { label, kind, waiting, checker, hire }) {
  const said = html("div", { "aria-live": "polite", class: "checked" });
  const button = html("button", { type: "button", class: kind }, label);
  button.onclick = () => {
    let worker;
    try {
      worker = hire();
    } catch (error) {
      refill(said, html("p", { class: "message" }, error.message));
      return;
    }
    button.disabled = true;
    refill(said, html("p", { class: "quiet" }, waiting));
    const show = (...content) => {
      refill(said, ...content);
      button.disabled = false;
      worker.terminate();
    };
    worker.onmessage = ({ data }) => show(...sentencesOf(data, checker));
    worker.onerror = (event) => {
      event.preventDefault();
      const why = event.message || "its script could not be loaded";
      show(html("p", { class: "message" }, `The worker that checks could not go on: ${why}.`));
    };
    worker.postMessage({ kind: "check", certificate, weights });
  };
  return html("div", {}, html("p", {}, button), said);
}

function sentencesOf({ valid, reason, lines, milliseconds }, checker) {
  const head = valid ? `VALID: ${checker} took ${timeWords(milliseconds)}.` : `REJECTED: ${reason}.`;
  return [html("p", {}, html("strong", {}, head)), valid ? checkerLines(lines) : null];
}

/** The sentences of a checker, folded. */
export function checkerLines(lines) {
  const sentences = lines.map((line) => html("p", { class: "said-line" }, line));
  return html("details", {}, html("summary", {}, "What the checker said"), ...sentences);
}
