// Files that a report carries within itself, to save them or to check them.

import { html } from "../shared/dom.js";

const REVOKE_MILLISECONDS = 10_000; // an address must live until the browser has begun to save

/** Buttons that save the certificate and the weights of a run. */
export function downloads({ certificate, model }) {
  const weights = () => Uint8Array.from(atob(model), (character) => character.charCodeAt(0));
  return html(
    "div",
    { class: "row unprinted" },
    certificate ? saveButton("certificate.json", "application/json", () => certificate.text) : null,
    model ? saveButton("model.safetensors", "application/octet-stream", weights) : null,
  );
}

function saveButton(name, type, makeContent) {
  return html("button", { type: "button", onclick: () => saveFile(name, new Blob([makeContent()], { type })) }, `Save ${name}`);
}

function saveFile(name, blob) {
  const address = URL.createObjectURL(blob);
  html("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_MILLISECONDS);
}
