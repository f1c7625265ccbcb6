// From a machine to a proved net of any cell, with its files, checked. Nothing is called proved before the checker has accepted the files.

import { checkFiles } from "../checker/check.js";
import { BoxStepper, cellClosure } from "./cell-closure.js";
import { CellLearner } from "./cell-learner.js";
import { largestNoise, tightened } from "./closure.js";
import { grownFamily, ROOMS_FOR_NOISE } from "./growing-boxes.js";
import { certificateFile, weightsFile } from "./proof-files.js";

const TRIES = 3;
const FURTHER = 1.3; // of the updates to the first closure, for wider margins
const LOOKED_AT_EVERY = 20; // updates
const PARTS = [0.5, 0.25, 1]; // of a tightened box
const NEARLY_INSIDE = 50; // a sum of what sticks out, below which it is worth the time to round outward

/** What a search reports while it goes on, at each look. @typedef {{updates: number, loss: number, open: number, tries: number}} Look */

/**
 * Learns a net of a cell until it is proved, with new numbers to start from after a failure.
 * @param {import("./machines.js").Machine} machine
 * @param {import("./cell-programs.js").CellTemplate} template
 * @param {{seed: number, units?: number, updates?: number, metadata?: Record<string, string>}} options
 * @param {(look: Look) => void} onLook
 * @returns {{proof: object | null, net: object, updates: number, tries: number}} without a proof the last net
 */
export function provedCell(machine, template, { metadata, ...options }, onLook = () => {}) {
  let found;
  const most = template.settings?.tries ?? TRIES;
  for (let tries = 1; tries <= most; tries += 1) {
    found = learnedCell(machine, template, { ...options, seed: options.seed + tries - 1 }, (look) => onLook({ ...look, tries }));
    if (!found.boxes) continue;
    const proof = firstCellProof(found.net, familiesOf(found), metadata) ?? firstCellProof(found.net, grownCellBoxes(found.net), metadata);
    if (proof) return { proof, net: found.net, updates: found.updates, tries };
  }
  return { proof: null, net: found.net, updates: found.updates, tries: most };
}

/** The last net whose boxes closed, with them; else the last net. */
function learnedCell(machine, template, options, onLook) {
  const learner = new CellLearner(machine, template, options);
  const { updates } = learner.settings;
  let [first, last] = [null, null];
  while (learner.done < updates && !(first && learner.done >= first * FURTHER)) {
    for (let k = 0; k < LOOKED_AT_EVERY; k += 1) learner.update();
    onLook({ updates: learner.done, loss: learner.lastLoss, open: Math.round(learner.open * learner.pairs) });
    if (learner.wrong || learner.outside > NEARLY_INSIDE) continue;
    const [net, boxes] = [learner.net(), learner.boxes()];
    if (!cellClosure(new BoxStepper(net), boxes).closed) continue;
    last = { net, boxes, updates: learner.done };
    first ??= learner.done;
  }
  return last ? { ...last, updates: first } : { net: learner.net(), boxes: null, updates: learner.done };
}

function familiesOf({ net, boxes }) {
  const { images } = cellClosure(new BoxStepper(net), boxes);
  return PARTS.map((share) => tightened(net, boxes, images, share));
}

/** Families of boxes grown from the start of a net, the most room first. */
export function* grownCellBoxes(net) {
  const stepper = new BoxStepper(net);
  for (const noise of ROOMS_FOR_NOISE) {
    const boxes = grownFamily(net.machine, stepper.width, (family) => cellClosure(stepper, family, noise));
    if (boxes) yield boxes;
  }
}

/** The first proof with one of these families that covers float32 and that the checker accepts, or null. */
export function firstCellProof(net, families, metadata = {}) {
  const stepper = new BoxStepper(net);
  for (const boxes of families) {
    const noise = largestNoise((size) => cellClosure(stepper, boxes, size).closed);
    const { closed, margin } = cellClosure(stepper, boxes, noise);
    if (!closed) continue;
    const certificate = certificateFile(net, boxes, { noise, margin, formats: ["float32"] });
    const weights = weightsFile(net, { made_by: "anylength site", ...metadata });
    const { valid, lines } = checkFiles(certificate, weights);
    if (valid) return { boxes, noise, files: { certificate, weights, lines } };
  }
  return null;
}
