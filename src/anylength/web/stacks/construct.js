// A net with stacks that is made from a machine, without training, as `anylength.memory.construct` makes it: one saturated unit for each
// merged rule. A merged rule is a product of sets, of nodes, symbols and letters on top of each stack, all of whose steps lead to one
// node. Its unit is 1 after such a step and −1 after all others; one more unit is 1 after every step, and 0 before the first. A vector
// on a stack has a 1 at its letter and at place 0, which tells it from the bottom, else −1, all of them times HELD.

import { randomNumbers } from "../shared/random.js";
import { BOTTOM, POP } from "./machine.js";

const [GAIN, PUSH_GAIN] = [10, 1.5]; // twice the least pre-activation of a unit, and that of a pushed number
const HELD = Math.tanh(PUSH_GAIN);
const TRIES = 20; // greedy covers, of which the one with the fewest rules is kept

/** A matrix that is filled in: adds a number at [row, column]. */
class Matrix {
  constructor(rows, columns) {
    Object.assign(this, { shape: columns ? [rows, columns] : [rows], columns: columns || 1 });
    this.numbers = new Float64Array(rows * this.columns);
  }

  lift(row, column, value) {
    this.numbers[row * this.columns + column] += value;
  }
}

/**
 * @param {import("./machine.js").StackMachine} machine
 * @param {ReturnType<typeof import("./machine.js").graphOf>} graph
 * @param {number} classes how many answers there are
 * @returns {{program: object, tensors: Record<string, Float32Array>}}
 */
export function constructedNet(machine, graph, classes) {
  const rules = mergedRules(machine, graph);
  const [units, width, { stacks, symbols }] = [rules.length + 1, machine.letters, machine];
  const made = {
    "cell.bias": new Matrix(units), "cell.bias_action": new Matrix(2 * stacks), "cell.bias_push": new Matrix(stacks * width),
    "cell.weight_action": new Matrix(2 * stacks, units), "cell.weight_hh": new Matrix(units, units),
    "cell.weight_ih": new Matrix(units, symbols), "cell.weight_push": new Matrix(stacks * width, units),
    "cell.weight_top": new Matrix(units, stacks * width), "readout.bias": new Matrix(classes), "readout.weight": new Matrix(classes, units),
  };
  made["cell.bias"].lift(units - 1, 0, GAIN);
  for (let row = 0; row < stacks * width; row += 1) made["cell.bias_push"].lift(row, 0, row % width ? -PUSH_GAIN : PUSH_GAIN);
  const done = new Map(graph.edges.map(({ after, rule }) => [after, rule]));
  rules.forEach((rule, unit) => {
    recognise(made, unit, rule, rules.map(({ after }) => after), width);
    act(made, unit, done.get(rule.after), width);
  });
  const shapes = Object.fromEntries(Object.entries(made).map(([name, { shape }]) => [name, shape]));
  const tensors = Object.fromEntries(Object.entries(made).map(([name, { numbers }]) => [name, Float32Array.from(numbers)]));
  return { program: controllerProgram({ units, symbols, rows: stacks * width, width }, shapes), tensors };
}

/** Few merged rules, of which each step of the graph has exactly one; what no word leads to may have any. */
function mergedRules(machine, { states, edges }) {
  const { uniform } = randomNumbers(0);
  const sizes = [states.length, machine.symbols, ...Array(machine.stacks).fill(machine.letters)];
  const covers = Array.from({ length: TRIES }, () => greedyCover(edges, sizes, uniform));
  return covers.reduce((best, cover) => (cover.length < best.length ? cover : best));
}

function greedyCover(edges, sizes, uniform) {
  const points = edges.map(({ node, symbol, tops }) => [node, symbol, ...tops]);
  const free = new Set(points.keys());
  const order = sizes.map((_, dimension) => [uniform(), dimension]).sort(([a], [b]) => a - b).map(([, dimension]) => dimension);
  const rules = [];
  while (free.size) {
    const chosen = [...free][Math.floor(uniform() * free.size)];
    const { after } = edges[chosen];
    const foreign = points.filter((_, number) => !free.has(number) || edges[number].after !== after);
    const takes = sizes.map((size, dimension) => Array.from({ length: size }, (_, value) => value === points[chosen][dimension]));
    for (const dimension of order) {
      const isTaken = (point) => takes.every((values, other) => other === dimension || values[point[other]]);
      const barred = new Set(foreign.filter(isTaken).map((point) => point[dimension]));
      takes[dimension] = takes[dimension].map((_, value) => !barred.has(value));
    }
    for (const number of free) if (takes.every((values, dimension) => values[points[number][dimension]])) free.delete(number);
    rules.push({ takes, after });
  }
  return rules;
}

/** Each dimension that does not take everything adds GAIN where it holds, else nothing; all of them are needed. */
function recognise(made, unit, { takes: [nodes, symbols, ...tops] }, targets, width) {
  const [bias, recurrent] = [made["cell.bias"], made["cell.weight_hh"]];
  const ofStart = (takesStart) => (takesStart ? GAIN : 0);
  let needed = 0;
  if (!nodes.every(Boolean)) {
    needed += 1;
    const before = targets.map((target) => nodes[target]);
    const isFew = 2 * before.filter(Boolean).length <= targets.length; // the smaller set is added up: those that hold, or the others
    const [chosen, sign] = [[...before.keys()].filter((number) => before[number] === isFew), isFew ? 1 : -1];
    for (const number of chosen) recurrent.lift(unit, number, (sign * GAIN) / 2);
    recurrent.lift(unit, targets.length, ((sign * GAIN) / 2) * chosen.length + (isFew ? 0 : GAIN) - ofStart(nodes[0]));
    bias.lift(unit, 0, ofStart(nodes[0])); // before the first step all units are 0
  }
  if (!symbols.every(Boolean)) {
    needed += 1;
    symbols.forEach((isTaken, symbol) => isTaken && made["cell.weight_ih"].lift(unit, symbol, GAIN));
  }
  tops.forEach((letters, stack) => {
    if (letters.every(Boolean)) return;
    needed += 1;
    const held = [...letters.keys()].filter((letter) => letter !== BOTTOM && letters[letter]);
    for (const letter of held) made["cell.weight_top"].lift(unit, stack * width + letter, GAIN / 2 / HELD);
    made["cell.weight_top"].lift(unit, stack * width, ((GAIN / 2) * held.length - ofStart(letters[BOTTOM])) / HELD);
    bias.lift(unit, 0, ofStart(letters[BOTTOM]));
  });
  bias.lift(unit, 0, GAIN * (0.5 - needed));
}

/** The gates' numbers are 2 or −2, as the unit's rule acts; what it pushes is its letter; its answer leads. */
function act(made, unit, { actions, output }, width) {
  actions.forEach((action, stack) => {
    for (const [gate, isOpen] of [[2 * stack, action > POP], [2 * stack + 1, action === POP]]) {
      made["cell.weight_action"].lift(gate, unit, isOpen ? 1 : -1);
      made["cell.bias_action"].lift(gate, 0, isOpen ? 1 : -1);
    }
    if (action <= POP) return;
    made["cell.weight_push"].lift(stack * width + action - 1, unit, PUSH_GAIN);
    made["cell.bias_push"].lift(stack * width + action - 1, 0, PUSH_GAIN);
  });
  made["readout.weight"].lift(output, unit, 2);
  made["readout.bias"].lift(output, 0, 2);
}

/** The step of the controller: the symbol ends with the tops, the state with the vectors that may be pushed. */
function controllerProgram({ units, symbols, rows, width }, tensors) {
  const [all, pushes] = [{ start: 0, stop: units }, { start: 0, stop: rows }];
  return {
    encoded: symbols + rows, state: units + rows, start: "", cut: [5], tensors,
    answer: [{ op: "state", of: [] }, { op: "slice", of: [0], ...all }],
    memory: { weight: "cell.weight_action", bias: "cell.bias_action", width },
    readout: { weight: "readout.weight", bias: "readout.bias" },
    step: [
      { op: "symbol", of: [] },
      { op: "state", of: [] },
      { op: "slice", of: [0], start: 0, stop: symbols },
      { op: "slice", of: [0], start: symbols, stop: symbols + rows },
      { op: "slice", of: [1], ...all },
      { op: "matmul", of: [4], weight: "cell.weight_hh", ...all },
      { op: "matmul", of: [3], weight: "cell.weight_top", ...all },
      { op: "add", of: [5, 6] },
      { op: "matmul", of: [2], weight: "cell.weight_ih", ...all },
      { op: "tensor", of: [], name: "cell.bias" },
      { op: "add", of: [8, 9] },
      { op: "add", of: [10, 7] },
      { op: "tanh", of: [11] },
      { op: "stored", of: [12] },
      { op: "matmul", of: [13], weight: "cell.weight_push", ...pushes },
      { op: "tensor", of: [], name: "cell.bias_push" },
      { op: "add", of: [14, 15] },
      { op: "tanh", of: [16] },
      { op: "concatenate", of: [12, 17] },
    ],
  };
}
