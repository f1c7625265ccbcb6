// A proved net as files: the weights (safetensors) and the certificate (format 1), as `anylength check` reads them.

import { claimMadeBy } from "../checker/certificate.js";
import { canonicalSha256, canonicalText } from "../checker/digests.js";
import { readProgram } from "../checker/steps.js";
import { parseStrict } from "../checker/strict.js";
import { tensorsSha256 } from "../checker/weights.js";
import { hexNumber } from "../shared/program.js";
import { programOf } from "./rnn-program.js";

const ALIGNMENT = 8; // of the data of a safetensors file
const UTF8 = new TextEncoder();

/** The tensors of a net by name, as `anylength` names them: [shape, numbers], ascending. A net that has no `tensors` is an rnn. */
function tensorsOf(net) {
  if (!net.tensors) return tensorsOfRnn(net);
  return Object.fromEntries(Object.keys(net.tensors).sort().map((name) => [name, [net.program.tensors[name], net.tensors[name]]]));
}

function tensorsOfRnn({ units, machine, recurrent, input, bias, readout, readoutBias }) {
  const encoded = machine.letters * machine.tapes;
  const columns = new Float32Array(units * encoded); // [E, H] turned to [H, E]
  for (let row = 0; row < encoded; row += 1) {
    for (let unit = 0; unit < units; unit += 1) columns[unit * encoded + row] = input[row * units + unit];
  }
  return {
    "cell.bias": [[units], bias],
    "cell.weight_hh": [[units, units], recurrent],
    "cell.weight_ih": [[units, encoded], columns],
    "readout.bias": [[readoutBias.length], readoutBias],
    "readout.weight": [[readoutBias.length, units], readout],
  };
}

/** The net of tensors by name, all of them rows after rows: what `tensorsOf` takes apart. */
export function netOfTensors(tensors, machine) {
  const [units, encoded] = [tensors["cell.bias"].length, machine.letters * machine.tapes];
  const rows = new Float32Array(encoded * units); // [H, E] turned to [E, H]
  for (let row = 0; row < encoded; row += 1) {
    for (let unit = 0; unit < units; unit += 1) rows[row * units + unit] = tensors["cell.weight_ih"][unit * encoded + row];
  }
  return {
    units, machine, recurrent: tensors["cell.weight_hh"], input: rows, bias: tensors["cell.bias"],
    readout: tensors["readout.weight"], readoutBias: tensors["readout.bias"],
  };
}

/**
 * The bytes of a safetensors file.
 * @param {object} net as `Learner.net` or `CellLearner.net` gives it
 * @param {Record<string, string>} metadata
 */
export function weightsFile(net, metadata) {
  const [header, parts] = [{ __metadata__: metadata }, []];
  let at = 0;
  for (const [name, [shape, numbers]] of Object.entries(tensorsOf(net))) {
    header[name] = { dtype: "F32", shape, data_offsets: [at, (at += 4 * numbers.length)] };
    parts.push(numbers);
  }
  const text = UTF8.encode(JSON.stringify(header));
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(8 + length + at).fill(0x20, 8, 8 + length); // the header ends with spaces
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(length), true);
  file.set(text, 8);
  let byte = 8 + length;
  for (const numbers of parts) for (const number of numbers) view.setFloat32((byte += 4) - 4, number, true);
  return file;
}

/**
 * The bytes of a certificate whose only proof has one box for each state of the machine.
 * @param {object} net
 * @param {import("./closure.js").Boxes} boxes bounds of the cut's values
 * @param {{noise: number, margin: number, formats: string[]}} proof epsilon, eta and the formats that are claimed
 */
export function certificateFile(net, boxes, { noise, margin, formats }) {
  const { machine } = net;
  const [states, symbols] = [machine.names.length, machine.symbols.length];
  const width = boxes.low.length / states;
  const rows = (table) => Array.from({ length: states }, (_, state) => [...table.slice(state * symbols, (state + 1) * symbols)]);
  const delta = rows(machine.delta);
  const bounds = (list, state) => [...list.slice(state * width, (state + 1) * width)].map(hexOf);
  const nodes = delta.map((next, state) => ({
    state, next, region: { box: { low: bounds(boxes.low, state), high: bounds(boxes.high, state) } },
  }));
  return sealedCertificate(net, {
    encoding: { base: machine.letters, tapes: machine.tapes }, machine: { start: 0, delta, output: rows(machine.output) },
    proofs: [{ epsilon: hexOf(noise), eta: hexOf(margin), formats, start: 0, nodes }], noise_budget: hexOf(noise),
  });
}

/**
 * The bytes of a certificate of these fields; those of the net, the claim and the digest are added.
 * @param {object} net
 * @param {{encoding: object, machine: object, proofs: object[], noise_budget: string}} fields
 */
export function sealedCertificate(net, fields) {
  const tensors = tensorsSha256(Object.entries(tensorsOf(net)).map(([name, [shape, numbers]]) => [name, shape, bytesOf(numbers)]));
  const top = parseStrict(UTF8.encode(JSON.stringify({ format: 1, program: net.program ?? programOf(net), tensors, ...fields })));
  top.set("claim", claimMadeBy(top, readProgram(top.get("program"))));
  top.set("digest", canonicalSha256(top));
  return UTF8.encode(canonicalText(top));
}

/** The boxes of a certificate's last proof, which has one box for each state of the machine. */
export function boxesOfCertificate(text, units) {
  const nodes = JSON.parse(text).proofs.at(-1).nodes;
  const [low, high] = [new Float64Array(nodes.length * units), new Float64Array(nodes.length * units)];
  for (const { state, region } of nodes) {
    low.set(region.box.low.map(hexNumber), state * units);
    high.set(region.box.high.map(hexNumber), state * units);
  }
  return { low, high };
}

function bytesOf(numbers) {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, at) => view.setFloat32(4 * at, number, true));
  return new Uint8Array(view.buffer);
}

/** A double as Python's `float.hex` writes it; it is 0 or no smaller than 2^-300, where certificates end. */
export function hexOf(number) {
  if (number === 0) return "0x0.0p+0";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  const exponent = ((view.getUint16(0) >> 4) & 0x7ff) - 1023;
  const digits = (view.getBigUint64(0) & 0xfffffffffffffn).toString(16).padStart(13, "0");
  return `${number < 0 ? "-" : ""}0x1.${digits}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}
