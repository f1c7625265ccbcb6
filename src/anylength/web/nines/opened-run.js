// A run of the reader's own: `model.safetensors` of an rnn that counts, chosen or dropped on the page.

import { Refused } from "../checker/strict.js";
import { readShapes } from "../checker/weights.js";
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
  const [shapes, raw] = tensorsOfFile(file);
  const names = [...shapes.keys()].sort();
  if (names.join() !== NAMES.join()) throw new BadInput("the tensors of an rnn", quotedText(names.join(", "), 80), REMEDY);
  const units = shapes.get("cell.bias")[0];
  const program = programOf({ units, machine: { letters: DIGITS, tapes: 1 }, readoutBias: { length: DIGITS } });
  const tensors = {};
  for (const name of names) {
    const [found, expected] = [shapes.get(name).join(" × "), program.tensors[name].join(" × ")];
    if (found !== expected) throw new BadInput(`${name} of ${expected} numbers, for digits`, found, REMEDY);
    tensors[name] = recordOf(shapes.get(name), floatsOf(raw.get(name)));
  }
  const task = { letters: DIGITS, tapes: 1, classes: DIGITS };
  return { cell: "rnn", hidden: units, program, growing: null, tensors, task };
}

function tensorsOfFile(file) {
  try {
    return readShapes(file);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new BadInput("a safetensors file of float32 numbers", `another file (${error.message})`, REMEDY);
  }
}

function floatsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
  if (!numbers.every(Number.isFinite)) throw new BadInput("finite weights", "a NaN or an infinity", REMEDY);
  return numbers;
}

/** Calls `take` with the bytes of each file that is chosen in the field or dropped on the page. */
export function onOpenedFile(field, take) {
  const read = async (file) => file && take(new Uint8Array(await file.arrayBuffer()));
  field.onchange = () => read(field.files[0]);
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    read(event.dataTransfer.files[0]);
  });
}
