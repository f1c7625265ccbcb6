// A net of the reader's own: `model.safetensors` of a run of anylength. Its record, or one line that says what is wrong.

import { parseStrict, Refused } from "../checker/strict.js";
import { readShapes } from "../checker/weights.js";
import { BadInput, quotedText } from "../shared/errors.js";
import { recordOf } from "../shared/tensors.js";
import { programOf } from "./rnn-program.js";

export const OPENED_REMEDY = "open model.safetensors of a run of anylength train";
const MOST_UNITS = 256;
const DIGITS = 10;
const READS_SYMBOLS = ["cell.weight_ih", "embedding.weight"]; // the tensors whose columns are inputs
const READOUT_TENSORS = "readout."; // the tensors whose rows are classes

/**
 * The configuration of a net in the metadata of a file.
 * @param {Uint8Array} file
 * @param {string[]} cells those that the page opens
 * @returns {{task: string, cell: string, hidden: number, base?: number}}
 * @throws {BadInput} it is no file of such a net
 */
export function configOf(file, cells) {
  shapesAndBytes(file);
  const text = metadataOf(file).get("anylength");
  const config = parsedConfig(text ?? "");
  const isWhole = typeof config?.task === "string" && typeof config.cell === "string" && Number.isSafeInteger(config.hidden);
  if (!isWhole || config.hidden < 1 || config.hidden > MOST_UNITS) {
    const found = text ? quotedText(text) : "one that names none";
    throw new BadInput(`a file that names its task, its cell and up to ${MOST_UNITS} units`, found, OPENED_REMEDY);
  }
  const isOneLayer = (config.layers ?? 1) === 1;
  if (cells.includes(config.cell) && isOneLayer) return config;
  throw new BadInput(`one layer of ${cells.join(", ")}`, `${config.layers ?? 1} of ${quotedText(config.cell)}`, OPENED_REMEDY);
}

/**
 * The record, a `NetView` without its task, of an rnn that counts.
 * @param {Uint8Array} file
 * @throws {BadInput} it is no file of such a net
 */
export function counterRecord(file) {
  const { task, base = DIGITS, hidden } = configOf(file, ["rnn"]);
  if (task !== "count" || base !== DIGITS) {
    throw new BadInput("a net that counts in base 10", `${quotedText(task)} in base ${base}`, OPENED_REMEDY);
  }
  const program = programOf({ units: hidden, machine: { letters: DIGITS, tapes: 1 }, readoutBias: { length: DIGITS } });
  const tensors = openedTensors(file, program.tensors, { name: task, cell: "rnn" });
  return { cell: "rnn", hidden, program, growing: null, tensors };
}

/**
 * The tensors of a file as records. They are to have these shapes and no others.
 * @throws {BadInput}
 */
export function openedTensors(file, expectedShapes, { name, cell }) {
  const [shapes, raw] = shapesAndBytes(file);
  const tensors = {};
  for (const [tensor, shape] of Object.entries(expectedShapes)) {
    const [found, expected] = [shapes.get(tensor)?.join(" × ") ?? "none", shape.join(" × ")];
    if (found !== expected) throw new BadInput(`${tensor} of ${expected} numbers, for ${name}`, found, OPENED_REMEDY);
    tensors[tensor] = recordOf(shape, floatsOf(raw.get(tensor)));
  }
  const others = [...shapes.keys()].filter((tensor) => !Object.hasOwn(tensors, tensor));
  if (others.length) throw new BadInput(`the tensors of ${cell}`, quotedText(others.join(", ")), OPENED_REMEDY);
  return tensors;
}

/** The shapes of tensors with so many inputs and classes. */
export function sizedShapes(shapes, { encoded, classes }) {
  const shapeOf = (name, [rows, ...columns]) => {
    if (READS_SYMBOLS.includes(name)) return [rows, encoded];
    return name.startsWith(READOUT_TENSORS) ? [classes, ...columns] : [rows, ...columns];
  };
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, shapeOf(name, shape)]));
}

function shapesAndBytes(file) {
  try {
    return readShapes(file);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new BadInput("a safetensors file of float32 numbers", `another file (${error.message})`, OPENED_REMEDY);
  }
}

/** The metadata of a file that `shapesAndBytes` has taken. */
function metadataOf(file) {
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
  return parseStrict(file.subarray(8, 8 + length)).get("__metadata__") ?? new Map();
}

function parsedConfig(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The numbers of a tensor, all finite. */
function floatsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
  if (!numbers.every(Number.isFinite)) throw new BadInput("finite weights", "a NaN or an infinity", OPENED_REMEDY);
  return numbers;
}
