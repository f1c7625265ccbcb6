// The worker of the nines' page: trains the post's net, and checks a proof. It is bundled into one script.

import { checkFiles } from "../checker/check.js";
import { BlogTraining } from "../learning/blog.js";

const SHOWN_EVERY = 4; // updates

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
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => {
      const view = new DataView(new ArrayBuffer(4 * values.length));
      values.forEach((value, at) => view.setFloat32(4 * at, value, true));
      return [name, { shape, data: btoa(String.fromCharCode(...new Uint8Array(view.buffer))) }];
    }),
  );
}

function check({ certificate, weights }) {
  const started = performance.now();
  postMessage({ ...checkFiles(certificate, weights), milliseconds: performance.now() - started });
}

onmessage = ({ data }) => (data.kind === "check" ? check(data) : train(data));
