// Covers of a net with stacks: a node for what the controller's state may be, and a box for each letter of each stack.
//
// A step reads the symbol and the top of each stack, and its gates act on these. If every gate is decided, then a stack only ever holds
// vectors as they were pushed, so what is read is in the box of the letter that the machine has there. Which letters may be on top at a
// node, `metTops` finds; a step is checked for each of them. The letters on top of all stacks are written as one number, that of the
// first stack in its highest place.

import { readLetters, alphabetSize } from "./certificate.js";
import { Cover } from "./cover.js";
import { largestOf, smallestOf, UNIT } from "./dyadic.js";
import { encodedSymbol } from "./rounded.js";
import { gateRows } from "./steps.js";
import { demand } from "./strict.js";

const TOPS_LIMIT = 2 ** 22; // steps that are followed to find what may lie on top

/** A proof of a net with stacks: a node under a symbol has a step for each combination of letters that may lie on top there. */
export class Stacks extends Cover {
  constructor(top, program, net, columns, proof) {
    super(top, program, net, columns, proof);
    this.letters = readLetters(top, program.memory, proof);
    this.width = program.memory.width;
    this.gates = gateRows(program, net);
    this.met = metTops(this.machine, proof, alphabetSize(this.encoding));
  }

  /** The ranges of a symbol with anything on top of the stacks. */
  symbolRanges(symbol) {
    const hull = (boxes) => boxes[0].map((_, row) => [
      smallestOf(boxes.map((box) => box[row][0])), largestOf(boxes.map((box) => box[row][1])),
    ]);
    return [...super.symbolRanges(symbol), ...this.letters.flatMap(hull)];
  }

  /** Checks all nodes under a symbol, with all tops that may be met there; the margins. */
  under(symbol, hulls) {
    const all = inOrder(new Set(this.met.flatMap((met) => [...met])));
    return all.flatMap((tops) => {
      const letters = lettersOf(this.machine, tops);
      const column = columnOf(this.machine, alphabetSize(this.encoding), symbol, letters);
      const leaf = [...encodedSymbol(this.encoding, symbol), ...letters.flatMap((letter, k) => this.letters[k][letter])];
      const [points, known] = [this.regions.points(leaf), [new Map(), new Map()]];
      const going = this.nodes.map((_, number) => number).filter((number) => this.met[number].has(tops));
      return going.map((number) => this.node([number, column, 0], points, known, hulls));
    });
  }

  /** Each gate is decided as the machine acts, and what is pushed lies in the box of its letter. */
  act([number, column], where, state, features) {
    const actions = this.machine.get("actions")[this.nodes[number].get("state")][column];
    const pushes = state.slice(state.length - this.width * actions.length);
    const toward = (row, isOpen) => (isOpen ? row : row.map((w) => -w));
    const rows = actions.flatMap((action, k) => {
      const [push, pop] = this.gates.slice(2 * k, 2 * k + 2);
      if (action <= 1) return [toward(push, false), toward(pop, action === 1)];
      const box = this.letters[k][action - 1];
      const isHeld = box.every(([least, most], at) => {
        const [low, high] = pushes[k * this.width + at];
        return least <= low && high <= most;
      });
      demand(isHeld, `${where} pushes what is not in the box of letter ${action - 1}`);
      return [push];
    });
    const decided = smallestOf(this.regions.least(rows, features));
    demand(decided >= UNIT / 2n + this.eta, `${where}: a gate is not decided by eta`);
  }
}

const inOrder = (numbers) => [...numbers].sort((a, b) => a - b);
const countOfStacks = (machine) => machine.get("actions")[0][0].length;

/** The letter on top of each stack. */
function lettersOf(machine, tops) {
  const count = machine.get("letters");
  const letters = [];
  for (let left = tops; letters.length < countOfStacks(machine); left = Math.floor(left / count)) letters.unshift(left % count);
  return letters;
}

/** The column of a symbol and the letters on top. */
function columnOf(machine, symbols, symbol, letters) {
  return letters.reduceRight((number, letter) => number * machine.get("letters") + letter, 0) * symbols + symbol;
}

/**
 * For each node the letters that may lie on top of the stacks there: a least set that holds the start and all steps from it. What lies
 * below a letter was on top when this was pushed, so a pop shows one of those letters. Below the bottom is the bottom. Where more is
 * found to lie below a letter, the steps that take it away are followed again.
 */
function metTops(machine, proof, symbols) {
  const nodes = proof.get("nodes");
  const met = nodes.map(() => new Set());
  const below = Array.from({ length: countOfStacks(machine) }, () => new Map([[0, new Set([0])]]));
  const popped = below.map(() => new Map());
  met[proof.get("start")].add(0);
  const waiting = [[proof.get("start"), 0]];
  let followed = 0;
  for (const context of waiting) {
    const [number, tops] = context;
    const letters = lettersOf(machine, tops);
    for (let symbol = 0; symbol < symbols; symbol += 1) {
      const column = columnOf(machine, symbols, symbol, letters);
      const after = nodes[number].get("next")[column];
      demand(after >= 0, `node ${number} has no next node in column ${column}, which a word may lead to`);
      const actions = machine.get("actions")[nodes[number].get("state")][column];
      let shows = [0];
      actions.forEach((action, k) => {
        const [top, under, again] = [letters[k], below[k], popped[k]];
        if (action > 1 && !setIn(under, action - 1).has(top)) {
          under.get(action - 1).add(top);
          for (const one of again.get(action - 1) ?? []) waiting.push(one);
        }
        if (action === 1) setIn(again, top).add(context);
        const seen = action === 0 ? [top] : action === 1 ? inOrder(under.get(top)) : [action - 1];
        shows = shows.flatMap((before) => seen.map((letter) => before * machine.get("letters") + letter));
      });
      followed += shows.length;
      demand(waiting.length + followed <= TOPS_LIMIT, `there are more than ${TOPS_LIMIT} steps to letters on top`);
      for (const shown of shows.filter((one) => !met[after].has(one))) {
        met[after].add(shown);
        waiting.push([after, shown]);
      }
    }
  }
  return met;
}

/** The set under a key of a map, an empty one where there was none. */
function setIn(map, key) {
  if (!map.has(key)) map.set(key, new Set());
  return map.get(key);
}
