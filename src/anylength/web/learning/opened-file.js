// A safetensors file that a reader opens: its tensors and its metadata, or one line that says what is wrong.

import { parseStrict, Refused } from "../checker/strict.js";
import { readShapes } from "../checker/weights.js";
import { BadInput } from "../shared/errors.js";

/** Shapes and bytes of the tensors by name. `remedy` ends the line of an error. */
export function tensorsOfFile(file, remedy) {
  try {
    return readShapes(file);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new BadInput("a safetensors file of float32 numbers", `another file (${error.message})`, remedy);
  }
}

/** The metadata of a file that `tensorsOfFile` has taken. */
export function metadataOfFile(file) {
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
  return parseStrict(file.subarray(8, 8 + length)).get("__metadata__") ?? new Map();
}

/** The numbers of a tensor, all finite. */
export function floatsOf(bytes, remedy) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
  if (!numbers.every(Number.isFinite)) throw new BadInput("finite weights", "a NaN or an infinity", remedy);
  return numbers;
}
