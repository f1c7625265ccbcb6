// The sentence about where a run is: its place in the queue, the epoch in training, the test in work, or how it ended.

import { grouped } from "../shared/grouped.js";
import { percentage } from "../shared/scales.js";

/** The words for a status; `input` and `inputs` are what the task's inputs are called. */
function statusWords(status, { input, inputs }) {
  const words = {
    waiting: "Waiting for its turn",
    training: TRAINING,
    judging: `Trained. Searching for a proof, or for a ${input} that it gets wrong`,
    explaining: "Searching for the fixed points of its state",
    testing: `Testing it on long and hard ${inputs}`,
    done: "Done",
    stopped: "Stopped",
    failed: "Failed",
    interrupted: "Interrupted; not started here",
  };
  return words[status] ?? status;
}

const TRAINING = "Training";

/** The statuses of a run that waits or is in work. */
export const RUNNING = ["waiting", "training", "judging", "explaining", "testing"];

/** What the button that continues a run says, by the run's status. Other runs have no such button. */
export const CONTINUE_WORDS = { stopped: "Resume the training", failed: "Resume the training", interrupted: "Continue" };

/**
 * The sentence. `message` is the server's, `epoch` the last epoch's record or undefined, `progress` the epochs trained so far with their
 * fraction, `nouns` the task's, `limit` the most epochs or undefined.
 */
export function progressWords({ status, message, isStopping, epoch, progress, nouns, limit }) {
  if (isStopping && RUNNING.includes(status)) return "Stopping …";
  if (status === "training" && !message) return trainingWords({ epoch, progress, nouns, limit });
  const end = message ? `: ${message}` : RUNNING.includes(status) ? " …" : ".";
  return `${statusWords(status, nouns)}${end}`;
}

function trainingWords({ epoch, progress, nouns, limit }) {
  if (!progress) return `${TRAINING} …`;
  const done = epoch?.epoch ?? 0;
  const current = Math.max(done, Math.ceil(progress));
  const most = limit ? ` of at most ${grouped(limit)}` : "";
  const here = `${TRAINING} … epoch ${grouped(current)}${most}`;
  if (!epoch) return here;
  const share = `${percentage(epoch.validation_accuracy)} of validation ${nouns.inputs} right`;
  return current > done ? `${here}; after epoch ${done}: ${share}` : `${here}: ${share}`;
}
