// A verdict as a stamp: its name, and the number of steps that it is about.

import { html } from "./dom.js";

/** The stamp of a verdict, or of none. */
export function stamp(verdict) {
  const name = verdict?.verdict ?? "NO VERDICT";
  const style = verdict ? name.replaceAll(" ", "-") : "NONE";
  const steps = verdict?.horizon ? ` ${verdict.horizon} ${verdict.horizon === 1 ? "STEP" : "STEPS"}` : "";
  return html("strong", { class: `stamp ${style}` }, name + steps);
}
