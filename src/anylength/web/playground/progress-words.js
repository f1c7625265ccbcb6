// The sentence about where a run is: its place in the queue, the epoch in training, the test in work, or how it ended.

import { percentage } from "../shared/scales.js";

const STATUS_WORDS = {
  waiting: "Waiting for its turn",
  training: "Training",
  judging: "Trained. Searching for a proof, or for a number that it gets wrong",
  explaining: "Searching for the fixed points of its state",
  testing: "Testing it on long and hard numbers",
  done: "Done",
  stopped: "Stopped",
  failed: "Failed",
  interrupted: "Interrupted; not started here",
};

/** The statuses of a run that waits or is in work. */
export const RUNNING = ["waiting", "training", "judging", "explaining", "testing"];

/** What the button that continues a run says, by the run's status. Other runs have no such button. */
export const CONTINUE_WORDS = { stopped: "Resume the training", failed: "Resume the training", interrupted: "Continue" };

/**
 * The sentence. `message` is the server's, `epoch` the last epoch's record or undefined, `progress` the epochs trained so far with their
 * fraction, `limit` the most epochs or undefined.
 */
export function progressWords({ status, message, isStopping, epoch, progress, limit }) {
  if (isStopping && RUNNING.includes(status)) return "Stopping …";
  if (status === "training" && !message) return trainingWords(epoch, progress, limit);
  const end = message ? `: ${message}` : RUNNING.includes(status) ? " …" : ".";
  return `${STATUS_WORDS[status] ?? status}${end}`;
}

function trainingWords(epoch, progress, limit) {
  if (!progress) return `${STATUS_WORDS.training} …`;
  const done = epoch?.epoch ?? 0;
  const current = Math.max(done, Math.ceil(progress));
  const most = limit ? ` of at most ${limit.toLocaleString("en")}` : "";
  const here = `${STATUS_WORDS.training} … epoch ${current.toLocaleString("en")}${most}`;
  if (!epoch) return here;
  const share = `${percentage(epoch.validation_accuracy)} of validation numbers right`;
  return current > done ? `${here}; after epoch ${done}: ${share}` : `${here}: ${share}`;
}
