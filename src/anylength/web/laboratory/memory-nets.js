// Nets with a memory: those that the site ships, and the record of a file's net for the step viewer.

import { BadInput, quotedText } from "../shared/errors.js";
import { between } from "../shared/growing.js";
import { recordOf } from "../shared/tensors.js";
import { openedTensors, OPENED_REMEDY } from "./opened-net.js";

/** What the site ships: the file's name, what it is called, and a first number. */
export const SHIPPED_NETS = [
  { file: "reverse-stack-rnn", title: "write it backwards, with stacks", number: "110101" },
  { file: "reverse-tape-rnn", title: "write it backwards, on a tape", number: "110101" },
  { file: "count-natural-stack-rnn", title: "add 1, with stacks", number: "10111" },
];

const ACTION_TENSORS = ["cell.weight_action", "cell.bias_action"];
const READS_SYMBOLS = "cell.weight_ih"; // the tensor whose columns are inputs
const READOUT_TENSORS = "readout."; // the tensors whose rows are classes

/**
 * The record of a file's net, a `NetView`. Its actions are hard, a gate is 0 or 1, unless they are mixed as the gates say.
 * @param {Uint8Array} file
 * @param {{task: string, base?: number, cell: string, hidden: number}} config of the file
 * @param {{cells: object, tasks: object}} memories of the page
 * @param {boolean} [isMixed]
 * @throws {BadInput}
 */
export function memoryRecord(file, { task: name, base = 10, cell, hidden }, { cells, tasks }, isMixed = false) {
  const task = Object.hasOwn(tasks, name) ? tasks[name][base] : undefined;
  if (!task) {
    const known = `a task of the page that needs a memory: ${Object.keys(tasks).join(", ")}`;
    throw new BadInput(known, `${quotedText(name)} in base ${base}`, OPENED_REMEDY);
  }
  const growing = sizedGrowing(cells[cell], { units: hidden, encoded: task.letters * task.tapes, classes: task.classes });
  const shapes = growing.programs[0].tensors;
  const tensors = openedTensors(file, shapes, { name, cell });
  const factor = isMixed ? 1 : cells[cell].action_factor;
  for (const tensor of ACTION_TENSORS) tensors[tensor] = tensors[tensor].map((value) => value * factor);
  const records = Object.entries(tensors).map(([tensor, values]) => [tensor, recordOf(shapes[tensor], values)]);
  return { cell, hidden, program: null, growing, tensors: Object.fromEntries(records), task };
}

/** The programs of a cell at any size. */
export function sizedGrowing({ growing: [few, more], units: [least, next] }, { units, encoded, classes }) {
  const growing = between(few, more, (units - least) / (next - least));
  const shapeOf = (name, [rows, ...columns]) => {
    if (name === READS_SYMBOLS) return [rows, encoded];
    return name.startsWith(READOUT_TENSORS) ? [classes, ...columns] : [rows, ...columns];
  };
  const sized = (program) => {
    const tensors = Object.entries(program.tensors).map(([name, shape]) => [name, shapeOf(name, shape)]);
    return { ...program, encoded, tensors: Object.fromEntries(tensors) };
  };
  return { ...growing, programs: growing.programs.map(sized) };
}
