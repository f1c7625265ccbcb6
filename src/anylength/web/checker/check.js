// The check: a certificate and a weights file in, valid or a reason out. The default answer is "rejected".
//
// The claim: at every step of every word the machine's output leads by eta, if each computed step errs by at most epsilon in each row. A
// proof lists nodes: each has a state of the machine, and a region that is meant to hold all states met there. From a node's region and
// a symbol all next states are computed, rounded outward and widened by epsilon. There the machine's output must lead, and all must lie
// in the region of a node that has the machine's next state. By induction over the word every answer is right. This is a second
// implementation of what `anylength_check` does in Python, with the same answers, word by word.

import { demandFit, readCertificate, alphabetSize } from "./certificate.js";
import { Cover } from "./cover.js";
import { RoundedStates } from "./rounded.js";
import { Stacks } from "./stacks.js";
import { readProgram, workOfStep } from "./steps.js";
import { demand, Refused } from "./strict.js";
import { filledColumns, readShapes, readTensors } from "./weights.js";

const WORK_LIMIT = 2 ** 32; // multiplications, about
const KEPT_RANGES_LIMIT = 2 ** 21; // intervals that are kept for number formats
const FORMAT_STEPS = 4; // steps that a number format takes for each symbol, about
const STORAGE_SENTENCE =
  "bfloat16 and float16 mean storage: weights, states and logits are stored in them, and all arithmetic is float32.";

/**
 * Checks a certificate against a weights file.
 * @param {Uint8Array} certificate
 * @param {Uint8Array} weights
 * @returns {{valid: boolean, claim: string | null, reason: string | null, lines: string[]}}
 */
export function checkFiles(certificate, weights) {
  try {
    return checkedFiles(certificate, weights);
  } catch (error) {
    const reason = error instanceof Refused ? error.message : `the checker could not finish: ${error.name}`;
    return { valid: false, claim: null, reason, lines: [] };
  }
}

/** The result if the claim is proved, else Refused or any other error. The cheap checks come first. */
function checkedFiles(certificate, weights) {
  const top = readCertificate(certificate);
  const [shapes, raw] = readShapes(weights);
  const program = readProgram(top.get("program"));
  const isOwn = ([name, shape]) => String(shape) === String(program.shapes.get(name));
  const areSame = shapes.size === program.shapes.size && [...shapes].every(isOwn);
  demand(areSame, "the tensors of the weights file are not those of the program, by name and shape");
  const net = readTensors(shapes, raw, top.get("tensors"));
  demandFit(top, program);
  const [delta, proofs] = [top.get("machine").get("delta"), top.get("proofs")];
  const [states, symbols] = [delta.length, alphabetSize(top.get("encoding"))];
  const columns = new Map([...net].map(([name, rows]) => [name, filledColumns(rows)]));
  const work = proofs.reduce((sum, proof) => sum + workOfProof(program, net, columns, proof, symbols), 0);
  demand(work <= WORK_LIMIT, `the proofs are too much work to check: ${work} multiplications, over the limit of ${WORK_LIMIT}`);
  const rows = [1, 2].flatMap((which) => program.orders[which].map((number) => program.parts[which][number].rows));
  const kept = symbols * rows.reduce((sum, count) => sum + count, 0);
  const haveFormats = proofs.some((proof) => proof.get("formats").length);
  demand(kept <= KEPT_RANGES_LIMIT || !haveFormats, `formats need ${kept} ranges, over ${KEPT_RANGES_LIMIT}`);
  const operations = program.parts[1].length + program.parts[2].length;
  const lines = [
    `Claim: ${top.get("claim")}`,
    "Files: the digest fits the certificate, the SHA-256 fits the tensors, every weight is a finite float32.",
    `Machine: ${states} states, ${symbols} symbols. Net: ${program.state} numbers in a state, ${operations} operations, ` +
      `${program.classes} output classes.`,
  ];
  const Kind = top.has("rounding") ? RoundedStates : program.memory ? Stacks : Cover;
  proofs.forEach((proof, k) => lines.push(`Proof ${k + 1}: ${new Kind(top, program, net, columns, proof).checked()}`));
  if (proofs.some((proof) => !["", "float32"].includes(proof.get("formats").join()))) lines.push(`Number formats: ${STORAGE_SENTENCE}`);
  return { valid: true, claim: top.get("claim"), reason: null, lines };
}

/** The multiplications of a proof's check, about. */
function workOfProof(program, net, columns, proof, symbols) {
  const [sparse, dense, n] = [workOfStep(program, columns), workOfStep(program, net), program.state];
  const formats = symbols * proof.get("formats").length * FORMAT_STEPS * dense;
  if (proof.has("steps")) return formats + (proof.get("states") + proof.get("steps")) * sparse;
  if (proof.has("letters")) return formats + nextNodes(proof) * sparse;
  if (!proof.has("blocks")) return formats + symbols * proof.get("nodes").length * sparse;
  const blocks = proof.get("blocks");
  return formats + stepsOfProof(proof, symbols) * (Math.floor((dense * n * (1 + blocks)) / 8) + n ** 3 * (3 + blocks));
}

/** The inclusions of a net with stacks: a node has no next node where no word leads. */
function nextNodes(proof) {
  const lists = proof.get("nodes").map((node) => (node instanceof Map ? node.get("next") : null));
  return lists.filter((row) => Array.isArray(row)).flat().filter((after) => after !== -1).length;
}

/** The inclusions. A step of a sliced ellipsoid has one more for each slice. */
function stepsOfProof(proof, symbols) {
  const isNode = (node) => node instanceof Map && Array.isArray(node.get("weights"));
  const rows = proof.get("nodes").filter(isNode).flatMap((node) => node.get("weights")).filter((row) => Array.isArray(row));
  const ofSlices = proof.has("slices") ? rows.filter((row) => Array.isArray(row[0])).flat() : [];
  return symbols * proof.get("nodes").length + ofSlices.length;
}
