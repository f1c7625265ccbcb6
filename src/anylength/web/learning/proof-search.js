// From a machine to a proved net, with its files, checked. Nothing is called proved before the checker has accepted the files.

import { checkFiles } from "../checker/check.js";
import { closureOf, noiseBudget, tightened } from "./closure.js";
import { Learner } from "./learner.js";
import { certificateFile, weightsFile } from "./proof-files.js";

const MOST_TRIES = 5;
const MORE_UPDATES = 1.5; // of those to the first closure, for wider margins
const MORE_UPDATES_OF_LARGE = 1.1;
const LARGE = 12; // states
const [EVERY, EVERY_OF_LARGE] = [5, 20]; // updates between two looks
const SHARES = [1, 0.7, 0.5, 0.35, 0.25, 0.15]; // of a tightened box
const FORMATS = ["float32"]; // what runs is float32: a proof of exact arithmetic alone would say too little

/**
 * @typedef {object} Proved
 * @property {object} net
 * @property {import("./closure.js").Boxes} boxes those of the certificate
 * @property {import("./closure.js").Boxes} learned the larger boxes that the net was trained with
 * @property {object} closure of `boxes`, without noise
 * @property {number} noise the budget
 * @property {{certificate: Uint8Array, weights: Uint8Array, lines: string[]}} files with what the checker said
 * @property {{updates: number, learning: number, checking: number, tries: number}} effort seconds in milliseconds
 */

/**
 * Learns a net until it is proved, with new numbers to start from after a failure. Null after the last try.
 * @param {import("./machines.js").Machine} machine
 * @param {number} seed
 * @param {{onFrame?: Function, onRetry?: Function, isClear?: (boxes: object, net: object) => boolean}} watch `onFrame` gets (updates,
 *   boxes, closure) at each look; `isClear` says whether boxes are small enough for the picture
 * @returns {Proved | null}
 */
export function provedNet(machine, seed, { onFrame = () => {}, onRetry = () => {}, isClear = () => true } = {}) {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const started = performance.now();
    const found = learnUntilClosed(machine, seed + tries - 1, onFrame);
    const learned = performance.now();
    const proved = found && provedWith(found.net, found.boxes, isClear);
    if (proved) {
      const effort = { updates: found.updates, learning: learned - started, checking: performance.now() - learned, tries };
      return { ...proved, learned: found.boxes, effort };
    }
    onRetry();
  }
  return null;
}

/** The last closed net and its boxes, or null. */
function learnUntilClosed(machine, seed, onFrame) {
  const learner = new Learner(machine, { seed });
  const isLarge = machine.names.length > LARGE;
  const more = isLarge ? MORE_UPDATES_OF_LARGE : MORE_UPDATES;
  let [first, last] = [null, null];
  while (learner.done < learner.settings.updates && !(first && learner.done >= first * more)) {
    const [net, boxes] = [learner.net(), learner.boxes()];
    const closure = closureOf(net, boxes);
    if (!first) onFrame(learner.done, boxes, closure);
    if (closure.closed) {
      last = { net, boxes, updates: learner.done };
      first ??= learner.done;
    }
    for (let k = isLarge ? EVERY_OF_LARGE : EVERY; k > 0; k -= 1) learner.update();
  }
  return last && { ...last, updates: first };
}

/** The first of the tightened families that is clear in the picture and accepted by the checker. Null if none is accepted. */
function provedWith(net, boxes, isClear) {
  const families = tightFamilies(net, boxes);
  const order = [families.find((family) => isClear(family, net)), families.at(-1), boxes].filter(Boolean);
  return firstProof(net, order);
}

/** Families of smaller boxes that close as well, the largest first. */
function tightFamilies(net, boxes) {
  const { images } = closureOf(net, boxes);
  return SHARES.map((share) => tightened(net, boxes, images, share));
}

/** The first proof with one of these families of boxes that covers float32, or null. */
export function firstProof(net, families) {
  for (const boxes of families) {
    const proved = checkedProof(net, boxes, FORMATS);
    if (proved) return proved;
  }
  return null;
}

/** A proof with these boxes, if the checker accepts its files, else null. `noise` is the largest that closes unless given. */
export function checkedProof(net, boxes, formats, noise = noiseBudget(net, boxes)) {
  const { closed, margin } = closureOf(net, boxes, noise);
  if (!closed) return null;
  const [certificate, weights] = [certificateFile(net, boxes, { noise, margin, formats }), weightsFile(net, { made_by: "anylength site" })];
  const { valid, lines } = checkFiles(certificate, weights);
  return valid ? { net, boxes, closure: closureOf(net, boxes), noise, files: { certificate, weights, lines } } : null;
}
