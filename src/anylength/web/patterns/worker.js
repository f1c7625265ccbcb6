// The worker of the patterns' page: it learns and proves nets, and breaks them, while the page stays alive. Not a module that others
// import; it is bundled into one script.

import { closureOf } from "../learning/closure.js";
import { grownBoxes, roomyBoxes, spoiledNet, wrongWord } from "../learning/breaking.js";
import { checkedProof, firstProof, provedNet } from "../learning/proof-search.js";
import { partsOfWhole, provedSideBySide } from "../learning/side-by-side.js";
import { areApart } from "./coordinates.js";

const SEED_OF_SPOILING = 7;
let last = null; // the proved net that is broken

const rounded = ({ low, high }) => ({ low: Float32Array.from(low), high: Float32Array.from(high) });

/** A frame of the film: what the picture shows at one look. */
function frameOf(updates, boxes, { images, outside, wrong, open }) {
  return { updates, boxes: rounded(boxes), images: rounded(images), outside, wrong, open };
}

/** A frame of small nets side by side. An arrow of the whole machine misses its box where that of a part does. */
function frameOfParts(updates, machine, looks) {
  const [width, count] = [machine.symbols.length, machine.delta.length];
  const marksOf = (name) => Uint8Array.from({ length: count }, (_, pair) => {
    const isMarked = ({ blocks }, number) => looks[number][name][blocks[Math.floor(pair / width)] * width + (pair % width)];
    return machine.parts.some(isMarked) ? 1 : 0;
  });
  const [outside, wrong] = [marksOf("outside"), marksOf("wrong")];
  const open = outside.reduce((sum, mark, pair) => sum + (mark | wrong[pair]), 0);
  const parts = looks.map((look) => ({ ...look, boxes: rounded(look.boxes), images: rounded(look.images) }));
  return { updates, outside, wrong, open, parts };
}

/** A frame of a whole net: of its parts where it has some. */
function frameOfWhole(updates, machine, boxes, closure) {
  if (!machine.parts) return frameOf(updates, boxes, closure);
  const { outside, wrong, open } = closure;
  return { ...frameOfParts(updates, machine, partsOfWhole(machine, machine.parts, boxes, closure)), outside, wrong, open };
}

function learn(request) {
  const proved = request.machine.parts ? provedParts(request) : provedAtOnce(request);
  const { run, machine } = request;
  if (!proved) return postMessage({ kind: "failed", run });
  last = proved;
  const { net, boxes, closure, noise, files, effort } = proved;
  const frame = frameOfWhole(effort.updates, machine, boxes, closure);
  return postMessage({ kind: "proved", run, net, boxes, noise, files, effort, frame });
}

function provedParts({ run, machine, seed }) {
  const lookOf = ({ boxes, closure: { images, outside, wrong } }) => ({ boxes, images, outside, wrong });
  return provedSideBySide(machine, machine.parts, seed, {
    onFrame: (updates, looks) => postMessage({ isProgress: true, kind: "frame", run, frame: frameOfParts(updates, machine, looks.map(lookOf)) }),
    onCheck: () => postMessage({ isProgress: true, kind: "checking", run }),
    isClear: (boxes, part) => areApart(boxes, part.machine.names.length, part.units),
  });
}

function provedAtOnce({ run, machine, seed }) {
  const states = machine.names.length;
  return provedNet(machine, seed, {
    onFrame: (updates, boxes, closure) => postMessage({ isProgress: true, kind: "frame", run, frame: frameOf(updates, boxes, closure) }),
    onRetry: () => postMessage({ isProgress: true, kind: "retry", run }),
    isClear: (boxes, { units }) => areApart(boxes, states, units),
  });
}

/** A proof under noise of this size: what is claimed then is just that, for exact steps with this noise. */
function proofUnder(net, noise) {
  const closes = (boxes) => boxes && closureOf(net, boxes, noise).closed;
  const closed = [last.boxes, last.learned].find(closes) ?? (net.machine.parts ? null : [grownBoxes(net, noise)].find(closes));
  return closed ? checkedProof(net, closed, [], noise) : null;
}

function breakNet({ run, noise, harm }) {
  const net = harm ? spoiledNet(last.net, harm, SEED_OF_SPOILING) : last.net;
  const grown = net.machine.parts ? [] : roomyBoxes(net); // many boxes take too long to grow
  const proof = noise ? proofUnder(net, noise) : firstProof(net, [last.boxes, last.learned, ...grown]);
  const boxes = proof?.boxes ?? last.boxes;
  const closure = closureOf(net, boxes, noise);
  const word = proof ? null : wrongWord(net, noise, run);
  const frame = frameOfWhole(0, net.machine, boxes, closure);
  postMessage({ kind: "broken", run, noise, harm, net, boxes, isProved: Boolean(proof), word, frame });
}

onmessage = ({ data }) => (data.kind === "break" ? breakNet(data) : learn(data));
