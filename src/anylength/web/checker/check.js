// The check: a certificate and a weights file in, valid or a reason out. The default answer is "rejected".
//
// The claim: at every step of every word the machine's output leads by eta, if each computed step errs by at most epsilon in each row. A
// proof lists nodes: each has a state of the machine, and a region that is meant to hold all states met there. From a node's region and
// a symbol all next states are computed, rounded outward and widened by epsilon. There the machine's output must lead, and all must lie
// in the region of a node that has the machine's next state. By induction over the word every answer is right. This is a second
// implementation of what `anylength_check` does in Python, with the same answers, word by word.

import { demandFit, readCertificate } from "./certificate.js";
import { fromHex, larger, largestOf, smaller, smallestOf, WEIGHT_SHIFT } from "./dyadic.js";
import { Boxes, Ellipsoids } from "./regions.js";
import { billionthsText, encodedSymbol, RoundedStates } from "./rounded.js";
import { demandCovered, weightSlack } from "./rounding.js";
import { differencesOf, readOutRows, readProgram, runPart, startOf, workOfStep } from "./steps.js";
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
  const [states, symbols] = [delta.length, delta[0].length];
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
  const Kind = top.has("rounding") ? RoundedStates : Cover;
  proofs.forEach((proof, k) => lines.push(`Proof ${k + 1}: ${new Kind(top, program, net, columns, proof).checked()}`));
  if (proofs.some((proof) => !["", "float32"].includes(proof.get("formats").join()))) lines.push(`Number formats: ${STORAGE_SENTENCE}`);
  return { valid: true, claim: top.get("claim"), reason: null, lines };
}

/** The multiplications of a proof's check, about. */
function workOfProof(program, net, columns, proof, symbols) {
  const [sparse, dense, n] = [workOfStep(program, columns), workOfStep(program, net), program.state];
  const formats = symbols * proof.get("formats").length * FORMAT_STEPS * dense;
  if (proof.has("steps")) return formats + (proof.get("states") + proof.get("steps")) * sparse;
  if (!proof.has("blocks")) return formats + symbols * proof.get("nodes").length * sparse;
  const blocks = proof.get("blocks");
  return formats + stepsOfProof(proof, symbols) * (Math.floor((dense * n * (1 + blocks)) / 8) + n ** 3 * (3 + blocks));
}

/** The inclusions. A step of a sliced ellipsoid has one more for each slice. */
function stepsOfProof(proof, symbols) {
  const isNode = (node) => node instanceof Map && Array.isArray(node.get("weights"));
  const rows = proof.get("nodes").filter(isNode).flatMap((node) => node.get("weights")).filter((row) => Array.isArray(row));
  const ofSlices = proof.has("slices") ? rows.filter((row) => Array.isArray(row[0])).flat() : [];
  return symbols * proof.get("nodes").length + ofSlices.length;
}

/** A proof and what its nodes are about. */
class Cover {
  constructor(top, program, net, columns, proof) {
    Object.assign(this, { program, net, proof, machine: top.get("machine"), encoding: top.get("encoding") });
    this.nodes = proof.get("nodes");
    this.words = top.get("words") ?? new Map();
    this.regions = new (proof.has("blocks") ? Ellipsoids : Boxes)(top, program, net, columns, proof);
    [this.epsilon, this.eta] = ["epsilon", "eta"].map((name) => fromHex(proof.get(name), name));
    this.weights = readOutRows(program, net);
  }

  /** All checks of the proof; what was checked, in words. */
  checked() {
    demand(this.epsilon >= 0n && this.eta > 0n, "epsilon is negative or eta is not positive");
    const [before, kept, margins] = [this.start(), [], []];
    for (let symbol = 0; symbol < this.machine.get("delta")[0].length; symbol += 1) {
      const going = this.nodes.map((_, number) => number).filter((number) => this.goesOn(number, symbol));
      if (!going.length) continue;
      const leaf = encodedSymbol(this.encoding, symbol);
      const points = this.regions.points(leaf);
      const known = [new Map(), new Map()];
      const hulls = [before, new Map([[-1, []]]), new Map()];
      kept.push([leaf, hulls]);
      for (const number of going) {
        for (let piece = 0; piece < this.regions.pieces(number, symbol); piece += 1) {
          margins.push(this.node([number, symbol, piece], points, known, hulls));
        }
      }
    }
    demand(margins.length > 0, "the automaton reads no word, so there is nothing to check");
    const formats = this.proof.get("formats");
    const coarser = formats.filter((name) => name !== "float32"); // of such a format all errors are larger
    for (const name of coarser.length ? coarser : formats) {
      demandCovered(name, this.program, this.net, this.epsilon, this.eta, kept);
    }
    const steps = margins.length;
    return (
      `epsilon ${this.proof.get("epsilon")}, eta ${this.proof.get("eta")}; nodes: ${this.nodes.length}, all reached; ` +
      `inclusions checked: ${steps}, of ${this.regions.words} each; ` +
      `margins checked: ${steps * (this.program.classes - 1)}, the smallest at least ` +
      `${billionthsText(smallestOf(margins))}; formats checked: ${formats.join(", ") || "none"}.`
    );
  }

  /** The start node has the machine's start state, and in its region the start state's values; it leads to all other nodes. */
  start() {
    const first = this.proof.get("start");
    const state = startOf(this.program, this.net).map((w) => {
      const slack = largestOf([0n, ...this.proof.get("formats").map((name) => weightSlack(w, name))]);
      return [(w << WEIGHT_SHIFT) - slack, (w << WEIGHT_SHIFT) + slack];
    });
    const startState = this.machine.get("start");
    demand(this.nodes[first].get("state") === startState, "the start node is not of the machine's start state");
    const [depth, waiting] = [new Map([[first, 0]]), [first]]; // the steps of the shortest word to each node
    for (const number of waiting) {
      for (const after of this.nodes[number].get("next")) {
        if (after < 0 || depth.has(after)) continue;
        depth.set(after, depth.get(number) + 1);
        waiting.push(after);
      }
    }
    demand(depth.size === this.nodes.length, "a node is not reached from the start node");
    const ends = [...depth].filter(([number]) => this.nodes[number].get("next").includes(-1)).map(([, steps]) => steps);
    demand(ends.every((steps) => steps >= (this.words.get("steps") ?? 0)), "a node that lacks a next node is met too early");
    demand(!this.nodes[first].get("automaton"), "the start node is not of the automaton's start state");
    const reason = `the start node's ${this.regions.name} does not contain the values of the start state`;
    return this.regions.entered(this.regions.points(state), first, null, reason);
  }

  /** Whether a node has a next node under a symbol. Where the claim has an automaton, both follow it. */
  goesOn(number, symbol) {
    const after = this.nodes[number].get("next")[symbol];
    if (this.words.has("automaton")) {
      const expected = this.words.get("automaton")[this.nodes[number].get("automaton")][symbol];
      const found = after >= 0 ? this.nodes[after].get("automaton") : -1;
      demand(found === expected, `node ${number} under symbol ${symbol} does not follow the automaton`);
    }
    return after !== -1;
  }

  /**
   * Checks a piece of a node under a symbol; the margin. Adds to what is known of a step and its answer what the symbol fixes, to the
   * hulls all ranges.
   */
  node(edge, leaf, known, hulls) {
    const { program, regions } = this;
    const [number, symbol] = edge;
    const [step, answer] = known;
    const [node, where] = [this.nodes[number], `node ${number} under symbol ${symbol}`];
    const after = node.get("next")[symbol];
    const follows = this.nodes[after].get("state") === this.machine.get("delta")[node.get("state")][symbol];
    demand(follows, `${where} goes to node ${after}, which is of another machine state than the machine's next`);
    for (const [value, rows] of regions.cut(edge)) step.set(value, rows);
    runPart(regions.rule, program, 1, step, leaf, []);
    answer.set(-1, regions.widened(step.get(program.last[1]), this.epsilon));
    const before = regions.entered(answer.get(-1), after, edge, `${where} leaves the ${regions.name} of node ${after}`);
    runPart(regions.rule, program, 2, answer, leaf, answer.get(-1));
    const right = this.machine.get("output")[node.get("state")][symbol];
    const margin = smallestOf(regions.least(differencesOf(this.weights, right), answer.get(program.last[2])));
    demand(margin >= this.eta, `${where}: the machine's output does not lead by eta`);
    [before, regions.ranges(step), regions.ranges(answer)].forEach((values, k) => addToHull(hulls[k], values));
    return margin;
  }
}

/** Widens each range of the hull to hold that of the values. */
function addToHull(hull, values) {
  for (const [value, box] of values) {
    const own = hull.get(value);
    if (own === box) continue; // what the symbol alone fixes
    hull.set(value, own ? own.map(([low, high], k) => [smaller(low, box[k][0]), larger(high, box[k][1])]) : box);
  }
}
