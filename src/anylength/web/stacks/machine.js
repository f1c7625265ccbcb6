// Machines with stacks, and everything that they may meet. A machine sees its state, the symbol and the letter on top of each stack; it
// goes to a state, acts on each stack, and answers. It is found from a step function, and its graph from the machine.

import { BadInput } from "../shared/errors.js";

export const KEEP = 0; // an action
export const POP = 1; // an action; to push letter g is g + 1
export const BOTTOM = 0; // on top of an empty stack
export const push = (letter) => letter + 1;

const MOST_STEPS = 450; // of a graph: some seconds of making and checking

/**
 * @typedef {{after: number, actions: number[], output: number}} Rule
 * @typedef {{symbols: number, letters: number, stacks: number, rules: (Rule | null)[][], states: any[]}} StackMachine rules
 *   for each state, at `ruleColumn`, null where no word leads; and what the step function calls the states
 * @typedef {{node: number, symbol: number, tops: number[], rule: Rule, after: number}} Edge
 */

/** The column of a symbol and the letters on top. */
export function ruleColumn({ symbols, letters }, symbol, tops) {
  return tops.reduceRight((number, top) => number * letters + top, 0) * symbols + symbol;
}

/**
 * The machine of a step function, which is called once for all that a word may lead to.
 * @param {(state: any, symbol: number, tops: number[]) => [any, number[], number]} step gives the next state, actions and answer
 * @param {any} start
 * @param {{symbols: number, letters: number, stacks: number}} shape
 * @returns {StackMachine}
 * @throws {BadInput} it is too large
 */
export function machineOf(step, start, shape) {
  const [states, numbers, rules] = [[], new Map(), []];
  let steps = 0;
  const numberOf = (state) => {
    const key = JSON.stringify(state);
    if (numbers.has(key)) return numbers.get(key);
    rules.push(Array(shape.symbols * shape.letters ** shape.stacks).fill(null));
    numbers.set(key, states.push(state) - 1);
    return states.length - 1;
  };
  numberOf(start);
  explore(shape, (from, symbol, tops) => {
    const column = ruleColumn(shape, symbol, tops);
    if (!rules[from][column]) {
      demandFew((steps += 1));
      const [after, actions, output] = step(states[from], symbol, tops);
      rules[from][column] = { after: numberOf(after), actions, output };
    }
    return rules[from][column];
  });
  return { ...shape, rules, states };
}

/**
 * The steps that words may lead to, between nodes: the start, and one for each state and what was just done.
 * @param {StackMachine} machine
 * @returns {{states: number[], edges: Edge[]}} the machine's state at each node
 * @throws {BadInput} there are too many
 */
export function graphOf(machine) {
  const [states, numbers, edges] = [[0], new Map(), new Map()];
  explore(machine, (node, symbol, tops) => {
    const rule = machine.rules[states[node]][ruleColumn(machine, symbol, tops)];
    const key = JSON.stringify(rule);
    if (!numbers.has(key)) numbers.set(key, states.push(rule.after) - 1);
    const after = numbers.get(key);
    edges.set(`${node} ${symbol} ${tops}`, { node, symbol, tops, rule, after });
    demandFew(edges.size);
    return { ...rule, after };
  });
  return { states, edges: [...edges.values()] };
}

function demandFew(steps) {
  if (steps <= MOST_STEPS) return;
  throw new BadInput(`a machine with up to ${MOST_STEPS} steps from what it may meet`, "more", "take fewer states or symbols");
}

/** Follows all steps from node 0 and empty stacks, until none is new. What lies below a letter was on top when it was pushed. */
function explore({ symbols, letters, stacks }, follow) {
  const [met, below] = [new Map([[0, new Set([0])]]), Array.from({ length: stacks }, () => new Map([[BOTTOM, new Set([BOTTOM])]]))];
  let isChanged = true;
  const add = (sets, key, value) => {
    if (!sets.has(key)) sets.set(key, new Set());
    isChanged ||= !sets.get(key).has(value);
    sets.get(key).add(value);
  };
  const go = (node, symbol, tops) => {
    const { after, actions } = follow(node, symbol, tops);
    let seen = [0]; // tops as one number, the first stack in its highest place
    actions.forEach((action, k) => {
      if (action > POP) add(below[k], action - 1, tops[k]);
      const shown = action === KEEP ? [tops[k]] : action === POP ? [...below[k].get(tops[k])] : [action - 1];
      seen = seen.flatMap((number) => shown.map((letter) => number * letters + letter));
    });
    for (const number of seen) add(met, after, number);
  };
  while (isChanged) {
    isChanged = false;
    const listed = [...met].flatMap(([node, seen]) => [...seen].sort((a, b) => a - b).map((number) => [node, number]));
    for (const [node, number] of listed) {
      const tops = Array.from({ length: stacks }, (_, k) => Math.floor(number / letters ** (stacks - 1 - k)) % letters);
      for (let symbol = 0; symbol < symbols; symbol += 1) go(node, symbol, tops);
    }
  }
}
