// Covers of a net's states by nodes: what a proof has to show. The argument stands in `check`.

import { alphabetSize } from "./certificate.js";
import { fromHex, larger, largestOf, smaller, smallestOf, WEIGHT_SHIFT } from "./dyadic.js";
import { Boxes, Ellipsoids } from "./regions.js";
import { billionthsText, encodedSymbol } from "./rounded.js";
import { demandCovered, weightSlack } from "./rounding.js";
import { differencesOf, readOutRows, runPart, startOf } from "./steps.js";
import { demand } from "./strict.js";

/** A proof and what its nodes are about. */
export class Cover {
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
    for (let symbol = 0; symbol < alphabetSize(this.encoding); symbol += 1) {
      const hulls = [before, new Map([[-1, []]]), new Map()];
      const own = this.under(symbol, hulls);
      if (own.length) kept.push([this.symbolRanges(symbol), hulls]);
      margins.push(...own);
    }
    const [steps, leads] = [margins.length, margins.filter((margin) => margin !== null)];
    demand(leads.length > 0, "no step has an answer, so there is nothing to check");
    const formats = this.proof.get("formats");
    const coarser = formats.filter((name) => name !== "float32"); // of such a format all errors are larger
    for (const name of coarser.length ? coarser : formats) {
      demandCovered(name, this.program, this.net, this.epsilon, this.eta, kept);
    }
    const some = leads.length === steps ? "" : `, on ${leads.length} of the ${steps} with an answer`;
    return (
      `epsilon ${this.proof.get("epsilon")}, eta ${this.proof.get("eta")}; nodes: ${this.nodes.length}, all reached; ` +
      `inclusions checked: ${steps}, of ${this.regions.words} each; ` +
      `margins checked: ${leads.length * (this.program.classes - 1)}${some}, the smallest at least ` +
      `${billionthsText(smallestOf(leads))}; formats checked: ${formats.join(", ") || "none"}.`
    );
  }

  /** The ranges of a symbol as the program reads it. */
  symbolRanges(symbol) {
    return encodedSymbol(this.encoding, symbol);
  }

  /** Checks all nodes under a symbol; the margins. Adds all ranges to the hulls. */
  under(symbol, hulls) {
    const going = this.nodes.map((_, number) => number).filter((number) => this.goesOn(number, symbol));
    const [points, known] = [this.regions.points(encodedSymbol(this.encoding, symbol)), [new Map(), new Map()]];
    return going.flatMap((number) =>
      Array.from({ length: this.regions.pieces(number, symbol) }, (_, piece) => this.node([number, symbol, piece], points, known, hulls)),
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
    const margin = right < 0 ? null : this.margin(right, answer.get(program.last[2])); // null: every answer will do
    demand(margin === null || margin >= this.eta, `${where}: the machine's output does not lead by eta`);
    this.act(edge, where, answer.get(-1), answer.get(program.last[2]));
    [before, regions.ranges(step), regions.ranges(answer)].forEach((values, k) => addToHull(hulls[k], values));
    return margin;
  }

  /** A lower bound of the lead of the right output. */
  margin(right, features) {
    return smallestOf(this.regions.least(differencesOf(this.weights, right), features));
  }

  /** A net without stacks does nothing beside. */
  act() {}
}

/** Widens each range of the hull to hold that of the values. */
function addToHull(hull, values) {
  for (const [value, box] of values) {
    const own = hull.get(value);
    if (own === box) continue; // what the symbol alone fixes
    hull.set(value, own ? own.map(([low, high], k) => [smaller(low, box[k][0]), larger(high, box[k][1])]) : box);
  }
}
