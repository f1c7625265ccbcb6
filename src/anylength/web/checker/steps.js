// A step program, read strictly: two straight-line lists of operations, whose instructions refer to earlier values by number.
//
// The last value of `step` is the new state, computed from the old `state` and the `symbol`; through the values in `cut` alone, which
// depend on no symbol, do the others see the old state. The last value of `answer` is what the read-out reads.

import { fromHex } from "./dyadic.js";
import { demand, fieldsOf, integerOf, itemsOf, Refused } from "./strict.js";
import { LONGEST_AXIS } from "./weights.js";

const MOST_INSTRUCTIONS = 10_000;
const MOST_ROWS = 65_536;
const MOST_ROWS_IN_ALL = 500_000;
const MOST_CLASSES = 4096;
const ROW_WORK = { tanh: 100, sigmoid: 100, exp: 200, softplus: 150, silu: 200, gelu: 800, normalize: 50 }; // others 10
const COLUMN_WORK = { matvec: 1, softmax: 400 };
export const PICKING = { slice: ["start", "stop"], take: ["rows"], concatenate: [] };
const ATTRIBUTES = {
  tensor: ["name"], constant: ["value", "rows"], matmul: ["weight", "start", "stop"], scale: ["factor"], normalize: ["epsilon"],
  ...PICKING,
};
const ARGUMENTS = new Map([
  ...["symbol", "state", "tensor", "constant"].map((op) => [op, 0]),
  ...["tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu", "absolute", "square", "reciprocal", "rsqrt"].map((op) => [op, 1]),
  ...["stored", "slice", "take", "concatenate", "matmul", "scale", "mean", "center", "mean_square", "softmax"].map((op) => [op, 1]),
  ...["add", "subtract", "multiply", "maximum", "minimum", "normalize", "matvec"].map((op) => [op, 2]),
  ["lerp", 3],
]);

/**
 * The program that a JSON value spells, or Refused. It has three parts: what the cut needs, what the new state needs beside the cut,
 * and what the answer needs; `orders` are the numbers of their instructions, `last` the number of each one's result.
 */
export function readProgram(value) {
  const names = ["encoded", "state", "start", "tensors", "step", "cut", "answer", "readout"];
  const known = value instanceof Map && value.has("memory") ? ["memory"] : [];
  const values = fieldsOf(value, "the program", ...names, ...known);
  const [encoded, state, start, shapes, stepList, cutList, answerList, readout] = values;
  demand(shapes instanceof Map, "the program's tensors are no object");
  for (const [name, shape] of shapes) {
    demand(/^[ -~]{1,200}$/.test(name), "a tensor's name is not 1 to 200 ASCII characters");
    demand(!itemsOf(shape, `the shape of ${name}`, 1, 2, LONGEST_AXIS).includes(0), `the shape of ${name} has a 0`);
  }
  const leaves = {
    symbol: integerOf(encoded, "encoded", 1, MOST_ROWS),
    state: integerOf(state, "the program's state", 1, MOST_ROWS),
  };
  demand(start === "" || isSame(shapeOf(start, shapes), [state]), "the start has not the shape of a state");
  const [step, answer] = [readInstructions(stepList, "step", shapes, leaves), readInstructions(answerList, "answer", shapes, leaves)];
  const all = [...step, ...answer];
  demand(all.length <= MOST_INSTRUCTIONS, `the program has more than ${MOST_INSTRUCTIONS} instructions`);
  const rows = all.reduce((sum, one) => sum + one.rows, 0);
  demand(rows <= MOST_ROWS_IN_ALL, `the program's values have more than ${MOST_ROWS_IN_ALL} rows`);
  demand(step.at(-1).rows === state, "the step's result has not the rows of a state");
  const [weight, bias] = fieldsOf(readout, "the read-out", "weight", "bias").map((name) => shapeOf(name, shapes));
  demand(isSame(weight, [bias[0], answer.at(-1).rows]) && bias.length === 1, "the read-out does not fit the answer");
  demand(2 <= bias[0] && bias[0] <= MOST_CLASSES, `the read-out has not 2 to ${MOST_CLASSES} classes`);
  const memory = known.length ? readMemory(values.at(-1), shapes, answer.at(-1).rows, Math.min(encoded, state)) : null;
  const cut = new Set(itemsOf(cutList, "the cut", 0, step.length, step.length - 1));
  demand(cut.size === cutList.length, "the cut has a value twice");
  const ofStateAlone = [...cut].every((number) => step[number].leaves.size === 1 && step[number].leaves.has("state"));
  demand(ofStateAlone, "a value of the cut does not depend on the old state alone");
  const last = [-2, step.length - 1, answer.length - 1];
  const orders = [needed(step, cut, new Set()), needed(step, new Set([last[1]]), cut), needed(answer, new Set([last[2]]), new Set())];
  demand(orders[1].every((number) => step[number].op !== "state"), "the step sees the old state past the cut");
  return {
    encoded, state, start, shapes, cut: cutList, weight: readout.get("weight"), bias: readout.get("bias"),
    parts: [step, step, answer], orders, last, classes: bias[0], memory,
  };
}

/** The stacks of a program: the end of the symbol are their tops, that of the state what may be pushed. */
function readMemory(value, shapes, features, rows) {
  const [weight, bias, width] = fieldsOf(value, "the memory", "weight", "bias", "width");
  const gates = shapeOf(bias, shapes);
  demand(gates.length === 1 && gates[0] % 2 === 0, "the gates' biases are not two for each stack");
  demand(isSame(shapeOf(weight, shapes), [gates[0], features]), "the gates' weights do not fit the answer");
  const stacks = gates[0] / 2;
  demand(stacks * integerOf(width, "the width of a stack", 1, MOST_ROWS) < rows, "the stacks do not fit the symbol and the state");
  return { weight, bias, stacks, width };
}

function isSame(a, b) {
  return a.length === b.length && a.every((x, k) => x === b[k]);
}

function shapeOf(name, shapes) {
  demand(typeof name === "string" && shapes.has(name), "a name is that of no tensor of the program");
  return shapes.get(name);
}

function readInstructions(value, which, shapes, leaves) {
  const earlier = [];
  itemsOf(value, `the ${which}`, 1, MOST_INSTRUCTIONS).forEach((item, number) => {
    const [op, where] = [item instanceof Map ? item.get("op") : null, `instruction ${number} of the ${which}`];
    if (typeof op !== "string" || !ARGUMENTS.has(op)) throw new Refused(`${where} has no known operation`);
    const [, of] = fieldsOf(item, where, "op", "of", ...(Object.hasOwn(ATTRIBUTES, op) ? ATTRIBUTES[op] : []));
    const most = op === "concatenate" ? MOST_INSTRUCTIONS : ARGUMENTS.get(op);
    itemsOf(of, `of in ${where}`, ARGUMENTS.get(op), most, number - 1);
    earlier.push(instruction(item, where, of.map((one) => earlier[one]), shapes, leaves));
  });
  return earlier;
}

function instruction(item, where, given, shapes, leaves) {
  const [op, of, rows] = [item.get("op"), item.get("of"), given.map((one) => one.rows)];
  const total = rows.reduce((sum, count) => sum + count, 0);
  const isLeaf = Object.hasOwn(leaves, op);
  const tensor = item.has("name") ? item.get("name") : item.has("weight") ? item.get("weight") : "";
  const shape = tensor !== "" || op === "tensor" || op === "matmul" ? shapeOf(tensor, shapes) : [];
  const spelt = ["value", "factor", "epsilon"].filter((name) => item.has(name));
  const number = spelt.reduce((sum, name) => sum + fromHex(item.get(name), `${name} in ${where}`, 24), 0n);
  let picked = [];
  let own;
  let fits;
  if (Object.hasOwn(PICKING, op) || op === "matmul") {
    const spans = ["start", "stop"].filter((name) => item.has(name));
    const ends = spans.map((name) => integerOf(item.get(name), `${name} in ${where}`, 0, MOST_ROWS));
    const [first, stop] = ends.length ? ends : [0, total];
    picked = op === "take"
      ? itemsOf(item.get("rows"), `rows in ${where}`, 1, MOST_ROWS, MOST_ROWS)
      : Array.from({ length: Math.max(0, stop - first) }, (_, k) => first + k);
    const highest = picked.reduce((most, row) => Math.max(most, row), picked.length ? 0 : MOST_ROWS);
    fits = highest < (shape.length ? shape[0] : total) && isSame(shape.slice(1), op === "matmul" ? rows : []);
    own = picked.length;
  } else if (op === "tensor" || op === "constant" || isLeaf) {
    own = isLeaf ? leaves[op] : shape.length ? shape[0] : integerOf(item.get("rows"), `rows in ${where}`, 1, MOST_ROWS);
    fits = shape.length < 2;
  } else if (op === "matvec") {
    [own, fits] = [Math.floor(rows[0] / rows[1]), rows[0] % rows[1] === 0];
  } else if (op === "normalize") {
    [own, fits] = [rows[0], given[1].op === "mean_square" && isSame(given[1].of, of.slice(0, 1)) && number > 0n];
  } else {
    [own, fits] = [op === "mean" || op === "mean_square" ? 1 : rows[0], rows.every((count) => count === rows[0])];
  }
  demand(fits && 1 <= own && own <= MOST_ROWS, `${where} does not fit its arguments, or has not 1 to ${MOST_ROWS} rows`);
  const reads = new Set([...(isLeaf ? [op] : []), ...given.flatMap((one) => [...one.leaves])]);
  return { op, of, tensor, number, picked, rows: own, leaves: reads };
}

/** The numbers of all values that the wanted ones need, but for the given ones and what only they need. */
function needed(part, wanted, given) {
  const found = new Set([...wanted].filter((number) => !given.has(number)));
  for (let number = part.length - 1; number >= 0; number -= 1) {
    if (found.has(number)) for (const one of part[number].of) if (!given.has(one)) found.add(one);
  }
  return [...found].sort((a, b) => a - b);
}

/** Adds the values that a part needs, leaves as given, all others by the rule. What a symbol alone fixes is computed once. */
export function runPart(rule, program, which, values, symbol, state) {
  const [part, leaves] = [program.parts[which], { symbol, state }];
  for (const number of program.orders[which]) {
    const one = part[number];
    if (!values.has(number) || one.leaves.has("state")) {
      const isLeaf = Object.hasOwn(leaves, one.op);
      values.set(number, isLeaf ? leaves[one.op] : rule(number, one, one.of.map((earlier) => values.get(earlier))));
    }
  }
}

/** The multiplications of a step and its answer, about. A matrix's row counts for as many as the list given for it. */
export function workOfStep(program, matrices) {
  let total = program.classes * program.parts[2].at(-1).rows;
  program.parts.forEach((part, which) => {
    for (const one of program.orders[which].map((number) => part[number])) {
      const columns = (COLUMN_WORK[one.op] ?? 0) * (one.of.length ? part[one.of[0]].rows : 0);
      total += one.rows * ((ROW_WORK[one.op] ?? 10) + columns);
      if (one.op === "matmul") for (const row of one.picked) total += matrices.get(one.tensor)[row].length;
    }
  });
  return total;
}

/** The numbers of the start state, in units of 2^-149. */
export function startOf(program, net) {
  return program.start ? net.get(program.start)[0] : Array(program.state).fill(0n);
}

/** The weights of each class and, last, its bias. */
export function readOutRows(program, net) {
  return rowsWithBias(net, program);
}

/** The weights of each gate's number and, last, its bias: to push and to pop, stack by stack. */
export function gateRows({ memory }, net) {
  return memory ? rowsWithBias(net, memory) : [];
}

function rowsWithBias(net, { weight, bias }) {
  const [own] = net.get(bias);
  return net.get(weight).map((row, k) => [...row, own[k]]);
}

/** The weights of the right class minus those of each other one. */
export function differencesOf(weights, right) {
  return weights.filter((_, k) => k !== right).map((other) => weights[right].map((w, k) => w - other[k]));
}
