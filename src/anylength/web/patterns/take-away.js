// The proof to take away: certificate and weights, and how anyone checks them.

import { html } from "../shared/dom.js";
import { pythonCheck } from "../shared/python-check.js";
import { saveButton } from "../shared/saved-files.js";

/** The buttons, the command, and what the checker said. */
export function takeAway({ certificate, weights, lines }) {
  const buttons = [
    saveButton("certificate.json", "application/json", () => certificate),
    saveButton("model.safetensors", "application/octet-stream", () => weights),
  ];
  const says = lines.map((line) => html("p", { class: "said-line" }, line));
  return html(
    "div",
    {},
    html("p", { class: "row" }, ...buttons),
    pythonCheck({ certificate, weights }),
    html("p", {}, "The page has checked them, with exact integers. Check them again, by a program that needs nothing but Python:"),
    html("p", {}, html("code", {}, "python -m anylength_check certificate.json model.safetensors")),
    html("details", {}, html("summary", {}, "What the checker said"), ...says),
  );
}
