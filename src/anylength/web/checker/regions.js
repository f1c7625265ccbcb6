// The two kinds of regions that a node may have: a box of the cut's values, or an ellipsoid of states. Each has its own values:
// intervals, or forms. `pieces` tells in how many pieces a region is looked at under a symbol, and `ruleOf` which one of `rules` computes
// the operations for one. `cut` gives the cut's values, `points` those of exact numbers, `widened` adds errors, `ranges` gives intervals,
// `least` lower bounds of sums. `entered` refuses a state that may not be in a node's region, and gives the ranges of what a step computes
// of such a state alone, with its own under -1. An edge is a node, a symbol and a piece.

import { readBoxes, readEllipsoids } from "./certificate.js";
import { UNIT } from "./dyadic.js";
import { formsOfRegion, regionHolds } from "./ellipsoids.js";
import { formOfInterval, formsOfStep, intervalOf, matmulOfForms, radiusOf, TO_BOX, widenedForms } from "./forms.js";
import { matmulOfRanges, onGrid, rangeOf } from "./ranges.js";
import { formsOfSlice, readSlices } from "./slices.js";
import { runPart } from "./steps.js";
import { demand } from "./strict.js";
import { filledColumns } from "./weights.js";

const WHOLE_REGION = -1; // in place of a slice

/** Boxes of the cut's values. */
export class Boxes {
  constructor(top, program, net, columns, proof) {
    this.name = "box";
    this.program = program;
    this.rule = (_, step, values) => rangeOf(net, columns, step, values);
    const size = program.cut.reduce((sum, number) => sum + program.parts[1][number].rows, 0);
    this.boxes = readBoxes(top, proof, size);
    this.boxes.forEach((box, number) => {
      demand(box.every(([low, high]) => low <= high), `node ${number} has a low bound above its high bound`);
    });
    this.words = `${size} intervals`;
  }

  points(box) {
    return box;
  }

  /** A box is looked at as a whole. */
  pieces() {
    return 1;
  }

  /** The values of the cut: the box itself. */
  cut([number]) {
    let first = 0;
    return this.program.cut.map((value) => {
      const rows = this.boxes[number].slice(first, first + this.program.parts[1][value].rows);
      first += rows.length;
      return [value, rows];
    });
  }

  widened(value, epsilon) {
    return value.map(([low, high]) => onGrid(low - epsilon, high + epsilon));
  }

  /** Computes the values of the cut. */
  entered(state, number, _, reason) {
    const values = new Map([[-1, state]]);
    runPart(this.rule, this.program, 0, values, [], state);
    const rows = this.program.cut.flatMap((value) => values.get(value));
    const box = this.boxes[number];
    demand(rows.every(([low, high], k) => box[k][0] <= low && high <= box[k][1]), reason);
    return values;
  }

  ranges(values) {
    return values;
  }

  least(weights, value) {
    return matmulOfRanges(weights, filledColumns(weights), [...value, [UNIT, UNIT]]).map(([low]) => low);
  }
}

/** Ellipsoids of states. */
export class Ellipsoids {
  constructor(top, program, net, columns, proof) {
    this.name = "ellipsoid";
    this.program = program;
    this.n = program.state;
    this.proof = proof;
    demand(proof.get("blocks") <= this.n, "there are more blocks than numbers in a state");
    this.rule = (_, step, values) => formsOfStep(net, columns, this.n, proof.get("blocks"), step, values);
    this.slices = proof.has("slices") ? readSlices(proof.get("slices")) : [];
    [this.regions, this.weights] = readEllipsoids(top, proof, this.n, this.slices.length);
    this.kept = new Map();
    this.needed = proof.get("formats").length > 0;
    this.keptRanges = this.regions.map((_, number) => this.ranges(this.known(number, WHOLE_REGION)));
    this.words = `an ellipsoid in ${this.n} dimensions`;
  }

  /** Forms of the intervals. */
  points(box) {
    return box.map((bounds) => formOfInterval(bounds, this.n));
  }

  /** What a step computes of the states of a region, or of a slice of it, alone, with these themselves under -1. */
  known(number, piece) {
    const key = `${number} ${piece}`;
    if (!this.kept.has(key)) {
      const whole = formsOfRegion(this.regions[number]);
      const state = piece === WHOLE_REGION ? whole : formsOfSlice(whole, this.slices[piece]);
      const values = new Map([[-1, state]]);
      runPart(this.rule, this.program, 0, values, [], state);
      this.kept.set(key, values);
    }
    return this.kept.get(key);
  }

  /** An ellipsoid is looked at as a whole where there is one row of weights, else slice by slice. */
  pieces(number, symbol) {
    return this.weights[number][symbol].length;
  }

  /** The weights of an edge. */
  row([number, symbol, piece]) {
    return this.weights[number][symbol][piece];
  }

  /** The values of the cut on the node's region, or on a slice of it. */
  cut(edge) {
    const [number, symbol, piece] = edge;
    const values = this.known(number, this.pieces(number, symbol) > 1 ? piece : WHOLE_REGION);
    return this.program.cut.map((value) => [value, values.get(value)]);
  }

  widened(value, epsilon) {
    return widenedForms(value, epsilon);
  }

  /** Shows that the node's region holds the forms, with the weights of the edge; at the start all weights are alike. */
  entered(state, number, edge, reason) {
    const weights = edge ? this.row(edge) : Array(this.proof.get("blocks") + 3).fill(1n);
    demand(regionHolds(this.regions[number], state, weights), reason);
    return new Map([...this.keptRanges[number], ...this.ranges(new Map([[-1, state]]))]);
  }

  /** The intervals of all numbers, where a number format needs them. */
  ranges(values) {
    return new Map(this.needed ? [...values].map(([value, forms]) => [value, forms.map(intervalOf)]) : []);
  }

  least(weights, value) {
    const sums = matmulOfForms(weights, [...value, formOfInterval([UNIT, UNIT], this.n)]);
    return sums.map((own) => (own.center - radiusOf(own)) << TO_BOX);
  }
}
