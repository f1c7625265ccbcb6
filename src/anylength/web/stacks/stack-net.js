// A net with stacks as it runs, in float32, beside its machine. A stack holds the vectors that were pushed, each with the letter that it
// stands for; a step keeps what lies below, so every earlier moment stays readable.

import { Calls } from "../shared/program.js";
import { affineInto } from "../shared/tensors.js";
import { BOTTOM, ruleColumn, POP } from "./machine.js";

/**
 * @typedef {{values: Float32Array, letter: number, below: Entry | null, depth: number} | null} Entry the top of a stack
 * @typedef {object} Moment
 * @property {Float32Array} state the units, and what may be pushed
 * @property {Entry[]} stacks
 * @property {number} at the machine's state
 * @property {number} [symbol] that was read
 * @property {Float32Array} [numbers] of the gates, before they are cut off at 0 and 1
 * @property {Float32Array} [gates] for each stack push and pop
 * @property {number} [said] the net's answer
 * @property {boolean} [isRight] the answer is the machine's, and each gate is exactly 0 or 1, as the machine acts
 */

export class StackNet {
  /** @param {{net: {program: object, tensors: Record<string, Float32Array>}, machine: import("./machine.js").StackMachine}} made */
  constructor({ net: { program, tensors }, machine }) {
    Object.assign(this, { program, tensors, machine, units: tensors["cell.bias"].length, width: program.memory.width });
    this.calls = new Calls(program.step, program, tensors);
    this.code = new Float32Array(program.encoded);
    this.scores = new Float32Array(tensors["readout.bias"].length);
  }

  /** @returns {Moment} */
  start() {
    return { state: new Float32Array(this.program.state), stacks: Array(this.machine.stacks).fill(null), at: 0 };
  }

  /**
   * @param {Moment} before
   * @param {number} symbol
   * @returns {Moment}
   */
  step(before, symbol) {
    const { code, tensors, machine, units, width } = this;
    code.fill(0);
    code[symbol] = 1;
    before.stacks.forEach((top, k) => top && code.set(top.values, machine.symbols + k * width));
    const state = new Float32Array(this.program.state);
    this.calls.use(this.calls.ofSymbol(code));
    this.calls.runInto(before.state, state);
    const hidden = state.subarray(0, units);
    const numbers = new Float32Array(2 * machine.stacks);
    affineInto(tensors["cell.weight_action"], tensors["cell.bias_action"], hidden, units, numbers);
    affineInto(tensors["readout.weight"], tensors["readout.bias"], hidden, units, this.scores);
    const gates = numbers.map((number) => Math.min(1, Math.max(0, number + 0.5)));
    const said = this.scores.indexOf(Math.max(...this.scores));
    const rule = machine.rules[before.at][ruleColumn(machine, symbol, before.stacks.map((top) => top?.letter ?? BOTTOM))];
    const areRight = rule.actions.every((action, k) => {
      const [push, pop] = gates.subarray(2 * k, 2 * k + 2);
      return action > POP ? push === 1 : push === 0 && pop === (action === POP ? 1 : 0);
    });
    const stacks = before.stacks.map((top, k) => {
      if (gates[2 * k + 1] > 0.5 && gates[2 * k] <= 0.5) return top?.below ?? null;
      if (gates[2 * k] <= 0.5) return top;
      const values = state.slice(units + k * width, units + (k + 1) * width);
      return { values, letter: rule.actions[k] - 1, below: top, depth: (top?.depth ?? 0) + 1 };
    });
    return { state, stacks, at: rule.after, symbol, numbers, gates, said, isRight: said === rule.output && areRight };
  }
}

/**
 * Runs a long word that makes the stacks deep: it pushes while it may for the first half, then pops. Nothing is kept of it.
 * @returns {{steps: number, deepest: number, wrong: number}}
 */
export function deepRun(net, steps, uniform) {
  const { machine } = net;
  let [moment, deepest, wrong] = [net.start(), 0, 0];
  for (let step = 0; step < steps; step += 1) {
    moment = net.step(moment, deepSymbol(machine, moment, step < steps / 2, uniform));
    deepest = Math.max(deepest, ...moment.stacks.map((top) => top?.depth ?? 0));
    wrong += moment.isRight ? 0 : 1;
  }
  return { steps, deepest, wrong };
}

/** A random symbol that pushes, or else one that pops, out of those that lead on. */
function deepSymbol(machine, { at, stacks }, isPushing, uniform) {
  const tops = stacks.map((top) => top?.letter ?? BOTTOM);
  const all = Array.from({ length: machine.symbols }, (_, symbol) => symbol);
  const ruleOf = (symbol) => machine.rules[at][ruleColumn(machine, symbol, tops)];
  const stays = (state) => (rule) => !rule || (rule.after === state && rule.actions.every((action) => !action));
  const open = all.filter((symbol) => !machine.rules[ruleOf(symbol).after].every(stays(ruleOf(symbol).after)));
  const first = open.filter((symbol) => (isPushing ? ruleOf(symbol).actions[0] > POP : ruleOf(symbol).actions.includes(POP)));
  const choice = first.length ? first : open.length ? open : all;
  return choice[Math.floor(uniform() * choice.length)];
}
