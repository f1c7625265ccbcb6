// A run of the reader's own: `model.safetensors` of an rnn that counts.

import { floatsOf, tensorsOfFile } from "../learning/opened-file.js";
import { programOf } from "../learning/rnn-program.js";
import { BadInput, quotedText } from "../shared/errors.js";
import { recordOf } from "../shared/tensors.js";

const DIGITS = 10;
const NAMES = ["cell.bias", "cell.weight_hh", "cell.weight_ih", "readout.bias", "readout.weight"];
const REMEDY = "open model.safetensors of a run of `anylength train count`, cell rnn";

/**
 * The net of a file, as a record that `makeNet` takes.
 * @param {Uint8Array} file
 * @throws {BadInput} it is no such file
 */
export function recordOfFile(file) {
  const [shapes, raw] = tensorsOfFile(file, REMEDY);
  const names = [...shapes.keys()].sort();
  if (names.join() !== NAMES.join()) throw new BadInput("the tensors of an rnn", quotedText(names.join(", "), 80), REMEDY);
  const units = shapes.get("cell.bias")[0];
  const program = programOf({ units, machine: { letters: DIGITS, tapes: 1 }, readoutBias: { length: DIGITS } });
  const tensors = {};
  for (const name of names) {
    const [found, expected] = [shapes.get(name).join(" × "), program.tensors[name].join(" × ")];
    if (found !== expected) throw new BadInput(`${name} of ${expected} numbers, for digits`, found, REMEDY);
    tensors[name] = recordOf(shapes.get(name), floatsOf(raw.get(name), REMEDY));
  }
  const task = { letters: DIGITS, tapes: 1, classes: DIGITS };
  return { cell: "rnn", hidden: units, program, growing: null, tensors, task };
}
