// The worker of the nines' page: trains the post's net, proves nets, and checks a proof. It is bundled into one script.

import { checkFiles } from "../checker/check.js";
import { BlogTraining } from "../learning/blog.js";
import { counterVerdict, floatNetOf, horizonOf, NINES_TRIED } from "../learning/counter-verdict.js";
import { recordOf } from "../shared/tensors.js";

const SHOWN_EVERY = 4; // updates

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
    const nines = isOver ? { tried: NINES_TRIED, horizon: horizonOf(floatNetOf(tensors, task)) } : null;
    postMessage({ isProgress: !isOver, updates, loss, accuracy, milliseconds, tensors, nines });
    if (isOver) return;
  }
}

/** Tensors as the records of a page have them. */
function records(weights) {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, values }]) => [name, recordOf(shape, values)]));
}

function check({ certificate, weights }) {
  const started = performance.now();
  postMessage({ ...checkFiles(certificate, weights), milliseconds: performance.now() - started });
}

const WORK = { check, prove: (request) => postMessage(counterVerdict(request)), train };

onmessage = ({ data }) => WORK[data.kind](data);
