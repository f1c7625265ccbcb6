// The verdict on a net that counts: a proof that the checker accepts, or a number that it answers wrongly.

import { decodedTensor } from "../shared/tensors.js";
import { roomyBoxes } from "./breaking.js";
import { FloatNet } from "./float-net.js";
import { boxesOfCertificate, netOfTensors } from "./proof-files.js";
import { firstProof } from "./proof-search.js";
import { programOf } from "./rnn-program.js";
import { searchedWord } from "./wrong-words.js";

const NINE = 9;
export const NINES_TRIED = 2000;

/** The tensors of a record as numbers. */
export function decodedTensors(tensors) {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
}

/** A net of a record's tensors as it runs, in float32; `machine` says how it reads symbols. */
export function floatNetOf(tensors, machine) {
  const own = decodedTensors(tensors);
  const sizes = { units: own["cell.bias"].length, machine, readoutBias: own["readout.bias"] };
  return new FloatNet({ machine, program: programOf(sizes), tensors: own });
}

/**
 * The most nines up to which every number of nines is answered rightly; null if none up to `NINES_TRIED` is wrong. Each number of nines
 * goes on from the one before it.
 * @param {FloatNet} net
 * @returns {number | null}
 */
export function horizonOf(net) {
  let state = net.start();
  for (let count = 1; count <= NINES_TRIED; count += 1) {
    state = net.step(state, NINE);
    if (net.answer(state) !== 0 || net.answer(net.step(state, 0)) !== 1) return count - 1;
  }
  return null;
}

/**
 * Looks for a proof that the checker accepts: with the boxes of a certificate, or grown ones. Else for a number of nines, or another word,
 * that the net answers wrongly.
 * @returns {{isProved: boolean, horizon: number | null, word: number[] | null}}
 */
export function counterVerdict({ tensors, machine, certificate }) {
  const net = netOfTensors(decodedTensors(tensors), machine);
  const known = certificate ? [boxesOfCertificate(certificate, net.units)] : [];
  if (firstProof(net, known) ?? firstProof(net, roomyBoxes(net))) return { isProved: true, horizon: null, word: null };
  const own = floatNetOf(tensors, machine);
  const horizon = horizonOf(own);
  return { isProved: false, horizon, word: horizon === null ? (searchedWord(own)?.symbols ?? null) : null };
}
