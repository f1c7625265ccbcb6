// A reader of safetensors: header length (8 bytes), JSON header, then the tensors' bytes and no others.

import { sha256 } from "./digests.js";
import { fromFloat32 } from "./dyadic.js";
import { demand, fieldsOf, integerOf, itemsOf, parseStrict } from "./strict.js";

const WEIGHTS_LIMIT = 20 * 2 ** 20; // bytes
const HEADER_LIMIT = 2 ** 20;
export const LONGEST_AXIS = 8192;

/**
 * Shape and bytes of each tensor of a safetensors file, if they fill its data without gaps, or Refused.
 * @param {Uint8Array} file
 */
export function readShapes(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = file.length >= 8 ? 8 + Number(view.getBigUint64(0, true)) : Infinity;
  const fits = start <= 8 + HEADER_LIMIT && start <= file.length && file.length <= WEIGHTS_LIMIT;
  demand(fits && file[8] === 0x7b, "the weights file is too short or too long, or has no header");
  const header = parseStrict(file.subarray(8, start));
  const data = file.subarray(start);
  const metadata = header.get("__metadata__") ?? new Map();
  const stringsOnly = metadata instanceof Map && [...metadata.values()].every((value) => typeof value === "string");
  demand(stringsOnly && (metadata.size || header.get("__metadata__") !== null), "the metadata of the weights is not a map of strings");
  header.delete("__metadata__");
  const [shapes, spans] = [new Map(), []];
  for (const [name, entry] of header) {
    const [dtype, shape, span] = fieldsOf(entry, `the tensor ${name}`, "dtype", "shape", "data_offsets");
    demand(dtype === "F32", `the tensor ${name} is not F32`);
    for (const axis of itemsOf(shape, `the shape of ${name}`, 1, 2)) integerOf(axis, `the shape of ${name}`, 1, LONGEST_AXIS);
    for (const at of itemsOf(span, `the span of ${name}`, 2, 2)) integerOf(at, `the span of ${name}`, 0, data.length);
    shapes.set(name, shape);
    spans.push([span, name]);
  }
  let position = 0;
  for (const [span, name] of spans.sort(([a], [b]) => a[0] - b[0] || a[1] - b[1])) {
    const size = 4 * shapes.get(name).reduce((product, axis) => product * axis, 1);
    demand(span[0] === position && span[1] === position + size, `the bytes of ${name} are misplaced`);
    [, position] = span;
  }
  demand(position === data.length, "the weights file has bytes after its last tensor");
  return [shapes, new Map(spans.map(([span, name]) => [name, data.subarray(...span)]))];
}

/** The numbers of all tensors, rows in units of 2^-149, if this is the SHA-256 of their names, shapes and bytes, or Refused. */
export function readTensors(shapes, raw, digest) {
  const own = tensorsSha256([...shapes].map(([name, shape]) => [name, shape, raw.get(name)]));
  demand(own === digest, "tensors is not the SHA-256 of these weights");
  return new Map([...shapes].map(([name, shape]) => [name, rowsOfBytes(raw.get(name), shape.at(-1))]));
}

/** The SHA-256 of tensors, each as [name, shape, bytes]. */
export function tensorsSha256(tensors) {
  const parts = [];
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, shape, bytes] of sorted) parts.push(new TextEncoder().encode(`${name}\0F32\0${shape.join(",")}\0`), bytes);
  return sha256(joined(parts));
}

function rowsOfBytes(bytes, width) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length / 4 / width;
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: width }, (__, at) => fromFloat32(view.getUint32(4 * (row * width + at), true))),
  );
}

function joined(parts) {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** The columns where each row is not 0. */
export function filledColumns(matrix) {
  return matrix.map((row) => row.flatMap((w, at) => (w ? [at] : [])));
}
