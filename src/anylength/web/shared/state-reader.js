// Decodes a net's state: which state of the task's machine it stands for, judged by what the net would answer next.
//
// A probe is a short word; for the machine's state q it has one right last output. The margin of a probe for q in a hidden state h is
// the logit of that output minus the largest other logit, once the net has read the probe from h. The margin of q is the least margin
// over all probes, so it is continuous in h and positive exactly where every probe is answered as in q. The decoded state is the one
// with the largest margin.
//
// Probes are single symbols: the whole alphabet, or where it has more than 16, those that tell the most pairs of states apart, filled
// up with others spread evenly. A pair that no next output tells apart (carries 1 and 11 in base 10) gets the shortest word that does
// as one more probe, so there may be a few more than 16. A pair that no word tells apart (a machine with more states than it needs, as
// that of remainder-4) is one state here: both have the same margin, and `alike` names the lowest of them.

import { argmax } from "./net.js";
import { probingWords, lastOutput } from "./probes.js";

/**
 * @typedef {object} Reader
 * @property {string[]} states the names of the machine's states
 * @property {Uint16Array} alike `[Q]` for each state the lowest of those that no probe tells from it: compare decoded states with
 *   `alike[trace state]`
 * @property {number[][]} probes the words that the net is asked
 * @property {(state: Float32Array) => {margins: Float32Array, state: number}} read margins `[Q]`, and the index of the state with the
 *   largest one, −1 where none is positive
 */

/**
 * A reader of the net's states, or null where there is nothing to decode: no machine, one state only, or a net without a state.
 * @param {import("./net.js").PageNet} net
 * @param {import("./task.js").PageTask} task
 * @returns {Reader | null}
 */
export function makeReader(net, task) {
  const { machine } = task;
  if (!machine || machine.names.length < 2 || !net.recurrent) return null;
  const probes = probingWords(machine);
  const outputs = probes.map((word) => machine.names.map((_, q) => lastOutput(machine, q, word)));
  const alike = machine.names.map((_, q) => machine.names.findIndex((_, p) => outputs.every((row) => row[p] === row[q])));
  const read = (state) => {
    const margins = new Float32Array(machine.names.length).fill(Infinity);
    probes.forEach((word, i) => lowerMargins(margins, classMargins(net.logits(word.reduce(net.step, state))), outputs[i]));
    const best = argmax(margins);
    return { margins, state: margins[best] > 0 ? best : -1 };
  };
  return { states: machine.names, alike: Uint16Array.from(alike), probes, read };
}

/** Each class's logit minus the largest other one, `[C]`: at most one is positive. */
function classMargins(logits) {
  const best = argmax(logits);
  let second = -Infinity;
  logits.forEach((value, k) => (second = k === best ? second : Math.max(second, value)));
  return logits.map((value, k) => value - (k === best ? second : logits[best]));
}

/** Lowers the margin of each state to that of the output which it has for a probe. */
function lowerMargins(margins, ofClasses, outputs) {
  for (let q = 0; q < margins.length; q += 1) margins[q] = Math.min(margins[q], ofClasses[outputs[q]]);
}
