// Searches for a word that a net answers wrongly, with the attacks of `anylength.verification.refutation`, from cheap to expensive: all
// short words; one symbol again and again, with each symbol once after it; and all words from the states that were met so.

const [SHORT_WORDS, SEARCHED_STEPS] = [5000, 100_000]; // steps of the net: for short words, and in all
const SHORT_CELL = 1 / 50; // the width of a cell of states; of those in one cell only the first is followed
const [REPEATED_CELL, LAST_CELL] = [1e-3, 0.2]; // during repetitions, and after them: those of Python
const LONGEST_REPETITION = 2000; // symbols, as in Python
const CONVERGED = 3e-7; // a repetition that moved no number further than this has ended; a few units in the last place of a float32

/**
 * A word whose last answer is wrong and whose other answers are right, or null: none was found within `SEARCHED_STEPS` steps.
 * @param {{machine: import("./machines.js").Machine, start: () => Float32Array | Float64Array,
 *   step: (state: any, symbol: number) => any, answer: (state: any) => number}} net
 * @returns {{symbols: number[], said: number, right: number} | null} the word, the net's answer to its last symbol, and the right one
 */
export function searchedWord(net) {
  const search = new Search(net);
  search.breadthFirst([search.root], SHORT_CELL, SEARCHED_STEPS - SHORT_WORDS);
  const exits = search.repeat(search.accessed(), LONGEST_REPETITION);
  search.breadthFirst(exits, LAST_CELL, 0);
  return search.wrong && { symbols: symbolsTo(search.wrong.node), said: search.wrong.said, right: search.wrong.right };
}

/** The symbols that lead to a node. */
function symbolsTo(node) {
  const symbols = [];
  for (let at = node; at.before; at = at.before) symbols.push(at.symbol);
  return symbols.reverse();
}

/** Its nodes are states beside those of the machine, each with the node `before` it and the `symbol` that was read there. */
class Search {
  constructor(net) {
    Object.assign(this, { net, wrong: null, left: SEARCHED_STEPS, symbols: net.machine.symbols.map((_, symbol) => symbol) });
    this.root = { state: net.start(), at: 0, before: null, symbol: null };
  }

  /** Where a symbol leads; the first wrong answer ends the search. */
  after(node, symbol) {
    const { net, symbols } = this;
    const pair = node.at * symbols.length + symbol;
    const next = { state: net.step(node.state, symbol), at: net.machine.delta[pair], before: node, symbol };
    this.left -= 1;
    const [said, right] = [net.answer(next.state), net.machine.output[pair]];
    if (said !== right) this.wrong ??= { node: next, said, right };
    return next;
  }

  /** The nodes one symbol after some, one of each new cell. Ends early where `left` falls to `reserve`. */
  expand(nodes, seen, width, reserve) {
    const found = [];
    for (const node of nodes) {
      for (const symbol of this.symbols) {
        if (this.wrong || this.left <= reserve) return found;
        const next = this.after(node, symbol);
        if (isNew(seen, next, width)) found.push(next);
      }
    }
    return found;
  }

  /** All words from some nodes, level by level. */
  breadthFirst(starts, width, reserve) {
    const seen = new Set();
    let layer = starts.filter((start) => isNew(seen, start, width));
    while (layer.length && !this.wrong) layer = this.expand(layer, seen, width, reserve);
  }

  /** One node for each state of the machine that words reach. */
  accessed() {
    const roots = new Map([[this.root.at, this.root]]);
    for (const root of roots.values()) {
      for (const symbol of this.symbols) {
        const next = this.after(root, symbol);
        if (!roots.has(next.at)) roots.set(next.at, next);
      }
    }
    return [...roots.values()];
  }

  /** From some nodes every symbol again and again, all of them in step, and after each repetition every symbol once. Returns what was met. */
  repeat(starts, longest) {
    const [seen, exits] = [new Set(), [...starts]];
    let runs = starts.flatMap((start) => this.symbols.map((symbol) => ({ symbol, node: start, earlier: start })));
    for (let count = 1; count <= longest && runs.length && !this.wrong; count += 1) {
      for (const run of runs) run.node = this.after(run.node, run.symbol);
      exits.push(...this.expand(runs.map(({ node }) => node), seen, REPEATED_CELL, 0));
      if (this.left <= 0) break;
      if (count & (count - 1)) continue; // compared after 1, 2, 4, 8, … repetitions
      runs = runs.filter(({ node, earlier }) => node.at !== earlier.at || !isClose(node.state, earlier.state));
      for (const run of runs) run.earlier = run.node;
    }
    return exits;
  }
}

/** Whether a node is the first in its cell of this width. */
function isNew(seen, { state, at }, width) {
  const key = `${at}:${Array.from(state, (value) => Math.floor(value / width)).join()}`;
  return !seen.has(key) && Boolean(seen.add(key));
}

function isClose(a, b) {
  return a.every((value, at) => Math.abs(value - b[at]) <= CONVERGED);
}
