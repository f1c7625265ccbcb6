// A button that runs the independent checker in Python, in the page, where the site carries Python.

import { html, refill } from "./dom.js";

/** The button and what the checker says; nothing where the site has no Python. */
export function pythonCheck({ certificate, weights }) {
  if (!("python" in document.documentElement.dataset)) return null;
  const said = html("div", { "aria-live": "polite", class: "python-said" });
  const button = html("button", { type: "button" }, "Check it by the Python checker itself");
  button.onclick = () => {
    button.disabled = true;
    refill(said, html("p", { class: "quiet" }, "Loading Python, once some 13 MB from this site. Nothing is sent anywhere."));
    const worker = new Worker("python-worker.js", { type: "module" });
    const show = (...content) => {
      refill(said, ...content);
      button.disabled = false;
      worker.terminate();
    };
    worker.onmessage = ({ data: { valid, reason, lines, milliseconds } }) => {
      const head = valid ? `VALID: anylength_check took ${(milliseconds / 1000).toFixed(1)} s.` : `REJECTED: ${reason}.`;
      show(html("p", {}, html("strong", {}, head)), ...lines.map((line) => html("p", { class: "said-line" }, line)));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      show(html("p", { class: "message" }, `Python could not go on: ${event.message || "its files could not be loaded"}.`));
    };
    worker.postMessage({ certificate, weights });
  };
  return html("div", {}, html("p", {}, button), said);
}
