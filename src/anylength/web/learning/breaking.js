// Spoils a net, and looks for words that it then answers wrongly.

import { closureOf } from "./closure.js";
import { grownFamily, ROOMS_FOR_NOISE } from "./growing-boxes.js";
import { randomNumbers } from "../shared/random.js";
import { Stepper } from "./stepper.js";
import { searchedWord } from "./wrong-words.js";

const [MOST_WALKS, LONGEST_WALK] = [60, 300];

/** The net with its weights moved at random: each by about `amount` of the root mean square of its tensor. */
export function spoiledNet(net, amount, seed) {
  const { normal } = randomNumbers(seed);
  const moved = (values) => {
    const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    return values.map((value) => value + amount * size * normal());
  };
  return { ...net, recurrent: moved(net.recurrent), input: moved(net.input), readout: moved(net.readout) };
}

/** Boxes that close, grown from the start alone. Null if none are found. */
export function grownBoxes(net, noise) {
  return grownFamily(net.machine, net.units, (boxes) => closureOf(net, boxes, noise));
}

/** Families of boxes that are grown with room for noise, the most room first. */
export function roomyBoxes(net) {
  return ROOMS_FOR_NOISE.map((noise) => grownBoxes(net, noise)).filter(Boolean);
}

/**
 * A word whose last answer is wrong, or null: `symbols`, `said`, `right`, and the noise of each step as `shakes`. Without noise a search
 * comes first, then long random words; noise is chosen against the net.
 */
export function wrongWord(net, noise, seed) {
  const stepper = new Stepper(net);
  const searched = noise ? null : searchedWord(stepper);
  return searched ? { ...searched, shakes: null } : longWrongWord(stepper, noise, randomNumbers(seed).uniform);
}

function longWrongWord(stepper, noise, uniform) {
  const { machine, units } = stepper;
  const width = machine.symbols.length;
  let best = null;
  for (let walk = 0; walk < MOST_WALKS; walk += 1) {
    let [state, at] = [stepper.start(), 0];
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
