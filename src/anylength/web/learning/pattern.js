// Reads a regular expression as Python's `re.fullmatch` does: letters, . [abc] [^a-c] \d, ( ) | * + ? {n} {n,} {n,m}.
//
// A node says which words it matches. `key` is a text that two nodes share only if they are the same; `empty` says whether the empty
// word is among its words. The constructors simplify, so that a pattern has few derivatives.

import { BadInput } from "../shared/errors.js";

const MOST_NODES = 3000; // of a pattern whose repetitions are written out
const MOST_REPEATS = 999;
const DIGITS = [..."0123456789"];
const MOST_DEPTH = 100; // groups within each other
const REPEATS = [["*", [0, Infinity]], ["+", [1, Infinity]], ["?", [0, 1]]];
const BALANCED = "balanced brackets";
const A_REPETITION = "a repetition after what it repeats";

export const NOTHING = { kind: "nothing", key: "0", empty: false, size: 1 };
export const EMPTY = { kind: "empty", key: "1", empty: true, size: 1 };

/** One symbol out of some, or with `negated` one of all others. */
function oneOf(characters, negated = false) {
  const members = [...new Set(characters)].sort();
  const codes = members.map((character) => character.codePointAt(0).toString(16));
  return { kind: "one", key: `[${negated ? "^" : ""}${codes.join(" ")}]`, members: new Set(members), negated, empty: false, size: 1 };
}

export function sequence(first, second) {
  if (first === NOTHING || second === NOTHING) return NOTHING;
  if (first === EMPTY) return second;
  if (second === EMPTY) return first;
  if (first.kind === "sequence") return sequence(first.first, sequence(first.second, second)); // nested to the right
  const size = limited(first.size + second.size);
  return { kind: "sequence", key: `(${first.key}.${second.key})`, first, second, empty: first.empty && second.empty, size };
}

function star(body) {
  if (body === NOTHING || body === EMPTY) return EMPTY;
  return body.kind === "star" ? body : { kind: "star", key: `(${body.key})*`, body, empty: true, size: body.size + 1 };
}

/** Any of the nodes: flat, sorted, each once. */
export function either(nodes) {
  const parts = new Map();
  for (const node of nodes) {
    for (const part of node.kind === "either" ? node.parts : [node]) if (part !== NOTHING) parts.set(part.key, part);
  }
  if (!parts.size) return NOTHING;
  const list = [...parts.keys()].sort().map((key) => parts.get(key));
  if (list.length === 1) return list[0];
  const size = limited(list.reduce((sum, { size: own }) => sum + own, 1));
  return { kind: "either", key: `(${list.map(({ key }) => key).join("|")})`, parts: list, empty: list.some(({ empty }) => empty), size };
}

function limited(size) {
  if (size <= MOST_NODES) return size;
  throw new BadInput("a pattern of a page's size", "one that is too large with its repetitions written out", "take a smaller one");
}

/** From `least` to `most` times; `most` may be Infinity. */
function repeated(body, least, most) {
  limited(body.size * (most === Infinity ? least + 1 : most));
  let result = most === Infinity ? star(body) : EMPTY;
  for (let n = most === Infinity ? least : most; n > 0; n -= 1) {
    result = sequence(body, result);
    if (n > least) result = either([result, EMPTY]);
  }
  return result;
}

/**
 * The node of a pattern.
 * @param {string} text
 * @throws {BadInput} it is no regular expression, or uses what is not read
 */
export function parsePattern(text) {
  return new PatternReader([...text]).whole();
}

class PatternReader {
  constructor(characters) {
    this.characters = characters;
    this.at = 0;
    this.depth = 0;
  }

  get next() {
    return this.characters[this.at];
  }

  takes(character) {
    const found = this.next === character;
    if (found) this.at += 1;
    return found;
  }

  /** Refuses what stands at the present place. */
  refuse(expected, remedy) {
    const got = this.next === undefined ? "the pattern's end" : `“${this.next}” at character ${this.at + 1}`;
    throw new BadInput(expected, got, remedy);
  }

  whole() {
    const node = this.alternatives();
    if (this.next !== undefined) this.refuse(BALANCED, "open the bracket before, or remove it");
    return node;
  }

  alternatives() {
    const nodes = [this.concatenation()];
    while (this.takes("|")) nodes.push(this.concatenation());
    return either(nodes);
  }

  concatenation() {
    const parts = [];
    while (this.next !== undefined && this.next !== "|" && this.next !== ")") parts.push(this.repetition());
    return parts.reduceRight((rest, part) => sequence(part, rest), EMPTY);
  }

  repetition() {
    const node = this.single();
    const [least, most] = REPEATS.find(([sign]) => this.takes(sign))?.[1] ?? this.counts();
    if (least === undefined) return node;
    if (this.next !== undefined && "*+?{".includes(this.next)) {
      this.refuse(A_REPETITION, "put the repeated part in ( )");
    }
    return repeated(node, least, most);
  }

  /** The bounds in braces, [] where there are no braces. */
  counts() {
    if (this.next !== "{") return [];
    const match = /^\{(\d+)(,?)(\d*)\}/.exec(this.characters.slice(this.at, this.at + 12).join(""));
    const remedy = "write {2}, {2,} or {2,5}, the smaller count first; \\{ is the character";
    if (!match) this.refuse("{n}, {n,} or {n,m}", remedy);
    const least = Number(match[1]);
    const most = match[2] ? Number(match[3] || Infinity) : least;
    if (least > most) this.refuse("{n,m} with n at most m", remedy);
    const isLarge = least > MOST_REPEATS || (most > MOST_REPEATS && most !== Infinity);
    if (isLarge) this.refuse(`counts up to ${MOST_REPEATS}`, "repeat less often");
    this.at += match[0].length;
    return [least, most];
  }

  single() {
    const character = this.next;
    if (this.takes("(")) return this.group();
    if (this.takes("[")) return this.characterClass();
    if (this.takes(".")) return oneOf([], true);
    if (this.takes("\\")) return oneOf(this.escaped());
    if ("*+?{".includes(character)) this.refuse(A_REPETITION, `write \\${character} for the character`);
    if ("]}".includes(character)) this.refuse(BALANCED, `write \\${character} for the character`);
    if ("^$".includes(character)) {
      this.refuse("a pattern without anchors", `it matches whole words; write \\${character} for the character`);
    }
    this.at += 1;
    return oneOf([character]);
  }

  group() {
    const isPlain = !this.takes("?") || this.takes(":");
    if (!isPlain) this.refuse("groups (…) or (?:…)", "write no look-arounds, names and flags");
    this.depth += 1;
    if (this.depth > MOST_DEPTH) this.refuse(`at most ${MOST_DEPTH} groups within each other`, "write it with fewer brackets");
    const node = this.alternatives();
    if (!this.takes(")")) this.refuse(BALANCED, "close each group with )");
    this.depth -= 1;
    return node;
  }

  /** The characters that an escape stands for. */
  escaped() {
    const character = this.next;
    const isOther = character === undefined || (/[A-Za-z0-9]/.test(character) && character !== "d");
    if (isOther) this.refuse("\\d or a sign after \\", "list the characters in [ ]");
    this.at += 1;
    return character === "d" ? DIGITS : [character];
  }

  characterClass() {
    const negated = this.takes("^");
    const members = [];
    do {
      if (this.next === undefined) this.refuse(BALANCED, "close the class with ]");
      if (this.next === "]") this.refuse("a class of one character or more", "list the characters; write \\] for ]");
      members.push(...this.classMember());
    } while (!this.takes("]"));
    return oneOf(members, negated);
  }

  classMember() {
    const first = this.takes("\\") ? this.escaped() : [this.characters[this.at++]];
    const isRange = first.length === 1 && this.next === "-" && this.characters[this.at + 1] !== "]";
    if (!isRange || this.characters[this.at + 1] === undefined) return first;
    this.at += 1;
    const last = this.takes("\\") ? this.escaped() : [this.characters[this.at++]];
    const [low, high] = [first[0], last.at(-1)].map((character) => character.codePointAt(0));
    const isRight = last.length === 1 && low <= high && high - low <= MOST_REPEATS;
    if (!isRight) this.refuse("a short range such as a-f", "write the smaller end first");
    return Array.from({ length: high - low + 1 }, (_, k) => String.fromCodePoint(low + k));
  }
}
