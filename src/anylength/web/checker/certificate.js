// The certificate file, read strictly: exactly its fields, each of its type and within its limit, its digest, and its claim.
//
// The claim must be the one sentence, then PROVED for each proof in the file's order, letter by letter.

import { canonicalSha256 } from "./digests.js";
import { fromHex } from "./dyadic.js";
import { ellipsoidOf } from "./ellipsoids.js";
import { demand, fieldsOf, integerOf, itemsOf, parseStrict } from "./strict.js";

const CERTIFICATE_LIMIT = 320 * 2 ** 20; // bytes
const MOST_NODES = 100_000;
const MOST_PROOFS = 8;
const MOST_MACHINE_STATES = 1024;
const MOST_SYMBOLS = 4096;
const MOST_TAPES = 12;
const MOST_BLOCKS = 16;
const MOST_STEPS_OF_WORDS = 1_000_000;
const MOST_COLUMNS = 65_536; // of a machine with stacks: symbols times combinations of tops
const MOST_STACKS = 8;
const MOST_FRACTION_BITS = 20;
const MOST_VISITS = 2 ** 25; // numbers in all rounded states, and steps
const LARGEST_NUMBER = 2 ** 47; // of an ellipsoid, in units of 2^-32
const FORMAT_NAMES = ["bfloat16", "float16", "float32"];
const FORMAT = 1;
const TOP_FIELDS = ["format", "claim", "program", "encoding", "machine", "tensors", "proofs", "noise_budget", "digest"];

/**
 * The object of a certificate file, with the regions of nodes unread, or Refused.
 * @param {Uint8Array} file
 */
export function readCertificate(file) {
  demand(file.length <= CERTIFICATE_LIMIT, `the certificate is over ${CERTIFICATE_LIMIT} bytes`);
  const top = parseStrict(file);
  integerOf(top instanceof Map ? top.get("format") : null, "the format", FORMAT, FORMAT);
  const scope = ["rounding", "words"].find((name) => top.has(name));
  const values = fieldsOf(top, "the certificate", ...TOP_FIELDS, ...(scope ? [scope] : []));
  const [, , , encoding, machine, , proofs, , digest, about] = values;
  const withoutDigest = new Map([...top].filter(([name]) => name !== "digest"));
  demand(digest === canonicalSha256(withoutDigest), "the digest does not fit the certificate");
  const [base, tapes] = fieldsOf(encoding, "the encoding", "base", "tapes");
  const symbols =
    integerOf(base, "the encoding's base", 1, MOST_SYMBOLS) ** integerOf(tapes, "the number of tapes", 1, MOST_TAPES);
  demand(symbols <= MOST_SYMBOLS, `the encoding has more than ${MOST_SYMBOLS} symbols`);
  const ofStacks = machine instanceof Map && machine.has("actions") ? ["actions", "letters"] : [];
  const [start, delta, output, ...actions] = fieldsOf(machine, "the machine", "start", "delta", "output", ...ofStacks);
  const states = itemsOf(delta, "delta", 1, MOST_MACHINE_STATES).length;
  integerOf(start, "the machine's start", 0, states - 1);
  const columns = actions.length ? columnsOf(symbols, states, ...actions) : symbols;
  for (const [table, where, most] of [[delta, "delta", states - 1], [output, "output", MOST_SYMBOLS - 1]]) {
    const least = actions.length ? -1 : 0;
    for (const row of itemsOf(table, where, states, states)) itemsOf(row, `a row of ${where}`, columns, columns, most, least);
  }
  demand(!actions.length || !scope, "a claim about stacks is about all words");
  if (scope === "words") demandWords(about, symbols);
  if (scope === "rounding") demandRounding(about);
  for (const proof of itemsOf(proofs, "the list of proofs", 1, MOST_PROOFS)) {
    if (scope === "rounding") demandCounts(proof);
    else demandGraph(proof);
    const formats = itemsOf(proof.get("formats"), "formats", 0, FORMAT_NAMES.length);
    const ascending = FORMAT_NAMES.filter((name) => formats.includes(name));
    const isAscending = formats.length === ascending.length && formats.every((name, k) => name === ascending[k]);
    demand(isAscending, "formats is not an ascending list out of bfloat16, float16, float32");
  }
  return top;
}

/** The number of symbols of an encoding that is read. */
export function alphabetSize(encoding) {
  return encoding.get("base") ** encoding.get("tapes");
}

/**
 * The columns of a machine with stacks, one for each symbol and what lies on top of each stack, or Refused. In column
 * s + symbols * (t_1 + letters * (t_2 + ...)) is what happens under symbol s and the letters t_1, t_2, ... on top; 0 is the bottom. An
 * action is 0: keep, 1: pop, or g + 1: push letter g.
 */
function columnsOf(symbols, states, actions, letters) {
  const first = itemsOf(itemsOf(actions, "actions", states, states)[0], "a row of actions", 1, MOST_COLUMNS)[0];
  const stacks = itemsOf(first, "the actions of a step", 1, MOST_STACKS).length;
  const columns = symbols * integerOf(letters, "the number of letters", 1, MOST_COLUMNS) ** stacks;
  demand(columns <= MOST_COLUMNS, `the machine has more than ${MOST_COLUMNS} columns`);
  for (const row of actions) {
    for (const one of itemsOf(row, "a row of actions", columns, columns)) itemsOf(one, "the actions of a step", stacks, stacks, letters);
  }
  return columns;
}

/** Refuses unless a proof has nodes, and a start among them. */
function demandGraph(proof) {
  const ofEllipsoids = proof instanceof Map && proof.has("blocks");
  const optional = ofEllipsoids ? ["blocks", "slices"] : ["letters"];
  const names = optional.filter((name) => proof instanceof Map && proof.has(name));
  const [, , , start, nodes, ...others] = fieldsOf(proof, "a proof", "epsilon", "eta", "formats", "start", "nodes", ...names);
  itemsOf(ofEllipsoids ? others.slice(0, 1) : [], "blocks", 0, 1, MOST_BLOCKS);
  integerOf(start, "a proof's start", 0, itemsOf(nodes, "the list of nodes", 1, MOST_NODES).length - 1);
}

/** Refuses unless a proof has counts of rounded states and of steps. */
function demandCounts(proof) {
  const counts = fieldsOf(proof, "a proof", "epsilon", "eta", "formats", "states", "steps").slice(3);
  for (const count of counts) integerOf(count, "a count of a proof", 1, MOST_VISITS);
}

function demandRounding(rounding) {
  const [bits] = fieldsOf(rounding, "rounding", "fraction_bits");
  integerOf(bits, "fraction_bits", 1, MOST_FRACTION_BITS);
}

/** Refuses unless these are words of at most some steps, or those that an automaton reads. */
function demandWords(words, symbols) {
  const name = words instanceof Map && words.has("steps") ? "steps" : "automaton";
  const [value] = fieldsOf(words, "words", name);
  if (name === "steps") {
    integerOf(value, "the number of steps", 1, MOST_STEPS_OF_WORDS);
    return;
  }
  const states = itemsOf(value, "the automaton", 1, MOST_MACHINE_STATES).length;
  for (const row of value) itemsOf(row, "a row of the automaton", symbols, symbols, states - 1, -1);
}

/** Refuses unless the certificate fits the program, its proofs fit each other, and the claim is the right one. */
export function demandFit(top, program) {
  const [encoding, machine, proofs] = ["encoding", "machine", "proofs"].map((name) => top.get(name));
  const { memory } = program;
  const inputs = program.encoded - (memory ? memory.stacks * memory.width : 0);
  const haveStacks = [machine.has("actions"), memory !== null, ...proofs.map((proof) => proof.has("letters"))];
  demand(new Set(haveStacks).size === 1, "the machine, the program and the proofs are not all with stacks, or all without");
  demand(encoding.get("base") * encoding.get("tapes") === inputs, `the encoding does not fit ${inputs} inputs`);
  const largest = machine.get("output").reduce((most, row) => row.reduce((a, b) => Math.max(a, b), most), 0);
  demand(largest < program.classes, "an output is no class of the read-out");
  const nodes = proofs.reduce((sum, proof) => sum + (proof.get("nodes")?.length ?? 0), 0);
  demand(nodes <= MOST_NODES, `there are more than ${MOST_NODES} nodes`);
  const visits = Math.max(...proofs.map((proof) => proof.get("states") ?? 0)) * program.state;
  demand(visits <= MOST_VISITS, `all rounded states have more than ${MOST_VISITS} numbers`);
  const numbers = proofs.map((proof) => ["epsilon", "eta"].map((name) => fromHex(proof.get(name), name)));
  const different = new Set(numbers.map(([epsilon, eta]) => `${epsilon} ${eta}`)).size;
  demand(different === proofs.length, "two proofs are for the same epsilon and eta");
  const largestEpsilon = numbers.reduce((most, [epsilon]) => (epsilon > most ? epsilon : most), numbers[0][0]);
  demand(fromHex(top.get("noise_budget"), "noise_budget") === largestEpsilon, "noise_budget is not the largest epsilon");
  demand(top.get("claim") === claimMadeBy(top, program), "the claim is not the sentence that the other fields make");
}

/** The claim that the other fields of a certificate make. */
export function claimMadeBy(top, program) {
  const [encoding, machine] = ["encoding", "machine"].map((name) => top.get(name));
  const [base, tapes, states] = [encoding.get("base"), encoding.get("tapes"), machine.get("delta").length];
  const own = claimOf(top, { program, machine, base, tapes, states, words: whichWords(top.get("words")) });
  return own + top.get("proofs").map(provedSentence).join("");
}

function claimOf(top, { program, machine, base, tapes, states, words }) {
  const [tensors, machineDigest, { memory }] = [top.get("tensors"), canonicalSha256(machine), program];
  if (memory) {
    return (
      `The recurrent net with step program SHA-256 ${canonicalSha256(top.get("program"))} and tensors SHA-256 ${tensors}, which has ` +
      `${memory.stacks} stacks of vectors of ${memory.width} numbers, gives the outputs of the machine with stacks SHA-256 ` +
      `${machineDigest} (states: ${states}), where this has one, at every step of every word, ${words}, however deep the stacks ` +
      `become, in base ${base} (tapes: ${tapes}; output classes: ${program.classes}). For every non-empty word over the alphabet, ` +
      `${words}: if the state starts at the program's start state and all stacks empty, an empty stack reads as zeros, memory does ` +
      "not run out, what is popped is what was pushed, a gate with number z is exactly 0 for z of -1/2 or less and exactly 1 for z of " +
      "1/2 or more, and every step's computed state, with the vectors to push, differs from the exact real-number step (from the " +
      "computed state and the vectors on top before it) by at most epsilon in each coordinate, then at every step each gate is that " +
      "of the machine's action, its number, taken exactly on the computed state, at least eta beyond 1/2, and the logit of the " +
      "machine's output, where it has one, leads every other logit by at least eta."
    );
  }
  const bits = top.get("rounding")?.get("fraction_bits");
  const rounded = bits ? `the rounding, in each coordinate to a nearest multiple of 2^-${bits}, of ` : "";
  return (
    `The recurrent net with step program SHA-256 ${canonicalSha256(top.get("program"))} and tensors SHA-256 ${tensors} gives the outputs ` +
    `of the machine SHA-256 ${machineDigest} (states: ${states}) at every step of every word, ${words}, in base ${base} (tapes: ${tapes}; ` +
    `output classes: ${program.classes}). For every non-empty word over the alphabet, ${words}: if the state starts at ${rounded}the ` +
    `program's start state and every step's computed state ${rounded ? `is ${rounded}one that ` : ""}differs from the exact real-number ` +
    "step (from the computed state before it) by at most epsilon in each coordinate, then at every step the logit of the machine's " +
    "output, taken exactly on the computed state and the symbol, leads every other logit by at least eta."
  );
}

function provedSentence(proof) {
  const formats = proof.get("formats").join(", ") || "none";
  return (
    ` Proved for epsilon ${proof.get("epsilon")} and eta ${proof.get("eta")}; number formats covered, under the rounding model of ` +
    `certificate format 1: ${formats}.`
  );
}

/** What words the claim is about. */
function whichWords(words) {
  if (words?.has("steps")) return `of at most ${words.get("steps")} symbols`;
  const automaton = words?.get("automaton");
  if (!automaton) return "of any length";
  return `that the automaton SHA-256 ${canonicalSha256(automaton)} (states: ${automaton.length}) reads`;
}

/** The box of each node, if all nodes fit the machine, boxes of this size, and each other, or Refused. */
export function readBoxes(top, proof, size) {
  const regions = proof.get("nodes").map((node) => readNode(top, proof, node, "region")[0]);
  return regions.map((region) => readBox(fieldsOf(region, "a region", "box")[0], size));
}

/** A box of this size, or Refused; its bounds may be crossed. */
function readBox(box, size) {
  const names = ["low", "high"];
  const ends = fieldsOf(box, "a box", ...names).map((end, k) => itemsOf(end, `a list of ${names[k]} bounds`, size, size));
  const [lows, highs] = ends.map((end, k) => end.map((x) => fromHex(x, `a ${names[k]} bound`)));
  return lows.map((low, k) => [low, highs[k]]);
}

/** For each stack the box of each letter, that of the bottom first, or Refused. */
export function readLetters(top, { stacks, width }, proof) {
  const machine = top.get("machine");
  const count = machine.get("letters") - 1;
  demand(machine.get("actions")[0][0].length === stacks, "the machine's stacks are not the net's");
  return itemsOf(proof.get("letters"), "letters", stacks, stacks).map((boxes) => {
    const read = itemsOf(boxes, "the letters of a stack", count, count).map((box) => readBox(box, width));
    demand(read.every((box) => box.every(([low, high]) => low <= high)), "a letter has a low bound above its high bound");
    return [Array(width).fill([0n, 0n]), ...read];
  });
}

/** The ellipsoid of each node, and its weights for each symbol, if all nodes fit the machine and each other, or Refused. */
export function readEllipsoids(top, proof, size, slices) {
  const [symbols, count] = [top.get("machine").get("delta")[0].length, proof.get("blocks") + 3];
  const [regions, weights] = [[], []];
  const numbers = (row) => itemsOf(row, "a row of an ellipsoid", size, size, LARGEST_NUMBER, -LARGEST_NUMBER).map(BigInt);
  for (const node of proof.get("nodes")) {
    const [region, shares] = readNode(top, proof, node, "region", "weights");
    const [own] = fieldsOf(region, "a region", "ellipsoid");
    const [center, shape, spread] = fieldsOf(own, "an ellipsoid", "center", "shape", "spread");
    const [first, second] = [numbers(center), numbers(spread)];
    const rows = itemsOf(shape, "a shape", size, size).map(numbers);
    demand(second.every((x) => x > 0n), "a spread has numbers that are not above 0");
    regions.push(ellipsoidOf(first, rows, second));
    const lists = itemsOf(shares, "a list of weights", symbols, symbols);
    const isCut = (row) => Array.isArray(row) && Array.isArray(row[0]);
    const many = lists.map((row) => {
      demand(!isCut(row) || row.length === slices, "there are not as many rows of weights as slices");
      return (isCut(row) ? row : [row]).map((each) => itemsOf(each, "a row of weights", count, count, LARGEST_NUMBER, 1).map(BigInt));
    });
    weights.push(many);
  }
  return [regions, weights];
}

/** The fields of these names, if the node has just them, a state of the machine, and a next node for each symbol, or Refused. */
function readNode(top, proof, node, ...names) {
  const [words, delta] = [top.get("words"), top.get("machine").get("delta")];
  const automaton = words?.get("automaton");
  const [state, successors, ...others] = fieldsOf(node, "a node", "state", "next", ...names, ...(automaton ? ["automaton"] : []));
  integerOf(state, "a node's state", 0, delta.length - 1);
  const symbols = delta[0].length;
  itemsOf(successors, "a row of next", symbols, symbols, proof.get("nodes").length - 1, words || proof.has("letters") ? -1 : 0);
  if (automaton) integerOf(others.pop(), "a node's state of the automaton", 0, automaton.length - 1);
  return others;
}
