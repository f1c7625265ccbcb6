// The worker of the nines' page: trains the post's net, and checks a proof. It is bundled into one script.

import { checkFiles } from "../checker/check.js";
import { BlogTraining } from "../learning/blog.js";
import { roomyBoxes, wrongWord } from "../learning/breaking.js";
import { boxesOfCertificate, netOfTensors } from "../learning/proof-files.js";
import { firstProof } from "../learning/proof-search.js";
import { decodedTensor, recordOf } from "../shared/tensors.js";

const SHOWN_EVERY = 4; // updates
const SEED = 1; // of random words

function train({ seed, units }) {
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
    if (isOver || updates % SHOWN_EVERY === 0) {
      postMessage({ updates, loss, accuracy, isOver, milliseconds, tensors: records(training.weights()) });
    }
    if (isOver) return;
  }
}

/** Tensors as the records of a page have them. */
function records(weights) {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, values }]) => [name, recordOf(shape, values)]));
}

/** Looks for a proof of a changed net, which the checker accepts: with the boxes of a certificate, or grown ones. Else for a wrong word. */
function prove({ tensors, machine, certificate }) {
  const own = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
  const net = netOfTensors(own, machine);
  const known = certificate ? [boxesOfCertificate(certificate, net.units)] : [];
  const isProved = Boolean(firstProof(net, known) ?? firstProof(net, roomyBoxes(net)));
  postMessage({ isProved, word: isProved ? null : (wrongWord(net, 0, SEED)?.symbols ?? null) });
}

function check({ certificate, weights }) {
  const started = performance.now();
  postMessage({ ...checkFiles(certificate, weights), milliseconds: performance.now() - started });
}

const WORK = { check, prove, train };

onmessage = ({ data }) => WORK[data.kind](data);
