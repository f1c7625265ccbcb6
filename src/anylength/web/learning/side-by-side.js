// Nets of small machines, side by side: one net for the whole machine, whose state is all their states. Its boxes are the products of
// theirs.

import { closureOf } from "./closure.js";
import { Learner } from "./learner.js";
import { firstProof, tightFamilies } from "./proof-search.js";

const UNITS_OF_PART = 16;
const [UPDATES_OF_PART, TRIES_OF_PART, LOOK_EVERY] = [1000, 5, 5];

/** A part while it learns: it goes on after its boxes have closed, so that they get room for noise. */
class LearningPart {
  constructor(machine, seed) {
    Object.assign(this, { machine, seed, tries: 0, found: null, updates: 0 });
    this.retry();
  }

  retry() {
    this.learner = new Learner(this.machine, { seed: this.seed + 1000 * this.tries, units: UNITS_OF_PART, updates: UPDATES_OF_PART });
    this.tries += 1;
  }

  get isAtEnd() {
    return this.learner.done >= UPDATES_OF_PART;
  }

  get isOver() {
    return this.isAtEnd && this.found !== null;
  }

  get isLost() {
    return this.isAtEnd && !this.found && this.tries >= TRIES_OF_PART;
  }

  /** Some updates; the present net, its boxes and whether they close. */
  look() {
    if (this.isOver) return this.found;
    if (this.isAtEnd) this.retry();
    for (let k = 0; k < LOOK_EVERY; k += 1) this.learner.update();
    this.updates += LOOK_EVERY;
    const [net, boxes] = [this.learner.net(), this.learner.boxes()];
    const look = { net, boxes, closure: closureOf(net, boxes) };
    if (look.closure.closed) this.found = look;
    return look;
  }
}

/**
 * Learns the parts of a machine, each with its boxes, until all are closed; then the whole net is proved. Null if a part is not learned.
 * @param {import("./machines.js").Machine} machine
 * @param {import("./answer-parts.js").Part[]} parts
 * @param {number} seed
 * @param {{onFrame?: Function, onCheck?: Function, isClear?: Function}} watch `onFrame` gets (updates, {boxes, closure} of each part) at
 *   each look; `onCheck` says that the proof of the whole net is looked for; `isClear` is about the boxes of a part, as for `provedNet`
 * @returns {import("./proof-search.js").Proved | null}
 */
export function provedSideBySide(machine, parts, seed, { onFrame = () => {}, onCheck = () => {}, isClear = () => true } = {}) {
  const started = performance.now();
  const learning = parts.map((part, number) => new LearningPart(part.machine, 100 * seed + number));
  const show = (looks) => onFrame(Math.max(...learning.map(({ updates }) => updates)), looks);
  while (!learning.every(({ isOver }) => isOver)) {
    show(learning.map((part) => part.look()));
    if (learning.some(({ isLost }) => isLost)) return null;
  }
  const [found, learned] = [learning.map((part) => part.found), performance.now()];
  show(found);
  onCheck();
  const clear = found.map(({ net, boxes }) => ({ net, boxes: tightFamilies(net, boxes).find((family) => isClear(family, net)) ?? boxes }));
  const [learnedBoxes, clearBoxes] = [found, clear].map((looks) => wholeBoxes(machine, parts, looks));
  const proof = firstProof(wholeNet(machine, parts, found), [clearBoxes, learnedBoxes]);
  const effort = {
    updates: learning.reduce((sum, { updates }) => sum + updates, 0), learning: learned - started,
    checking: performance.now() - learned, tries: Math.max(...learning.map(({ tries }) => tries)),
  };
  return proof && { ...proof, learned: learnedBoxes, effort };
}

/** The net whose recurrent weights are those of the parts, in blocks. The score of an answer is the sum of those of its letters. */
function wholeNet(machine, parts, found) {
  const units = found.reduce((sum, { net }) => sum + net.units, 0);
  const encoded = machine.letters * machine.tapes;
  const whole = {
    units, machine, recurrent: new Float32Array(units * units), input: new Float32Array(encoded * units), bias: new Float32Array(units),
    readout: new Float32Array(machine.labels.length * units), readoutBias: new Float32Array(machine.labels.length),
  };
  let first = 0;
  found.forEach(({ net }, number) => {
    const place = (rows, from, to) => {
      for (let row = 0; row < rows; row += 1) to(row).set(from.subarray(row * net.units, (row + 1) * net.units), first);
    };
    const row = (array) => (at) => array.subarray(at * units, (at + 1) * units);
    place(net.units, net.recurrent, (at) => row(whole.recurrent)(first + at));
    place(encoded, net.input, row(whole.input));
    place(1, net.bias, row(whole.bias));
    machine.delta.forEach((next, pair) => {
      const [label, letter] = [machine.output[pair], parts[number].blocks[next]];
      row(whole.readout)(label).set(net.readout.subarray(letter * net.units, (letter + 1) * net.units), first);
    });
    first += net.units;
  });
  for (let label = 0; label < machine.labels.length; label += 1) {
    const state = machine.delta[machine.output.indexOf(label)];
    whole.readoutBias[label] = found.reduce((sum, { net }, number) => sum + net.readoutBias[parts[number].blocks[state]], 0);
  }
  return whole;
}

/** One box for each state of the whole machine. */
function wholeBoxes({ names }, parts, found) {
  const joined = (bound) => Float64Array.from(names.flatMap((_, state) => parts.flatMap(({ blocks }, number) => {
    const { net, boxes } = found[number];
    return [...boxes[bound].subarray(blocks[state] * net.units, (blocks[state] + 1) * net.units)];
  })));
  return { low: joined("low"), high: joined("high") };
}

/**
 * What parts of a whole net do, as hulls over all states of the whole machine.
 * @returns {object[]} for each part its boxes and images, and which arrows miss their boxes or may be answered wrongly
 */
export function partsOfWhole(machine, parts, boxes, { images, outside, wrong }) {
  const [width, units] = [machine.symbols.length, boxes.low.length / machine.names.length / parts.length];
  return parts.map(({ machine: own, blocks }, number) => {
    const pairOf = (pair) => blocks[Math.floor(pair / width)] * width + (pair % width);
    const hulls = (count, given, rows) => hullsOf(given, rows, { count, units, first: number * units, all: units * parts.length });
    const marks = (list) => {
      const marked = new Uint8Array(own.delta.length);
      list.forEach((mark, pair) => (marked[pairOf(pair)] |= mark));
      return marked;
    };
    return {
      boxes: hulls(own.names.length, boxes, [...blocks]), images: hulls(own.delta.length, images, [...machine.delta.keys()].map(pairOf)),
      outside: marks(outside), wrong: marks(wrong),
    };
  });
}

/** The hulls of rows of bounds that go to the same place, some columns of them. */
function hullsOf({ low, high }, places, { count, units, first, all }) {
  const hull = { low: new Float64Array(count * units).fill(Infinity), high: new Float64Array(count * units).fill(-Infinity) };
  places.forEach((place, row) => {
    for (let unit = 0; unit < units; unit += 1) {
      const [to, from] = [place * units + unit, row * all + first + unit];
      hull.low[to] = Math.min(hull.low[to], low[from]);
      hull.high[to] = Math.max(hull.high[to], high[from]);
    }
  });
  return hull;
}
