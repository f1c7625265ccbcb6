// A proof of a constructed net: a box for what each node's states add to the next step, and one for each letter of each stack. Boxes
// grow from the start and empty stacks until every step from them leads into them. They are computed in double precision; the checker,
// with exact integers, decides.

import { checkFiles } from "../checker/check.js";
import { hexOf, sealedCertificate, weightsFile } from "../learning/proof-files.js";
import { ruleColumn, graphOf, POP } from "./machine.js";
import { constructedNet } from "./construct.js";

const NOISES = [2 ** -5, 2 ** -6, 2 ** -8, 2 ** -10]; // tried in this order, and for each of them these number formats
const FORMATS = [["bfloat16", "float16", "float32"], ["float16", "float32"], ["float32"], []];
const ETA = 0.25; // the least lead of an answer, and of a gate's number beyond ½; leads are near 4, gates near 1½ beyond
const [ROUNDS, ROOM, LEAST] = [30, 0.5, 2 ** -40]; // most rounds; how much of the noise a growing box gets in advance; an empty box

/**
 * The net of a machine, its proof, and what the checker says of it.
 * @param {import("./typed-machine.js").StackTask} task
 * @returns {object | null} null: no proof was found
 */
export function provedNet({ machine, labels }) {
  const started = performance.now();
  const graph = graphOf(machine);
  const net = constructedNet(machine, graph, labels.length);
  const weights = weightsFile(net, { made_by: "anylength site" });
  for (const noise of NOISES) {
    const boxes = closedBoxes(net, machine, graph, noise);
    for (const formats of boxes ? FORMATS : []) {
      const certificate = certificateOf(net, machine, { noise, formats, ...proofFields(machine, graph, boxes) });
      const checking = performance.now();
      const { valid, lines } = checkFiles(certificate, weights);
      if (!valid) continue;
      const effort = { making: checking - started, checking: performance.now() - checking };
      return { net, noise, formats, effort, steps: graph.edges.length, boxes: countsOf(boxes), files: { certificate, weights, lines } };
    }
  }
  return null;
}

function certificateOf(net, machine, { noise, formats, ...proof }) {
  const [encoding, noiseText] = [{ base: machine.symbols, tapes: 1 }, hexOf(noise)];
  const proofs = [{ epsilon: noiseText, eta: hexOf(ETA), formats, ...proof }];
  return sealedCertificate(net, { encoding, machine: machineFields(machine), noise_budget: noiseText, proofs });
}

/** The machine as certificates keep it. Where no word leads, it does nothing and is in its start state. */
function machineFields({ rules, letters, stacks }) {
  const nothing = { after: 0, actions: Array(stacks).fill(0), output: -1 };
  const all = (part) => rules.map((row) => row.map((rule) => (rule ?? nothing)[part]));
  return { start: 0, letters, delta: all("after"), actions: all("actions"), output: all("output") };
}

function proofFields(machine, { states, edges }, boxes) {
  const next = states.map(() => Array(machine.rules[0].length).fill(-1));
  for (const { node, symbol, tops, after } of edges) next[node][ruleColumn(machine, symbol, tops)] = after;
  const box = ([low, high]) => ({ low: low.map(hexOf), high: high.map(hexOf) });
  const nodes = states.map((state, node) => ({ state, next: next[node], region: { box: box(boxes.nodes[node]) } }));
  return { start: 0, nodes, letters: boxes.letters.map((stack) => stack.slice(1).map(box)) };
}

/** Boxes [lows, highs] that hold the start and the images of all steps; null where they still grow after some rounds. */
function closedBoxes({ tensors, program }, machine, { states, edges }, noise) {
  const [units, width] = [tensors["cell.bias"].length, machine.letters];
  const point = (size) => [Array(size).fill(-LEAST), Array(size).fill(LEAST)];
  const nodes = states.map((_, node) => (node ? null : point(units)));
  const letters = Array.from({ length: machine.stacks }, () => [point(width), ...Array(width - 1).fill(null)]);
  let isGrowing;
  const enter = (boxes, at, image) => {
    if (boxes[at] && isInside(image, boxes[at])) return;
    boxes[at] = hullOf(boxes[at], widened(image, ROOM * noise));
    isGrowing = true;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    isGrowing = false;
    for (const { node, symbol, tops, rule, after } of edges) {
      const seen = tops.map((letter, k) => letters[k][letter]);
      if (!nodes[node] || seen.includes(null)) continue;
      const { terms, pushes } = imageOf(tensors, program, { terms: nodes[node], symbol, seen, noise });
      enter(nodes, after, terms);
      rule.actions.forEach((action, k) => {
        if (action > POP) enter(letters[k], action - 1, pushes.map((end) => end.slice(k * width, (k + 1) * width)));
      });
    }
    if (!isGrowing) return { nodes, letters: letters.map((stack) => stack.map((box) => box ?? point(width))) };
  }
  return null;
}

/** What a step adds to the next one, and what it may push, from boxes of what the last step added and of the tops. */
function imageOf(tensors, { encoded, memory: { width } }, { terms, symbol, seen, noise }) {
  const inputs = encoded - width * seen.length;
  const tops = [0, 1].map((end) => seen.flatMap((box) => box[end]));
  const ofTops = rangesOf(tensors["cell.weight_top"], tops);
  const state = [0, 1].map((end) => terms[end].map((term, unit) => Math.tanh(
    term + ofTops[end][unit] + tensors["cell.bias"][unit] + tensors["cell.weight_ih"][unit * inputs + symbol],
  )));
  const ofUnits = rangesOf(tensors["cell.weight_push"], state);
  const pushes = ofUnits.map((end) => end.map((sum, row) => Math.tanh(sum + tensors["cell.bias_push"][row])));
  return { terms: rangesOf(tensors["cell.weight_hh"], widened(state, noise)), pushes: widened(pushes, noise) };
}

/** The ranges of a matrix times a box. */
function rangesOf(matrix, [low, high]) {
  const rows = Array.from({ length: matrix.length / low.length }, (_, row) => matrix.subarray(row * low.length, (row + 1) * low.length));
  const sumOf = (row, [ofPositive, ofNegative]) => row.reduce((sum, w, column) => sum + w * (w > 0 ? ofPositive : ofNegative)[column], 0);
  return [rows.map((row) => sumOf(row, [low, high])), rows.map((row) => sumOf(row, [high, low]))];
}

const widened = ([low, high], by) => [low.map((x) => x - by), high.map((x) => x + by)];
const hullOf = (a, b) => (a ? [a[0].map((x, k) => Math.min(x, b[0][k])), a[1].map((x, k) => Math.max(x, b[1][k]))] : b);
const SLACK = 1e-7; // for the checker's rounding
const isInside = (a, b) => a[0].every((x, k) => x - SLACK >= b[0][k]) && a[1].every((x, k) => x + SLACK <= b[1][k]);

/** How many boxes of units and of vectors there are. */
function countsOf({ nodes, letters }) {
  return { nodes: nodes.length, letters: letters.reduce((sum, stack) => sum + stack.length - 1, 0) };
}
