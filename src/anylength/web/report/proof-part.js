// The report's section on the task's machine and the certificate.

import { boxesFigure } from "./boxes.js";
import { checkHere } from "./check-here.js";
import { downloads } from "./downloads.js";
import { facts, html } from "../shared/dom.js";
import { machineFigure } from "./machine.js";
import { shortNumber } from "../shared/scales.js";

/** The section's elements for a run. */
export function proofPart(run) {
  const machine = run.machine ? machineFigure(run.machine, { isNamed: run.words.reads_words }) : quiet("No machine of a fixed size can do this task.");
  const proof = run.certificate ? certificateParts(run) : [quiet(withoutCertificate(run.verdict))];
  return [html("div", { class: "beside" }, html("div", {}, machine), html("div", {}, ...proof))];
}

function quiet(text) {
  return html("p", { class: "quiet" }, text);
}

function withoutCertificate(verdict) {
  if (verdict?.verdict === "PROVED") return "The certificate is missing.";
  if (verdict?.horizon) return `The certificate is about inputs of up to ${verdict.horizon} steps: horizon-certificate.json in the run's folder.`;
  return "There is no certificate: only a PROVED verdict has one.";
}

function certificateParts(run) {
  const { certificate } = run;
  const proof = certificate.proofs[0];
  return [
    facts([["certificate", certificate.valid ? "VALID" : `REJECTED: ${certificate.reason}`], ...proofFacts(certificate.proofs)]),
    proof ? regions(proof, run.net?.task.machine?.names ?? []) : null,
    html("h3", {}, "Check it yourself"),
    html(
      "p",
      {},
      "Save both files, then run the independent checker. It is plain Python, a thousand lines of code, and needs nothing else:",
    ),
    downloads(run),
    html("pre", { tabindex: "0" }, "python -m anylength_check certificate.json model.safetensors"),
    checkHere(run),
    html("details", {}, html("summary", {}, "what the checker says"), html("pre", { tabindex: "0" }, certificate.lines.join("\n"))),
  ];
}

/** The picture of boxes; ellipsoids are told in words. */
function regions(proof, names) {
  if (proof.boxes.length) return boxesFigure(proof, names);
  return quiet("The regions of this proof are ellipsoids of states, one for each way in which a word may have ended.");
}

/** The first proof's margin and formats, and the largest noise of all proofs. */
function proofFacts(proofs) {
  if (!proofs.length) return [];
  const noise = Math.max(...proofs.map((proof) => proof.epsilon));
  return [
    ["noise budget", `${shortNumber(noise)} in every unit, at every step`],
    ["formats covered", proofs[0].formats.join(", ")],
    ["margin", `the logit of the right answer is above all others by at least ${shortNumber(proofs[0].eta)}`],
  ];
}
