// A net of the reader's own: `model.safetensors` of a run of anylength, or of this page.

import { sizedProgram, templateOf } from "../learning/cell-programs.js";
import { floatsOf, metadataOfFile, tensorsOfFile } from "../learning/opened-file.js";
import { tableOfAcceptor } from "../learning/transition-table.js";
import { BadInput, quotedText } from "../shared/errors.js";
import { recordOf } from "../shared/tensors.js";
import { taskOf } from "./tasks.js";

export const OPENED_REMEDY = "open model.safetensors of a run of anylength train, or one that this page has saved";
const PATTERN_TASK = "regex:";
const PLAIN = "plain"; // nothing between two layers
const READS_SYMBOLS = ["cell.weight_ih", "embedding.weight"]; // the tensors whose columns are inputs
const READOUT_TENSORS = "readout."; // the tensors whose rows are classes

/**
 * The net of a file with its task and settings.
 * @param {Uint8Array} file
 * @param {object} data of the page
 * @returns {{task: object, settings: {cell: string, layers: number, units: number}, net: object}}
 * @throws {BadInput} it is no such file
 */
export function openedNet(file, data) {
  const { task: name, machine: own, cell, hidden, layers = 1, between = PLAIN } = configOf(file);
  const template = between === PLAIN ? templateOf(data.cells, cell, layers) : null;
  const known = Object.keys(data.cells).join(", ");
  if (!template) throw new BadInput(`plain layers, as the page has them, of ${known}`, `${layers} of ${quotedText(cell)}`, OPENED_REMEDY);
  const named = name.startsWith(PATTERN_TASK) ? name.slice(PATTERN_TASK.length) : name;
  const task = taskOf(typeof own === "string" ? tableOfAcceptor(own) : named, data);
  const { machine } = task;
  const sizes = { units: hidden, encoded: machine.letters * machine.tapes, classes: machine.labels.length };
  const program = sizedProgram(template, sizes);
  const tensors = openedTensors(file, program.tensors, { name, cell });
  return { task, settings: { cell, layers, units: hidden }, net: { machine, units: hidden, program, tensors } };
}

/**
 * The tensors of a file, which are to have these shapes and no others.
 * @throws {BadInput}
 */
export function openedTensors(file, expectedShapes, { name, cell }) {
  const [shapes, raw] = tensorsOfFile(file, OPENED_REMEDY);
  const tensors = {};
  for (const [tensor, shape] of Object.entries(expectedShapes)) {
    const [found, expected] = [shapes.get(tensor)?.join(" × ") ?? "none", shape.join(" × ")];
    if (found !== expected) throw new BadInput(`${tensor} of ${expected} numbers, for ${name}`, found, OPENED_REMEDY);
    tensors[tensor] = floatsOf(raw.get(tensor), OPENED_REMEDY);
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

/** The record, a `NetView`, of a net that is no step program of one size, with these tensors. */
export function openedRecord({ cell, hidden, task, growing = null }, tensors, shapes) {
  const records = Object.entries(tensors).map(([name, values]) => [name, recordOf(shapes[name], values)]);
  return { cell, hidden, program: null, growing, tensors: Object.fromEntries(records), task };
}

/**
 * The configuration of a net in the metadata of a file.
 * @throws {BadInput} it is no file of a net
 */
export function configOf(file) {
  tensorsOfFile(file, OPENED_REMEDY);
  const metadata = metadataOfFile(file);
  const text = metadata.get("laboratory") ?? metadata.get("anylength");
  const config = parsedConfig(text ?? "");
  const isWhole = typeof config?.task === "string" && typeof config.cell === "string" && Number.isSafeInteger(config.hidden);
  if (isWhole && config.hidden > 0 && config.hidden <= 256) return config;
  const found = text ? quotedText(text) : "one that names none";
  throw new BadInput("a file that names its task, its cell and up to 256 units", found, OPENED_REMEDY);
}

function parsedConfig(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
