// Strict JSON: every value from a file passes `parseStrict`, then `integerOf`, `itemsOf` or `fieldsOf`, before anything uses it.

const MARKS_LIMIT = 2_000_000; // brackets, braces and colons in a file
const COMMAS_LIMIT = 10_000_000;
const DEEPEST = 900; // levels of lists and objects
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** The reason why a certificate is rejected. */
export class Refused extends Error {}

/** Throws Refused unless the condition holds. */
export function demand(condition, reason) {
  if (!condition) throw new Refused(reason);
}

/**
 * The value of UTF-8 JSON text without repeated keys; its only numbers are integers of at most fifteen digits. Objects are Maps.
 * @param {Uint8Array} bytes
 */
export function parseStrict(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("not strict JSON: not UTF-8");
  }
  demand(countOf(text, "[]{}:") <= MARKS_LIMIT, `JSON has more than ${MARKS_LIMIT} brackets and colons`);
  demand(countOf(text, ",") <= COMMAS_LIMIT, `JSON has more than ${COMMAS_LIMIT} commas`);
  return new StrictReader(text).whole();
}

function countOf(text, marks) {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) count += marks.includes(text[at]) ? 1 : 0;
  return count;
}

/** Reads one JSON text from its start to its end. */
class StrictReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  whole() {
    const value = this.value();
    this.skipSpace();
    this.expect(this.at === this.text.length, "something after the end");
    return value;
  }

  value() {
    this.skipSpace();
    const first = this.text[this.at];
    if (first === "{") return this.nested(() => this.object());
    if (first === "[") return this.nested(() => this.list());
    if (first === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) if (this.takes(word)) return value;
    return this.number();
  }

  nested(read) {
    this.depth += 1;
    this.expect(this.depth <= DEEPEST, "too deep");
    const value = read();
    this.depth -= 1;
    return value;
  }

  object() {
    const table = new Map();
    this.separated("}", () => {
      this.skipSpace();
      const name = this.string();
      this.skipSpace();
      this.expect(this.takes(":"), "no colon");
      const value = this.value();
      demand(!table.has(name), "a JSON object has the same key twice");
      table.set(name, value);
    });
    return table;
  }

  list() {
    const items = [];
    this.separated("]", () => items.push(this.value()));
    return items;
  }

  separated(end, read) {
    this.at += 1;
    this.skipSpace();
    if (this.takes(end)) return;
    do {
      read();
      this.skipSpace();
    } while (this.takes(","));
    this.expect(this.takes(end), `no ${end}`);
  }

  string() {
    this.expect(this.takes('"'), "no string");
    let result = "";
    while (!this.takes('"')) {
      const character = this.text[this.at];
      this.expect(character !== undefined && character >= " ", "a string does not end");
      this.at += 1;
      result += character === "\\" ? this.escape() : character;
    }
    return result;
  }

  escape() {
    const character = this.text[this.at];
    this.at += 1;
    if (character !== "u") {
      this.expect(Object.hasOwn(ESCAPES, character ?? ""), "an unknown escape");
      return ESCAPES[character];
    }
    const digits = this.text.slice(this.at, this.at + 4);
    this.expect(/^[0-9a-fA-F]{4}$/.test(digits), "a bad escape");
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  number() {
    for (const word of ["NaN", "Infinity", "-Infinity"]) demand(!this.text.startsWith(word, this.at), notAnInteger(word));
    const [spelt] = /^-?[0-9.eE+-]*/.exec(this.text.slice(this.at, this.at + 400)) ?? [""];
    this.expect(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(spelt), "no value");
    demand(/^-?[0-9]{1,15}$/.test(spelt) && spelt !== "-0", notAnInteger(spelt));
    this.at += spelt.length;
    return Number(spelt);
  }

  takes(word) {
    const found = this.text.startsWith(word, this.at);
    if (found) this.at += word.length;
    return found;
  }

  skipSpace() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
  }

  expect(condition, what) {
    demand(condition, `not strict JSON: ${what} at character ${this.at}`);
  }
}

function notAnInteger(spelt) {
  return `${spelt.slice(0, 20)} is not an integer of at most fifteen digits`;
}

/** The value, if it is an integer from `least` to `most`; `where` names it in the reason. */
export function integerOf(value, where, least, most) {
  demand(typeof value === "number" && least <= value && value <= most, `${where} is not an integer from ${least} to ${most}`);
  return value;
}

/** The value, if it is a list of `least` to `most` items; with a `largest` only if they are integers from `smallest` to that. */
export function itemsOf(value, where, least, most, largest = null, smallest = 0) {
  const count = least === most ? `${most}` : `${least} to ${most}`;
  demand(Array.isArray(value) && least <= value.length && value.length <= most, `${where} is not a list of ${count} items`);
  if (largest !== null) for (const item of value) integerOf(item, where, smallest, largest);
  return value;
}

/** The values of an object's fields in the order of the names, if it has exactly these fields. */
export function fieldsOf(value, where, ...names) {
  const exact = value instanceof Map && value.size === names.length && names.every((name) => value.has(name));
  demand(exact, `${where} is not an object of exactly these fields: ${names.join(", ")}`);
  return names.map((name) => value.get(name));
}
