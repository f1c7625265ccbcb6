// What a reader types: kinds of brackets, a pattern like a^n b^n, or the rules of a Turing machine; and the machine with stacks of it.

import { BadInput, quotedText } from "../shared/errors.js";
import { BOTTOM, graphOf, KEEP, machineOf, POP, push } from "./machine.js";

const [MOST_BLOCKS, MOST_OTHERS] = [5, 4];
const BRACKETS = ["()", "[]", "{}", "<>"];
const RULE = /^([A-Z])(\d)\s*->\s*(?:(\d)([LR])([A-Z])|---)$/;
const TABLE = /^(?:\d[LR][A-Z]|---)+(?:_(?:\d[LR][A-Z]|---)+)*$/;
const REMEDY = "type brackets such as ()[], a^n b^n, or rules such as A0 -> 1RB, A1 -> 1LB";

/**
 * @typedef {object} StackTask
 * @property {import("./machine.js").StackMachine} machine
 * @property {string[]} symbols what each symbol is called
 * @property {string[]} labels what each answer is called
 * @property {string[][]} letters for each stack what each letter is called
 * @property {string} claim what the net is right about
 * @property {string} word a first word; none of a Turing machine
 * @property {boolean} isTape whether the stacks are the two sides of a tape
 */

/**
 * @param {string} text
 * @returns {StackTask}
 * @throws {BadInput}
 */
export function taskOfText(text) {
  const typed = text.trim();
  const task = /\^n|ⁿ/.test(typed) ? blocksOf(typed) : /->/.test(typed) || TABLE.test(typed) ? turingOf(typed) : bracketsOf(typed);
  graphOf(task.machine); // not too large
  return { isTape: false, ...task };
}

/** Balanced brackets of some kinds, and letters that may stand anywhere. */
function bracketsOf(text) {
  const symbols = [...text.replaceAll(/\s/g, "")];
  const pairs = BRACKETS.filter((pair) => symbols.includes(pair[0])).sort((a, b) => symbols.indexOf(a[0]) - symbols.indexOf(b[0]));
  const others = symbols.filter((symbol) => /\w/.test(symbol));
  const isFit = pairs.length && pairs.join("") === symbols.slice(0, 2 * pairs.length).join("") && others.length <= MOST_OTHERS;
  if (!isFit || 2 * pairs.length + others.length !== symbols.length || new Set(symbols).size !== symbols.length) {
    throw new BadInput("kinds of brackets, each once, as in ()[]{}", quotedText(text), REMEDY);
  }
  const kinds = pairs.length;
  const step = (state, symbol, [top]) => {
    if (state === "reject") return ["reject", [KEEP], 0];
    if (symbol >= 2 * kinds) return ["balanced", [KEEP], Number(top === BOTTOM)];
    const kind = symbol >> 1;
    if (symbol % 2 === 0) return ["balanced", [push(1 + kind + (top ? kinds : 0))], 0]; // the letters 1 to K lie at the bottom
    return top && (top - 1) % kinds === kind ? ["balanced", [POP], Number(top <= kinds)] : ["reject", [KEEP], 0];
  };
  const opening = pairs.map(([open]) => open);
  const [outer, inner] = [pairs[0], pairs.at(-1)];
  const word = `${outer[0]}${pairs.slice(1, -1).join("")}${inner[0]}${outer}${inner[1]}${outer[1]}`;
  return {
    symbols, labels: ["no", "yes"], letters: [["", ...opening, ...opening]], word,
    machine: machineOf(step, "balanced", { symbols: symbols.length, letters: 2 * kinds + 1, stacks: 1 }),
    claim: "It says of every word, however long, and of brackets nested however deep, whether they match",
  };
}

/** a^n b^n c^n …: each letter pops from one stack, and all but the last push on the other. Letter 1 lies at the bottom. */
function blocksOf(text) {
  const parts = text.replaceAll("ⁿ", "^n").match(/\S\^n/g) ?? [];
  const symbols = parts.map(([letter]) => letter);
  const isFit = parts.join("") === text.replaceAll("ⁿ", "^n").replaceAll(/\s/g, "") && new Set(symbols).size === symbols.length;
  if (!isFit || symbols.length < 2 || symbols.length > MOST_BLOCKS) {
    throw new BadInput(`2 to ${MOST_BLOCKS} different letters, as in a^n b^n c^n`, quotedText(text), REMEDY);
  }
  const [last, stacks] = [symbols.length - 1, symbols.length === 2 ? 1 : 2];
  const acted = (changes) => Array.from({ length: stacks }, (_, k) => changes[k] ?? KEEP);
  const step = (state, symbol, tops) => {
    const [from, onto] = [(symbol + 1) % stacks, symbol % stacks];
    if (symbol === 0 && (state === "start" || state === 0)) return [0, acted({ 0: push(tops[0] ? 2 : 1) }), 0];
    const mayCome = state === symbol || state === (symbol === 1 ? 0 : `all ${symbol - 1}`);
    if (symbol === 0 || !mayCome || !tops[from]) return ["reject", acted({}), 0];
    if (symbol === last) return [symbol, acted({ [from]: POP }), Number(tops[from] === 1)];
    return [tops[from] === 2 ? symbol : `all ${symbol}`, acted({ [from]: POP, [onto]: push(tops[onto] ? 2 : 1) }), 0];
  };
  const lettersOf = (k) => symbols.slice(0, last).filter((_, number) => number % stacks === k).join("/");
  return {
    symbols, labels: ["no", "yes"], word: symbols.map((letter) => letter.repeat(3)).join(""),
    letters: Array.from({ length: stacks }, (_, k) => ["", lettersOf(k), lettersOf(k)]),
    machine: machineOf(step, "start", { symbols: symbols.length, letters: 3, stacks }),
    claim: `It says of every word, for every n, whether it is ${parts.join(" ")}`,
  };
}

/** A Turing machine on an empty tape: a stack is the tape left of the head, another that right of it. Letter s + 1 is symbol s. */
function turingOf(text) {
  const rules = TABLE.test(text) ? rulesOfTable(text) : rulesOfLines(text);
  const most = Math.max(...[...rules].flatMap(([key, [written]]) => [Number(key[1]), written]));
  const [start] = rules.keys();
  const step = (state, _symbol, tops) => {
    if (state === null || !rules.has(state)) return [null, [KEEP, KEEP], 1];
    const [written, isRight, after] = rules.get(state);
    const ahead = isRight ? 1 : 0;
    const actions = isRight ? [push(written + 1), POP] : [POP, push(written + 1)];
    return [`${after}${Math.max(tops[ahead] - 1, 0)}`, actions, 0];
  };
  const names = ["", ...Array.from({ length: most + 1 }, (_, symbol) => String(symbol))];
  return {
    symbols: ["step"], labels: ["runs", "halted"], letters: [names, names], word: "", isTape: true,
    machine: machineOf(step, `${start[0]}0`, { symbols: 1, letters: most + 2, stacks: 2 }),
    claim: "It moves, writes and halts as the Turing machine does, for any number of steps, on a tape without end",
  };
}

/** 1RB1LB_1LA1RZ: a row for each state, in it a rule for each symbol under the head. */
function rulesOfTable(text) {
  const rows = text.split("_").map((row) => row.match(/.{3}/g));
  if (new Set(rows.map((row) => row.length)).size > 1) throw new BadInput("rows of the same length", quotedText(text), REMEDY);
  const lines = rows.flatMap((row, state) => row.map((rule, symbol) => `${String.fromCharCode(65 + state)}${symbol} -> ${rule}`));
  return rulesOfLines(lines.join(","), rows[0].length);
}

/** A0 -> 1RB: in state A on 0, write 1, move right, go to state B. The state of the first rule is the start. */
function rulesOfLines(text, symbols = 10) {
  const rules = new Map();
  for (const line of text.split(/[,;\n]/).map((part) => part.trim()).filter(Boolean)) {
    const [, state, read, written, move, after] = RULE.exec(line) ?? [];
    if (state === undefined) throw new BadInput("rules such as A0 -> 1RB", quotedText(line), "write 0 to 9, move L or R, go to A to Z");
    if (rules.has(state + read)) throw new BadInput(`one rule for ${state}${read}`, "two", "a machine must be deterministic: remove one");
    if (Number(written) >= symbols) throw new BadInput(`symbols 0 to ${symbols - 1}`, quotedText(line), "a row has a rule for each symbol");
    rules.set(state + read, written === undefined ? null : [Number(written), move === "R", after]);
  }
  const kept = new Map([...rules].filter(([, rule]) => rule));
  if (kept.size) return kept;
  throw new BadInput("a Turing machine that does a step", "one without rules", REMEDY);
}
