// The tasks of the laboratory: machines, the records that the step viewer reads, and what names of tasks mean in Python.

import { machineOfPattern } from "../learning/machines.js";
import { namedMachine } from "../learning/named-machines.js";
import { isTable, machineOfTable } from "../learning/transition-table.js";
import { BadInput, quotedText } from "../shared/errors.js";
import { separatorOf } from "../shared/words.js";

const MOST_TASK_STATES = 26;
const TASK_REMEDY = "open a run of one of these";

/** [name, task]: what the page offers. */
export const OFFERED = [
  ["even a’s", "(b|ab*a)*"], ["(ab)*", "(ab)*"], ["contains abb", ".*abb.*"], ["÷ 3", "(0|1(01*0)*1)*"],
  ["third last is a", "[ab]*a[ab][ab]"],
  ["a table", "table: even a odd, even b even, odd a even, odd b odd; accept odd"], ["three cards", "s3-generators"], ["count", "count"],
  ["add", "add"],
];

/**
 * A task: its machine, and its record for the step viewer.
 * @param {string} text a pattern, a table or a name
 * @param {{machines: object, tasks: object}} data of the page
 * @throws {BadInput}
 */
export function taskOf(text, { machines, tasks }) {
  const name = text.trim();
  const machine = namedMachine(name, machines) ?? (isTable(name) ? machineOfTable(name) : machineOfPattern(name));
  const states = machine.names.length;
  if (states > MOST_TASK_STATES) throw new BadInput(`a machine of up to ${MOST_TASK_STATES} states`, `${states}`, "take a smaller one");
  return { name, machine, view: tasks[name] ?? viewOf(name, machine) };
}

/**
 * The record of the task that a file of a net with a memory, or with attention, names.
 * @param {{task: string, base?: number}} config of the file
 * @param {Record<string, Record<string, object>>} tasks of the page, by name and base
 * @throws {BadInput} the page has no such task
 */
export function viewOfConfig({ task: name, base = 10 }, tasks) {
  const view = Object.hasOwn(tasks, name) ? tasks[name][base] : undefined;
  if (view) return view;
  throw new BadInput(`a task of the page: ${Object.keys(tasks).join(", ")}`, `${quotedText(name)} in base ${base}`, TASK_REMEDY);
}

/** The record of a task that reads words. */
function viewOf(name, machine) {
  const { symbols, labels, names, accepting } = machine;
  const width = symbols.length;
  const rows = (table) => names.map((_, state) => [...table.slice(state * width, (state + 1) * width)]);
  const separator = separatorOf(symbols);
  return {
    name: isTable(name) ? "the table" : name, summary: "", base: width, tapes: 1, letters: width, classes: labels.length, labels,
    negative: false, layout: { kind: "in-order", tail: 0 }, names: symbols, graded: accepting ? "last" : "all",
    machine: { start: 0, delta: rows(machine.delta), output: rows(machine.output), names: names.map((word) => word || "start") },
    example: {
      label: `${symbols.slice(0, 2).join(separator)}… {count} symbols`,
      numbers: [{ before: "", repeat: symbols.join(separator), after: "", separator }],
    },
  };
}

/** A word of symbols as people write it: one text for each tape. */
export function textsOf({ symbols, letters, tapes }, { names }, word) {
  if (names) return [word.map((symbol) => symbols[symbol]).join(separatorOf(names))];
  const digit = (symbol, tape) => Math.floor(symbol / letters ** tape) % letters;
  return Array.from({ length: tapes }, (_, tape) => [...word].reverse().map((symbol) => digit(symbol, tape)).join(""));
}

/** The metadata of weights: the laboratory's own, and where Python has the task, `anylength`'s. */
export function metadataOf({ name, machine, view }, { cell, layers, units }) {
  const net = { cell, hidden: units, ...(layers > 1 ? { layers, between: "plain" } : {}) };
  const own = { laboratory: JSON.stringify({ task: name, ...net }) };
  if (isTable(name)) return own;
  const task = view.name === name && view.names && machine.accepting ? `regex:${name}` : name;
  return { ...own, anylength: JSON.stringify({ task, base: view.base, format: 1, ...net }) };
}
