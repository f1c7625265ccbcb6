// Spoils a net, and looks for words that it then answers wrongly.

import { closureOf } from "./closure.js";
import { randomNumbers } from "./random.js";
import { Stepper } from "./stepper.js";

const [MOST_TRIED, MOST_WALKS, LONGEST_WALK] = [3000, 60, 300];
const FINENESS = 20; // states that round to the same multiples of 1/20 count as seen
const [ROUNDS, GROWTH] = [60, 0.02];
const ROOMS = [0.05, 0.01, 0.002, 0.0005];

/** The net with its weights moved at random: each by about `amount` of the root mean square of its tensor. */
export function spoiledNet(net, amount, seed) {
  const { normal } = randomNumbers(seed);
  const moved = (values) => {
    const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    return values.map((value) => value + amount * size * normal());
  };
  return { ...net, recurrent: moved(net.recurrent), input: moved(net.input), readout: moved(net.readout) };
}

/** Boxes that close, grown from the start alone: hulls of images, a little enlarged. Null if none are found. */
export function grownBoxes(net, noise) {
  const { machine, units } = net;
  const [states, symbols] = [machine.names.length, machine.symbols.length];
  const [low, high] = [new Float64Array(states * units), new Float64Array(states * units)];
  const met = new Uint8Array(states);
  met[0] = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { images, wrong } = closureOf(net, { low, high }, noise);
    const before = met.slice();
    for (let pair = 0; pair < wrong.length; pair += 1) {
      if (!before[Math.floor(pair / symbols)]) continue;
      if (wrong[pair]) return null;
      const next = machine.delta[pair];
      for (let unit = 0, at = pair * units, to = next * units; unit < units; unit += 1, at += 1, to += 1) {
        low[to] = met[next] ? Math.min(low[to], images.low[at]) : images.low[at];
        high[to] = met[next] ? Math.max(high[to], images.high[at]) : images.high[at];
      }
      met[next] = 1;
    }
    const enlarge = (bounds, others) => bounds.map((bound, at) => bound + GROWTH * (bound - others[at]));
    const boxes = { low: enlarge(low, high), high: enlarge(high, low) };
    if (met.every(Boolean) && closureOf(net, boxes, noise).closed) return boxes;
  }
  return null;
}

/** Families of boxes that are grown with room for noise, the most room first. */
export function roomyBoxes(net) {
  return ROOMS.map((noise) => grownBoxes(net, noise)).filter(Boolean);
}

/**
 * A word whose last answer is wrong, or null: `symbols`, `said`, `right`, and the noise of each step as `shakes`. Without noise all short
 * words come first, then long random ones; noise is chosen against the net.
 */
export function wrongWord(net, noise, seed) {
  const stepper = new Stepper(net);
  return (noise ? null : shortWrongWord(stepper)) ?? longWrongWord(stepper, noise, randomNumbers(seed).uniform);
}

function shortWrongWord(stepper) {
  const { machine, units } = stepper;
  const width = machine.symbols.length;
  let layer = [{ state: new Float64Array(units), at: 0, symbols: [] }];
  const seen = new Set();
  for (let count = 0; layer.length && count < MOST_TRIED; ) {
    const following = [];
    for (const { state, at, symbols } of layer) {
      for (let symbol = 0; symbol < width && count < MOST_TRIED; symbol += 1, count += 1) {
        const [next, pair] = [stepper.step(state, symbol), at * width + symbol];
        const [said, right, word] = [stepper.answer(next), machine.output[pair], [...symbols, symbol]];
        if (said !== right) return { symbols: word, said, right, shakes: null };
        const key = `${machine.delta[pair]}:${next.map((value) => Math.round(value * FINENESS)).join()}`;
        if (seen.has(key)) continue;
        seen.add(key);
        following.push({ state: next, at: machine.delta[pair], symbols: word });
      }
    }
    layer = following;
  }
  return null;
}

function longWrongWord(stepper, noise, uniform) {
  const { machine, units } = stepper;
  const width = machine.symbols.length;
  let best = null;
  for (let walk = 0; walk < MOST_WALKS; walk += 1) {
    let [state, at] = [new Float64Array(units), 0];
    const [word, shakes, push] = [[], [], pushOf(stepper, walk, uniform)];
    const longest = best ? best.symbols.length - 1 : LONGEST_WALK;
    while (word.length < longest) {
      const symbol = Math.floor(uniform() * width);
      const right = machine.output[at * width + symbol];
      at = machine.delta[at * width + symbol];
      const shake = noise ? Float64Array.from({ length: units }, (_, unit) => (push(unit, right) > 0 ? noise : -noise)) : null;
      state = stepper.step(state, symbol, shake);
      word.push(symbol);
      shakes.push(shake);
      const said = stepper.answer(state);
      if (said === right) continue;
      best = { symbols: word, said, right, shakes: noise ? shakes : null };
      break;
    }
  }
  return best;
}

/** Which way a walk pushes each unit: against the right answer, along one row of W, or at random. */
function pushOf({ net, units }, walk, uniform) {
  const row = Math.floor(uniform() * units);
  const sign = uniform() < 0.5 ? -1 : 1;
  const labels = net.readoutBias.length;
  const other = Math.floor(uniform() * labels);
  const lead = (unit, wrong, right) => net.readout[wrong * units + unit] - net.readout[right * units + unit];
  if (walk % 3 === 0) return (unit, right) => lead(unit, other === right ? (right + 1) % labels : other, right);
  if (walk % 3 === 1) return (unit) => sign * net.recurrent[row * units + unit];
  return () => uniform() - 0.5;
}
