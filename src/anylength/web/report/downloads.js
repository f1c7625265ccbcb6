// Files that a report carries within itself, to save them or to check them.

import { html } from "../shared/dom.js";
import { bytesOfBase64, saveButtons } from "../shared/saved-files.js";

/** Buttons that save the certificate and the weights of a run. */
export function downloads({ certificate, model }) {
  const files = { certificate: certificate?.text, weights: model ? bytesOfBase64(model) : null };
  return html("div", { class: "row unprinted" }, ...saveButtons(files));
}
