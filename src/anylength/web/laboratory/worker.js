// The worker of the laboratory: it trains nets, looks for proofs and mistakes, and tries how far nets go, while the page stays alive. It is
// bundled into one script.

import { firstCellProof, grownCellBoxes, provedCell } from "../learning/cell-search.js";
import { heldPicture } from "../learning/fixed-points.js";
import { lengthCurve, repeatedRuns, wrongWordOf } from "../learning/stress.js";
import { WordLearner } from "../learning/word-learner.js";
import { extentAround, planeOfMostDifference, projected } from "../shared/principal-axes.js";

const SHOWN_EVERY = 60; // milliseconds between two looks that are sent

/** Sends looks, but no more than the page can show. */
function sender(run) {
  let last = -Infinity;
  return (look) => {
    if (performance.now() - last < SHOWN_EVERY) return;
    last = performance.now();
    postMessage({ kind: "look", run, look });
  };
}

function train({ run, machine, template, recipe, units, steps, seed, metadata }) {
  const started = performance.now();
  const send = sender(run);
  const made = recipe === "proof"
    ? provedCell(machine, template, { seed, units, metadata }, send)
    : learnedFromWords(machine, template, { seed, units, steps }, send);
  const verdict = made.proof ? verdictOfProof(made.proof) : verdictOf(made.net, [], metadata);
  postMessage({ kind: "trained", run, net: made.net, updates: made.updates, milliseconds: performance.now() - started, ...verdict });
}

function learnedFromWords(machine, template, options, send) {
  const learner = new WordLearner(machine, template, options);
  while (!learner.isOver) {
    learner.update();
    send({ updates: learner.done, loss: learner.lastLoss, share: learner.share });
  }
  send({ updates: learner.done, loss: learner.lastLoss, share: learner.share });
  return { net: learner.net(), proof: null, updates: learner.done };
}

const verdictOfProof = (proof) => ({ verdict: "PROVED", proof, word: null });

/** A proof with boxes that are known, else a wrong word, else a proof with boxes that are grown. */
function verdictOf(net, known, metadata) {
  const proof = firstCellProof(net, known, metadata);
  if (proof) return verdictOfProof(proof);
  const word = wrongWordOf(net);
  if (word) return { verdict: "REFUTED", proof: null, word };
  const grown = firstCellProof(net, grownCellBoxes(net), metadata);
  return grown ? verdictOfProof(grown) : { verdict: "UNKNOWN", proof: null, word: null };
}

/** The verdict of a net that the page has. */
function prove({ run, net, known, metadata }) {
  postMessage({ kind: "verdict", run, ...verdictOf(net, known ? [known] : [], metadata) });
}

function stress({ run, net }) {
  const { points, words } = lengthCurve(net);
  postMessage({ kind: "stressed", run, points, words, runs: repeatedRuns(net) });
}

/** The fixed points of a net, and the plane of their picture, which the page keeps while a weight is turned. */
function points({ run, net, symbol, known, isPlaneKnown }) {
  const found = heldPicture(net, symbol, { known });
  const states = [...found.orbits.flatMap((orbit) => orbit.states), ...found.points.map(({ state }) => state)];
  postMessage({ kind: "points", run, ...found, plane: isPlaneKnown ? null : planeOfStates(states) });
}

/** The plane in which these states differ most, and the corners of its picture. */
function planeOfStates(states) {
  const plane = planeOfMostDifference(states);
  const { low, high } = extentAround(states.map((state) => projected(plane, state)));
  return { ...plane, corners: [low, high] };
}

const JOBS = { points, prove, stress, train };

onmessage = ({ data }) => JOBS[data.kind](data);
