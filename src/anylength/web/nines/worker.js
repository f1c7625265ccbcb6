// The worker of the nines' page: trains the post's net, and checks a proof. It is bundled into one script.

import { checkFiles } from "../checker/check.js";
import { BlogTraining } from "../learning/blog.js";
import { roomyBoxes } from "../learning/breaking.js";
import { FloatNet } from "../learning/float-net.js";
import { boxesOfCertificate, netOfTensors } from "../learning/proof-files.js";
import { firstProof } from "../learning/proof-search.js";
import { programOf } from "../learning/rnn-program.js";
import { searchedWord } from "../learning/wrong-words.js";
import { decodedTensor, recordOf } from "../shared/tensors.js";
import { horizonOf } from "./counting.js";

const SHOWN_EVERY = 4; // updates
const NINES_TRIED = 2000;

function train({ seed, units, task }) {
  const started = performance.now();
  const training = new BlogTraining({ seed, units });
  let accuracy = null;
  for (;;) {
    const loss = training.update();
    const isEpoch = training.batch === 0;
    if (isEpoch) accuracy = { train: training.accuracy(training.train), validation: training.accuracy(training.validation) };
    const isOver = isEpoch && (training.isOver || (accuracy.train === 1 && accuracy.validation === 1));
    const milliseconds = performance.now() - started;
    const { updates } = training;
    if (!isOver && updates % SHOWN_EVERY) continue;
    const tensors = records(training.weights());
    const nines = isOver ? { tried: NINES_TRIED, horizon: horizonOf(floatNet(tensors, task), NINES_TRIED) } : null;
    postMessage({ updates, loss, accuracy, isOver, milliseconds, tensors, nines });
    if (isOver) return;
  }
}

/** A net of the page as it runs, in float32; `machine` says how it reads symbols. */
function floatNet(tensors, machine) {
  const own = decodedTensors(tensors);
  const sizes = { units: own["cell.bias"].length, machine, readoutBias: own["readout.bias"] };
  return new FloatNet({ machine, program: programOf(sizes), tensors: own });
}

function decodedTensors(tensors) {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
}

/** Tensors as the records of a page have them. */
function records(weights) {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, values }]) => [name, recordOf(shape, values)]));
}

/**
 * Looks for a proof that the checker accepts: with the boxes of a certificate, or grown ones. Else for a number of nines, or another word,
 * that the net answers wrongly.
 */
function prove({ tensors, machine, certificate }) {
  const net = netOfTensors(decodedTensors(tensors), machine);
  const known = certificate ? [boxesOfCertificate(certificate, net.units)] : [];
  if (firstProof(net, known) ?? firstProof(net, roomyBoxes(net))) return postMessage({ isProved: true, horizon: null, word: null });
  const own = floatNet(tensors, machine);
  const horizon = horizonOf(own, NINES_TRIED);
  return postMessage({ isProved: false, horizon, word: horizon === null ? (searchedWord(own)?.symbols ?? null) : null });
}

function check({ certificate, weights }) {
  const started = performance.now();
  postMessage({ ...checkFiles(certificate, weights), milliseconds: performance.now() - started });
}

const WORK = { check, prove, train };

onmessage = ({ data }) => WORK[data.kind](data);
