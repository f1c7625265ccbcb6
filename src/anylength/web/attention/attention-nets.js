// Nets that look back on the whole word, by attention: those that the page carries, and the record of a file's net for the step viewer.

import { OPENED_REMEDY, openedTensors, sizedShapes } from "../learning/opened-net.js";
import { BadInput } from "../shared/errors.js";
import { between } from "../shared/growing.js";
import { AttentionFigure } from "./attention-figure.js";
import { lengthsTried } from "./attention-lengths.js";

const ATTENTION_NETS = [
  { file: "reverse-transformer-learned", title: "write it backwards", number: "1101001" },
  { file: "count-transformer-none", title: "add 1, read from the right", number: "111111101111111" },
];

/** @type {import("../site/net-page.js").NetKind} */
export const ATTENTION_KIND = {
  option: "head", nets: ATTENTION_NETS, isOpenedAgain: false,
  opened: (file, config, known, { option, onOption, play }) => {
    const record = attentionRecord(file, config, known);
    const figure = new AttentionFigure(record, { head: option, onHead: onOption });
    return { record, figure, lines: [lengthsTried(record, play)] };
  },
};

/**
 * The record of a file's net, a `NetView`.
 * @param {Uint8Array} file
 * @param {{task: string, cell: string, hidden: number}} config of the file
 * @param {{cells: object, task: object}} known the cells of the page, and the record of the task
 * @throws {BadInput}
 */
export function attentionRecord(file, { task: name, cell, hidden }, { cells, task }) {
  const { shapes: [few, more], units: [least, next], multiple } = cells[cell];
  if (hidden % multiple) throw new BadInput(`units of a ${cell} in multiples of ${multiple}`, String(hidden), OPENED_REMEDY);
  const sized = between(few, more, (hidden - least) / (next - least));
  const shapes = sizedShapes(sized, { encoded: task.letters * task.tapes, classes: task.classes });
  return { cell, hidden, program: null, growing: null, tensors: openedTensors(file, shapes, { name, cell }), task };
}
