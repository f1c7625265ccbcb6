// Files that a page carries within itself, for whoever wants to keep or check them.

import { html } from "../shared/dom.js";

/** Buttons that save the certificate and the weights of a run. */
export function downloads(run) {
  const weights = () => Uint8Array.from(atob(run.model), (sign) => sign.charCodeAt(0));
  return html(
    "div",
    { class: "row unprinted" },
    run.certificate ? saving("certificate.json", "application/json", () => run.certificate.text) : null,
    run.model ? saving("model.safetensors", "application/octet-stream", weights) : null,
  );
}

function saving(name, type, make) {
  return html("button", { type: "button", onclick: () => saveFile(name, new Blob([make()], { type })) }, `Save ${name}`);
}

function saveFile(name, blob) {
  const address = URL.createObjectURL(blob);
  html("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
