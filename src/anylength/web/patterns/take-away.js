// The proof to take away: certificate and weights, and how anyone checks them.

import { html } from "../shared/dom.js";

/** The links, the command, and what the checker said. */
export function takeAway({ certificate, weights, lines }) {
  const says = lines.map((line) => html("p", { class: "said-line" }, line));
  const links = [
    link(certificate, "certificate.json", "application/json"), link(weights, "model.safetensors", "application/octet-stream"),
  ];
  return html(
    "div",
    {},
    html("p", { class: "row" }, ...links),
    html("p", {}, "The page has checked them, with exact integers. Check them again, by a program that needs nothing but Python:"),
    html("p", {}, html("code", {}, "python -m anylength_check certificate.json model.safetensors")),
    html("details", {}, html("summary", {}, "What the checker said"), ...says),
  );
}

function link(bytes, name, type) {
  const href = URL.createObjectURL(new Blob([bytes], { type }));
  return html("a", { class: "button", href, download: name }, `${name} (${(bytes.length / 1000).toFixed(1)} kB)`);
}
