// The worker of the patterns' page: it learns and proves nets, and breaks them, while the page stays alive. Not a module that others
// import; it is bundled into one script.

import { closureOf } from "../learning/closure.js";
import { grownBoxes, roomyBoxes, spoiledNet, wrongWord } from "../learning/breaking.js";
import { checkedProof, firstProof, provedNet } from "../learning/proof-search.js";
import { areApart } from "./coordinates.js";

const SEED_OF_SPOILING = 7;
let last = null; // the proved net that is broken

const rounded = ({ low, high }) => ({ low: Float32Array.from(low), high: Float32Array.from(high) });

/** A frame of the film: what the picture shows at one look. */
function frameOf(updates, boxes, { images, outside, wrong, open }) {
  return { updates, boxes: rounded(boxes), images: rounded(images), outside, wrong, open };
}

function learn({ run, machine, seed }) {
  const states = machine.names.length;
  const proved = provedNet(machine, seed, {
    onFrame: (updates, boxes, closure) => postMessage({ isProgress: true, kind: "frame", run, frame: frameOf(updates, boxes, closure) }),
    onRetry: () => postMessage({ isProgress: true, kind: "retry", run }),
    isClear: (boxes, { units }) => areApart(boxes, states, units),
  });
  if (!proved) return postMessage({ kind: "failed", run });
  last = proved;
  const { net, boxes, closure, noise, files, effort } = proved;
  return postMessage({ kind: "proved", run, net, boxes, noise, files, effort, frame: frameOf(effort.updates, boxes, closure) });
}

/** A proof under noise of this size: what is claimed then is just that, for exact steps with this noise. */
function proofUnder(net, noise) {
  const closes = (boxes) => boxes && closureOf(net, boxes, noise).closed;
  const closed = [last.boxes, last.learned].find(closes) ?? [grownBoxes(net, noise)].find(closes);
  return closed ? checkedProof(net, closed, [], noise) : null;
}

function breakNet({ run, noise, harm }) {
  const net = harm ? spoiledNet(last.net, harm, SEED_OF_SPOILING) : last.net;
  const proof = noise ? proofUnder(net, noise) : firstProof(net, [last.boxes, last.learned, ...roomyBoxes(net)]);
  const boxes = proof?.boxes ?? last.boxes;
  const closure = closureOf(net, boxes, noise);
  const word = proof ? null : wrongWord(net, noise, run);
  postMessage({ kind: "broken", run, noise, harm, net, boxes, isProved: Boolean(proof), word, frame: frameOf(0, boxes, closure) });
}

onmessage = ({ data }) => (data.kind === "break" ? breakNet(data) : learn(data));
