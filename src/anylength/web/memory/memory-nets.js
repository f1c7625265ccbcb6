// Nets with a memory: those that the page carries, and the record of a file's net for the step viewer.

import { openedTensors, sizedShapes } from "../learning/opened-net.js";
import { html } from "../shared/dom.js";
import { between } from "../shared/growing.js";
import { encodedTensor } from "../shared/tensors.js";
import { MemoryFigure } from "./memory-figure.js";

const MEMORY_NETS = [
  { file: "reverse-stack-rnn", title: "write it backwards, with stacks", number: "110101" },
  { file: "reverse-tape-rnn", title: "write it backwards, on a tape", number: "110101" },
  { file: "count-natural-stack-rnn", title: "add 1, with stacks", number: "10111" },
];

const ACTION_TENSORS = ["cell.weight_action", "cell.bias_action"];
const MIXED = "yes";

/** @type {import("../site/net-page.js").NetKind} */
export const MEMORY_KIND = {
  option: "mix", nets: MEMORY_NETS, isOpenedAgain: true,
  opened: (file, config, known, { option, onOption }) => {
    const record = memoryRecord(file, config, known, option === MIXED);
    return { record, figure: new MemoryFigure(record, known.cells[config.cell]), lines: mixedLines(option === MIXED, onOption) };
  },
};

function mixedLines(isMixed, onOption) {
  const box = html("input", { type: "checkbox", id: "mixed", onchange: () => onOption(box.checked ? MIXED : "") });
  box.checked = isMixed;
  const label = html("label", { for: box.id }, "Mix the actions as the gates say, each partly, as in the first half of its training");
  const hint =
    "Otherwise each gate counts as 0 or 1, so that one action is done, wholly. Mixed entries become less clear at each step: compare " +
    "what it answers to 60 digits.";
  return [html("p", {}, box, " ", label), html("p", { class: "quiet" }, hint)];
}

/**
 * The record of a file's net, a `NetView`. Its actions are hard, a gate is 0 or 1, unless they are mixed as the gates say.
 * @param {Uint8Array} file
 * @param {{task: string, cell: string, hidden: number}} config of the file
 * @param {{cells: object, task: object}} known the cells of the page, and the record of the task
 * @param {boolean} [isMixed]
 * @throws {BadInput}
 */
export function memoryRecord(file, { task: name, cell, hidden }, { cells, task }, isMixed = false) {
  const growing = sizedGrowing(cells[cell], { units: hidden, encoded: task.letters * task.tapes, classes: task.classes });
  const tensors = openedTensors(file, growing.programs[0].tensors, { name, cell });
  const factor = isMixed ? 1 : cells[cell].action_factor;
  for (const action of ACTION_TENSORS) tensors[action] = encodedTensor(tensors[action], (value) => value * factor);
  return { cell, hidden, program: null, growing, tensors, task };
}

/** The programs of a cell at any size. */
export function sizedGrowing({ growing: [few, more], units: [least, next] }, { units, encoded, classes }) {
  const growing = between(few, more, (units - least) / (next - least));
  const sized = (program) => ({ ...program, encoded, tensors: sizedShapes(program.tensors, { encoded, classes }) });
  return { ...growing, programs: growing.programs.map(sized) };
}
