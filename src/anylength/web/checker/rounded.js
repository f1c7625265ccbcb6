// A net whose states are rounded, each number to a multiple of 2^-m, is a finite machine: a proof visits all of its states.
//
// From each state and symbol the step is computed, rounded outward and widened by epsilon; all multiples that are nearest to a number in
// there are visited in turn: several where a border between two multiples is that close.

import { floorDivided, fromHex, larger, smaller, smallestOf, UNIT, WEIGHT_SHIFT } from "./dyadic.js";
import { matmulOfRanges, onGrid, rangeOf } from "./ranges.js";
import { demandCovered } from "./rounding.js";
import { differencesOf, readOutRows, runPart, startOf } from "./steps.js";
import { demand } from "./strict.js";
import { filledColumns } from "./weights.js";

const EXACT = 1n << 24n; // units: a float32 holds every multiple up to here
const ALTERNATIVES = 1n << 16n; // the most states that one step may lead to
const COUNTS = "there are not as many states and steps as the proof says";

/** A proof, and the states that it is about. */
export class RoundedStates {
  constructor(top, program, net, columns, proof) {
    Object.assign(this, { program, net, proof, machine: top.get("machine") });
    this.rule = (_, step, values) => rangeOf(net, columns, step, values);
    this.spacing = UNIT >> BigInt(top.get("rounding").get("fraction_bits"));
    [this.epsilon, this.eta] = ["epsilon", "eta"].map((name) => fromHex(proof.get(name), name));
    this.leaves = this.machine.get("delta")[0].map((_, symbol) => encodedSymbol(top.get("encoding"), symbol));
    this.steps = this.leaves.map(() => new Map()); // with what a symbol alone fixes
    this.answers = this.leaves.map(() => new Map());
    this.weights = readOutRows(program, net);
  }

  /** Visits all states; what was checked, in words. */
  checked() {
    demand(this.epsilon >= 0n && this.eta > 0n, "epsilon is negative or eta is not positive");
    const [most, mostSteps, delta] = [this.proof.get("states"), this.proof.get("steps"), this.machine.get("delta")];
    let [steps, least] = [0, UNIT << 300n];
    const [waiting, visited] = [[], new Set()];
    const visit = (machineState, state) => {
      const name = `${machineState}:${state.join(",")}`;
      if (visited.has(name)) return;
      visited.add(name);
      waiting.push([machineState, state]);
    };
    for (const state of this.nearest(this.start())) visit(this.machine.get("start"), state);
    for (const [machineState, state] of waiting) {
      const cut = this.cut(state);
      for (let symbol = 0; symbol < this.leaves.length; symbol += 1) {
        for (const after of this.after(cut, symbol)) {
          steps += 1;
          least = smaller(least, this.margin(machineState, symbol, after));
          demand(visited.size <= most && steps <= mostSteps, COUNTS);
          visit(delta[machineState][symbol], after);
        }
      }
    }
    demand(visited.size === most && steps === mostSteps, COUNTS);
    this.demandFormats(waiting.map(([, state]) => state));
    const formats = this.proof.get("formats").join(", ") || "none";
    return (
      `epsilon ${this.proof.get("epsilon")}, eta ${this.proof.get("eta")}; rounded states visited: ${most}; steps checked: ` +
      `${steps}; margins checked: ${steps * (this.program.classes - 1)}, the smallest at least ${billionthsText(least)}; ` +
      `formats checked: ${formats}.`
    );
  }

  start() {
    return startOf(this.program, this.net).map((w) => [w << WEIGHT_SHIFT, w << WEIGHT_SHIFT]);
  }

  /** All multiples, in their units, that are nearest to a point of the box: at most half a unit away in each row. */
  nearest(box) {
    const [half, unit] = [this.spacing >> 1n, this.spacing];
    const rows = box.map(([low, high]) => [-floorDivided(half - low, unit), floorDivided(high + half, unit)]);
    const count = rows.reduce((product, [least, most]) => product * (most - least + 1n), 1n);
    demand(count <= ALTERNATIVES, `a step leads to more than ${ALTERNATIVES} states`);
    let states = [[]];
    for (const [least, most] of rows) {
      const own = Array.from({ length: Number(most - least) + 1 }, (_, k) => least + BigInt(k));
      states = states.flatMap((state) => own.map((k) => [...state, k]));
    }
    return states;
  }

  /** The cut's values of a state. */
  cut(state) {
    const values = new Map();
    runPart(this.rule, this.program, 0, values, [], this.point(state));
    return this.program.cut.map((number) => [number, values.get(number)]);
  }

  point(state) {
    return state.map((k) => [k * this.spacing, k * this.spacing]);
  }

  /** All states that may follow under a symbol. */
  after(cut, symbol) {
    const values = this.steps[symbol];
    for (const [number, value] of cut) values.set(number, value);
    runPart(this.rule, this.program, 1, values, this.leaves[symbol], []);
    const image = values.get(this.program.last[1]);
    return this.nearest(image.map(([low, high]) => onGrid(low - this.epsilon, high + this.epsilon)));
  }

  /** By how much the machine's output leads, at least; refused below eta. */
  margin(machineState, symbol, after) {
    const values = this.answers[symbol];
    runPart(this.rule, this.program, 2, values, this.leaves[symbol], this.point(after));
    const by = differencesOf(this.weights, this.machine.get("output")[machineState][symbol]);
    const sums = matmulOfRanges(by, filledColumns(by), [...values.get(this.program.last[2]), [UNIT, UNIT]]);
    const margin = smallestOf(sums.map(([low]) => low));
    const spelt = `(${after.join(", ")}${after.length === 1 ? "," : ""})`; // as Python spells it
    demand(margin >= this.eta, `under symbol ${symbol} the machine's output does not lead by eta at a state: ${spelt}`);
    return margin;
  }

  /** Refuses unless the formats are covered on a box that holds all states, before a step and after it. */
  demandFormats(states) {
    const rows = states[0].map((first, k) =>
      states.reduce(([low, high], state) => [smaller(low, state[k]), larger(high, state[k])], [first, first]),
    );
    const box = rows.map(([low, high]) => [low * this.spacing, high * this.spacing]);
    for (const name of this.proof.get("formats")) {
      demand(name === "float32", `${name} is not covered: states are rounded`);
      demand(rows.every(([low, high]) => low >= -EXACT && high <= EXACT), "float32 is not covered: it cannot hold a state");
      const [before, kept] = [new Map([[-1, box]]), []];
      runPart(this.rule, this.program, 0, before, [], box);
      for (const leaf of this.leaves) {
        const cut = this.program.cut.map((number) => [number, before.get(number)]);
        const [step, answer] = [new Map([[-1, []], ...cut]), new Map([[-1, box]])];
        runPart(this.rule, this.program, 1, step, leaf, []);
        runPart(this.rule, this.program, 2, answer, leaf, box);
        kept.push([leaf, [before, step, answer]]);
      }
      demandCovered(name, this.program, this.net, this.epsilon, this.eta, kept);
    }
  }
}

/** A symbol as the program reads it. */
export function encodedSymbol(encoding, symbol) {
  const [base, tapes] = [encoding.get("base"), encoding.get("tapes")];
  return Array.from({ length: base * tapes }, (_, at) => {
    const digit = Math.floor(symbol / base ** Math.floor(at / base)) % base;
    return digit === at % base ? [UNIT, UNIT] : [0n, 0n];
  });
}

/** A number in units of 2^-352 with nine digits after the point, rounded down. */
export function billionthsText(units) {
  const billionths = (units * 10n ** 9n) >> 352n;
  const whole = floorDivided(billionths, 10n ** 9n);
  return `${whole}.${String(billionths - whole * 10n ** 9n).padStart(9, "0")}`;
}
