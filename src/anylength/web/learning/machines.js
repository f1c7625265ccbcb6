// Finite machines: from a pattern, made smallest, with their states in the order in which words first meet them.

import { BadInput, quotedText } from "../shared/errors.js";
import { either, EMPTY, NOTHING, parsePattern, sequence } from "./pattern.js";

const MOST_DERIVATIVES = 600; // states before the machine is made smallest
const MOST_LETTERS = 16; // of a pattern
const LEAST_LETTERS = 2; // beside . and [^…]

/**
 * @typedef {object} Machine A finite machine with an output at each step. State 0 is its start.
 * @property {string[]} symbols A of them
 * @property {number} letters the base of the encoding: A symbols are `letters ** tapes`
 * @property {number} tapes digits that a symbol has
 * @property {Int32Array} delta `[Q · A]`, the next state
 * @property {Int32Array} output `[Q · A]`, the answer to the step
 * @property {string[]} labels the C answers
 * @property {string[]} names a shortest word to each state, "" for the start
 * @property {Uint8Array | null} accepting `[Q]` for an acceptor, whose answer depends on the next state alone; else null
 */

/**
 * The smallest acceptor of the words that a pattern matches whole. Its symbols are the characters that occur in the pattern.
 * @param {string} text
 * @returns {Machine}
 * @throws {BadInput}
 */
export function machineOfPattern(text) {
  const pattern = parsePattern(text);
  const symbols = lettersIn(pattern);
  const [rows, list] = [[], [pattern]];
  const numbers = new Map([[pattern.key, 0]]);
  for (let state = 0; state < list.length; state += 1) {
    if (list.length > MOST_DERIVATIVES) throw tooLarge();
    for (const symbol of symbols) {
      const next = derivative(list[state], symbol);
      if (!numbers.has(next.key)) numbers.set(next.key, list.push(next) - 1);
      rows.push(numbers.get(next.key));
    }
  }
  const machine = acceptor(symbols, rows, list.map(({ empty }) => (empty ? 1 : 0)));
  if (machine.output.includes(1)) return machine;
  throw new BadInput("a pattern that matches some word of one symbol or more", quotedText(text), "correct it");
}

/** The smallest acceptor with these rows of next states. */
export function acceptor(symbols, rows, accepting) {
  const output = rows.map((next) => accepting[next]);
  const machine = smallest(rows, output, accepting, symbols.length);
  return { symbols, letters: symbols.length, tapes: 1, labels: ["no", "yes"], ...named(machine, symbols) };
}

function tooLarge() {
  return new BadInput(`a machine of up to ${MOST_DERIVATIVES} states`, "a larger one", "take a smaller pattern");
}

/** The characters that occur, in the order of Unicode. */
function lettersIn(pattern) {
  const found = new Set();
  let isOpen = false;
  visit(pattern, ({ members, negated }) => {
    for (const character of members) found.add(character);
    isOpen ||= negated;
  });
  if (isOpen && found.size < LEAST_LETTERS) {
    throw new BadInput("two letters or more beside . and [^…]", `${found.size}`, "write them, as in .*ab.*");
  }
  if (!found.size) throw new BadInput("a pattern with letters", "none", "type one, for example (ab)*");
  if (found.size > MOST_LETTERS) throw new BadInput(`up to ${MOST_LETTERS} different letters`, `${found.size}`, "use fewer");
  return [...found].sort((a, b) => a.codePointAt(0) - b.codePointAt(0));
}

function visit(node, see) {
  const waiting = [node];
  while (waiting.length) {
    const next = waiting.pop();
    if (next.kind === "one") see(next);
    waiting.push(...[next.first, next.second, next.body, ...(next.parts ?? [])].filter(Boolean));
  }
}

/** What may follow a symbol (Brzozowski 1964). */
function derivative(node, symbol) {
  switch (node.kind) {
    case "one":
      return node.members.has(symbol) !== node.negated ? EMPTY : NOTHING;
    case "star":
      return sequence(derivative(node.body, symbol), node);
    case "either":
      return either(node.parts.map((part) => derivative(part, symbol)));
    case "sequence": {
      const inFirst = sequence(derivative(node.first, symbol), node.second);
      return node.first.empty ? either([inFirst, derivative(node.second, symbol)]) : inFirst;
    }
    default:
      return NOTHING;
  }
}

/** States that no word tells apart become one (Moore 1956). They must agree in `kinds`, too. */
function smallest(rows, output, kinds, width) {
  const count = rows.length / width;
  let block = Array.from({ length: count }, (_, state) => kinds[state]);
  let blocks = 0;
  for (;;) {
    const numbers = new Map();
    const next = block.map((own, state) => {
      const places = Array.from({ length: width }, (_, symbol) => state * width + symbol);
      const parts = places.map((at) => `${block[rows[at]]}/${output[at]}`);
      const key = `${own}:${parts.join()}`;
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      return numbers.get(key);
    });
    block = next;
    if (numbers.size === blocks) return { rows, output, kinds, block, width };
    blocks = numbers.size;
  }
}

/** The blocks as states, breadth first from that of state 0. */
function named({ rows, output, kinds, block, width }, symbols) {
  const [order, names, delta, answers] = [[0], [""], [], []];
  const place = new Map([[block[0], 0]]);
  for (let state = 0; state < order.length; state += 1) {
    for (let symbol = 0; symbol < width; symbol += 1) {
      const from = order[state] * width + symbol;
      const next = block[rows[from]];
      if (!place.has(next)) {
        place.set(next, order.push(rows[from]) - 1);
        names.push(names[state] + symbols[symbol]);
      }
      delta.push(place.get(next));
      answers.push(output[from]);
    }
  }
  const accepting = Uint8Array.from(order, (state) => kinds[state]);
  return { delta: Int32Array.from(delta), output: Int32Array.from(answers), names, accepting };
}
