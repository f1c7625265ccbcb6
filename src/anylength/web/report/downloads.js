// Files that a report carries within itself, to save them or to check them.

import { html } from "../shared/dom.js";
import { bytesOfBase64, saveButton } from "../shared/saved-files.js";

/** Buttons that save the certificate and the weights of a run. */
export function downloads({ certificate, model }) {
  return html(
    "div",
    { class: "row unprinted" },
    certificate ? saveButton("certificate.json", "application/json", () => certificate.text) : null,
    model ? saveButton("model.safetensors", "application/octet-stream", () => bytesOfBase64(model)) : null,
  );
}
