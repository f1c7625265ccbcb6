// Trains a net of any cell together with the boxes that prove it: the recipe `certified` of `anylength.training.learned_invariant`, without
// words.
//
// There is one box for each state of the machine. It holds the values of the program's cut: what the next step reads of a state, for an
// lstm W h and c. All pairs of a state and a symbol are one batch: each box takes one step, its image must lie in the box of the next
// state, and the right answer must have the largest logit on it. The step over boxes is a program itself (`boxed-program.js`).

import { Adam } from "./adam.js";
import { BoxedProgram } from "./boxed-program.js";
import { sizedProgram, sizeOfShape, unitsForCell } from "./cell-programs.js";
import { firstTensors } from "./cell-start.js";
import { digitsOf } from "./encoding.js";
import { namedViews, SETTINGS } from "./learner.js";
import { NoisePace } from "./noise-pace.js";
import { randomNumbers } from "./random.js";
import { trained, Tape } from "./tape.js";

const RAW = { margin: 0.5, pull: 1, radius: 0.5, spread: 1, centers: 0 }; // of the rows of a box that are the state itself, as an lstm's c
const LEAST_NOISE = 1e-4; // so that a net whose boxes close is proved despite the rounding of float32
const LARGEST_LOSS = 500;
const SMALLEST_PUSH = 1e-12; // smaller slopes of an answer change no digit of the sum
const MANY_PAIRS_OF_CELL = 64; // such a batch takes fewer updates
const [CELL_UPDATES, CELL_UPDATES_OF_MANY, CELL_UPDATES_OF_MANY_GATED] = [2000, 600, 1000];
const SMALLEST_SHARE = 0.02; // of a box that takes the step, at the start of its ramp

export class CellLearner {
  /**
   * @param {import("./machines.js").Machine} machine
   * @param {import("./cell-programs.js").CellTemplate} template
   * @param {{seed: number, units?: number, updates?: number}} options
   */
  constructor(machine, template, { seed, units = unitsForCell(machine, template.settings), updates = updatesOfCell(machine, template) }) {
    const sizes = { units, encoded: machine.letters * machine.tapes, classes: machine.labels.length };
    const program = sizedProgram(template, sizes);
    Object.assign(this, { machine, template, units, program, done: 0 });
    const own = template.settings ?? {};
    this.settings = { ...SETTINGS, updates, ...own, raw: { ...RAW, ...own.raw } };
    this.pace = new NoisePace(this.settings);
    Object.assign(this, { pairs: machine.delta.length, states: machine.names.length, classes: sizes.classes });
    this.isRaw = program.cut.flatMap((number) => Array(rowsOfCut(program, number)).fill(program.step[number].op !== "matmul"));
    this.width = this.isRaw.length;
    const boxes = this.states * this.width;
    const shapes = Object.fromEntries(Object.entries(program.tensors).map(([name, shape]) => [name, sizeOfShape(shape)]));
    const all = { ...shapes, centers: boxes, sides: boxes };
    const total = Object.values(all).reduce((sum, size) => sum + size);
    [this.flat, this.gradient] = [new Float64Array(total), new Float64Array(total)];
    [this.own, this.slope] = [namedViews(this.flat, all), namedViews(this.gradient, all)];
    this.weights = Object.fromEntries(Object.keys(shapes).map((name) => [name, trained(shapes[name])]));
    Object.assign(this, { centers: trained(boxes), half: trained(boxes), adam: new Adam(total, this.settings) });
    this.initialise(randomNumbers(seed));
    this.layTape();
  }

  /** The unit in which a tensor is trained: boxes close only where units saturate, and this takes large weights. */
  unitOf(name) {
    return name.startsWith("cell.") ? this.settings.scale : 1;
  }

  initialise({ normal }) {
    const { own, program, template, units, settings, isRaw, width } = this;
    for (const [name, values] of Object.entries(firstTensors(template, program, units, normal))) {
      own[name].set(values.map((value) => value / this.unitOf(name)));
    }
    for (let at = 0; at < own.centers.length; at += 1) {
      const raw = isRaw[at % width];
      const spread = raw ? settings.raw.centers : settings.spread / settings.scale;
      own.centers[at] = spread ? spread * normal() : 0;
      own.sides[at] = Math.log(Math.expm1(raw ? settings.raw.spread - settings.raw.radius : settings.radius / settings.scale));
    }
  }

  /** The step of all boxes: inputs, the new states, their cut's values, and what the read-out reads. */
  layTape() {
    const { program, pairs, machine, width } = this;
    const boxed = new BoxedProgram();
    const symbol = boxed.known(program.encoded);
    const given = new Map(program.cut.map((number) => [number, boxed.input(rowsOfCut(program, number))]));
    const last = program.step.length - 1;
    const isSymbol = program.step.findIndex(({ op }) => op === "symbol");
    const step = boxed.add(program.step, { program, wanted: [last], given: new Map([...given, [isSymbol, symbol]]) });
    const noise = boxed.known(program.state);
    const image = step.get(last);
    const state = { center: image.center, radius: boxed.emit("add", [image.radius, noise.center]), rows: program.state };
    const enter = (list, wanted) => {
      const from = list.findIndex(({ op }) => op === "state");
      return boxed.add(list, { program, wanted, given: new Map([[from, { ...state }]]) });
    };
    const entered = enter(program.step, program.cut);
    const features = enter(program.answer, [program.answer.length - 1]).get(program.answer.length - 1);
    [this.from, this.fromHalf] = [trained(width * pairs), trained(width * pairs)];
    const inputs = new Map();
    let first = 0;
    for (const value of given.values()) {
      const end = first + value.rows * pairs;
      const part = (array) => ({ value: array.value.subarray(first, end), slope: array.slope.subarray(first, end) });
      inputs.set(value.center, part(this.from)).set(value.radius, part(this.fromHalf));
      first = end;
    }
    const tape = new Tape(boxed.instructions, { program, columns: pairs, weights: this.weights, given: inputs });
    digitsOf(machine).forEach((digits, read) => {
      for (const digit of digits) {
        for (let pair = read; pair < pairs; pair += machine.symbols.length) tape.values[symbol.center].value[digit * pairs + pair] = 1;
      }
    });
    const valuesOf = ({ center, radius }) => ({ center: tape.values[center], radius: tape.values[radius] });
    this.images = program.cut.map((number) => valuesOf(entered.get(number)));
    Object.assign(this, { tape, noiseValue: tape.values[noise.center].value, features: valuesOf(features) });
  }

  /** Real numbers from the trained ones. The box of the start state has its center at 0, where the cut of the start lies. */
  unpack() {
    const { own, weights, centers, half, isRaw, width, settings } = this;
    for (const [name, { value, slope }] of Object.entries(weights)) {
      const unit = this.unitOf(name);
      for (let at = 0; at < value.length; at += 1) value[at] = unit * own[name][at];
      slope.fill(0);
    }
    for (let at = 0; at < own.centers.length; at += 1) {
      const row = at % width;
      const unit = isRaw[row] ? 1 : settings.scale;
      centers.value[at] = unit * (own.centers[at] - own.centers[row]);
      half.value[at] = unit * Math.log1p(Math.exp(own.sides[at])) + (isRaw[row] ? settings.raw.radius : 0);
    }
    centers.slope.fill(0);
    half.slope.fill(0);
  }

  /** One update. */
  update() {
    this.lastLoss = this.loss();
    this.collectSlopes();
    this.adam.update(this.flat, this.gradient);
    this.pace.follow(this.wrong, this.outside);
    this.done += 1;
  }

  /** The loss of the present numbers, with slopes in all arrays. */
  loss() {
    this.unpack();
    this.enterBoxes();
    this.noiseValue.fill(Math.max(LEAST_NOISE, this.settings.noise * this.pace.share));
    this.tape.forward();
    const [worst, inclusion] = [this.answers(), this.inclusions()];
    this.tape.backward();
    this.leaveBoxes();
    return worst + inclusion;
  }

  /** The share of a box that takes the step. Boxes of several layers grow for a while, or else they collapse. */
  get boxShare() {
    if (this.template.count === 1) return 1;
    return Math.min(1, Math.max(SMALLEST_SHARE, this.done / (this.settings.rampEnd * this.settings.updates)));
  }

  /** The box of each pair's state. */
  enterBoxes() {
    const { pairs, machine, width, from, fromHalf, centers, half, isRaw } = this;
    for (let row = 0; row < width; row += 1) {
      const share = isRaw[row] ? 1 : this.boxShare;
      for (let pair = 0; pair < pairs; pair += 1) {
        const box = Math.floor(pair / machine.symbols.length) * width + row;
        from.value[row * pairs + pair] = centers.value[box];
        fromHalf.value[row * pairs + pair] = share * half.value[box];
      }
    }
    from.slope.fill(0);
    fromHalf.slope.fill(0);
  }

  leaveBoxes() {
    const { pairs, machine, width, from, fromHalf, centers, half, isRaw } = this;
    for (let row = 0; row < width; row += 1) {
      const share = isRaw[row] ? 1 : this.boxShare;
      for (let pair = 0; pair < pairs; pair += 1) {
        const box = Math.floor(pair / machine.symbols.length) * width + row;
        centers.slope[box] += from.slope[row * pairs + pair];
        half.slope[box] += share * fromHalf.slope[row * pairs + pair];
      }
    }
  }

  /** The power mean of the worst-case cross-entropies, and its slopes. */
  answers() {
    const { pairs, classes, machine } = this;
    const [margins, losses] = [new Float64Array(pairs * classes), new Float64Array(pairs)];
    let [wrong, sum] = [0, 0];
    for (let pair = 0; pair < pairs; pair += 1) {
      let [least, others] = [Infinity, 0];
      for (let other = 0; other < classes; other += 1) {
        if (other === machine.output[pair]) continue;
        const margin = this.marginOver(pair, other);
        margins[pair * classes + other] = margin;
        least = Math.min(least, margin);
        others += Math.exp(Math.min(LARGEST_LOSS, -margin));
      }
      losses[pair] = Math.log1p(others) + 1e-6;
      sum += losses[pair] ** 2;
      if (!(least > 0)) wrong += 1;
    }
    const mean = Math.sqrt(sum / pairs);
    for (let pair = 0; pair < pairs; pair += 1) this.slopesOfAnswer(pair, margins, losses[pair], losses[pair] / (pairs * mean));
    this.wrong = wrong / pairs;
    return mean;
  }

  /** The least lead of the right logit over another on a pair's image. */
  marginOver(pair, other) {
    const { units, pairs, machine, features, weights } = this;
    const [weight, bias, right] = [weights["readout.weight"].value, weights["readout.bias"].value, machine.output[pair]];
    let margin = bias[right] - bias[other];
    for (let unit = 0, at = pair; unit < units; unit += 1, at += pairs) {
      const difference = weight[right * units + unit] - weight[other * units + unit];
      margin += difference * features.center.value[at] - Math.abs(difference) * features.radius.value[at];
    }
    return margin;
  }

  slopesOfAnswer(pair, margins, loss, share) {
    const { units, pairs, classes, machine, features, weights } = this;
    const [weight, bias, right] = [weights["readout.weight"], weights["readout.bias"], machine.output[pair]];
    const whole = Math.exp(loss - 1e-6); // 1 + the sum over other answers
    for (let other = 0; other < classes; other += 1) {
      if (other === right) continue;
      const push = (-share * Math.exp(Math.min(LARGEST_LOSS, -margins[pair * classes + other]))) / whole;
      if (push > -SMALLEST_PUSH) continue;
      bias.slope[right] += push;
      bias.slope[other] -= push;
      for (let unit = 0, at = pair; unit < units; unit += 1, at += pairs) {
        const [own, wrong] = [right * units + unit, other * units + unit];
        const difference = weight.value[own] - weight.value[wrong];
        const change = push * (features.center.value[at] - Math.sign(difference) * features.radius.value[at]);
        weight.slope[own] += change;
        weight.slope[wrong] -= change;
        features.center.slope[at] += push * difference;
        features.radius.slope[at] -= push * Math.abs(difference);
      }
    }
  }

  /** How far images lie outside the boxes that they go to, times its present weight, and its slopes. */
  inclusions() {
    const { pairs, settings, machine, width, isRaw, centers, half } = this;
    const share = 10 ** (-settings.ramp * Math.max(0, 1 - this.done / (settings.rampEnd * settings.updates))) / pairs;
    const isOpen = new Uint8Array(pairs);
    let [outside, row] = [0, 0];
    for (const { center, radius } of this.images) {
      for (let at = 0; at < center.value.length; at += pairs, row += 1) {
        const { margin, pull } = isRaw[row] ? settings.raw : settings;
        for (let pair = 0; pair < pairs; pair += 1) {
          const to = machine.delta[pair] * width + row;
          const away = center.value[at + pair] - centers.value[to];
          const over = Math.abs(away) + radius.value[at + pair] - (1 - margin) * half.value[to];
          if (!(over > 0)) continue;
          outside += over + over * over;
          if (over > margin * half.value[to]) isOpen[pair] = 1;
          const ofRadius = share * (1 + 2 * over);
          const ofCenter = away < 0 ? -ofRadius : ofRadius;
          center.slope[at + pair] += ofCenter;
          radius.slope[at + pair] += ofRadius;
          centers.slope[to] -= pull * ofCenter;
          half.slope[to] -= (1 - margin) * ofRadius;
        }
      }
    }
    this.outside = outside / pairs;
    this.open = isOpen.reduce((sum, one) => sum + one, 0) / pairs; // the share of images that stick out
    return share * outside;
  }

  /** Slopes of the trained numbers from those of the real ones. */
  collectSlopes() {
    const { own, slope, weights, centers, half, isRaw, width, settings } = this;
    for (const [name, real] of Object.entries(weights)) {
      const unit = this.unitOf(name);
      for (let at = 0; at < real.slope.length; at += 1) slope[name][at] = unit * real.slope[at];
    }
    slope.centers.fill(0);
    for (let at = 0; at < own.centers.length; at += 1) {
      const [row, growth] = [at % width, Math.exp(own.sides[at])];
      const unit = isRaw[row] ? 1 : settings.scale;
      slope.centers[at] += unit * centers.slope[at];
      slope.centers[row] -= unit * centers.slope[at];
      slope.sides[at] = (unit * half.slope[at] * growth) / (1 + growth);
    }
  }

  /** The net as it would be stored, in float32. */
  net() {
    this.unpack();
    const tensors = Object.fromEntries(Object.entries(this.weights).map(([name, { value }]) => [name, Float32Array.from(value)]));
    return { machine: this.machine, units: this.units, program: this.program, tensors };
  }

  /** The boxes as lists of bounds, `[Q · M]` each. */
  boxes() {
    this.unpack();
    const [centers, half] = [this.centers.value, this.half.value];
    return { low: centers.map((center, at) => center - half[at]), high: centers.map((center, at) => center + half[at]) };
  }
}

/** Updates that are enough. Gates take more of them than a plain net. */
function updatesOfCell({ delta }, { retention }) {
  if (delta.length <= MANY_PAIRS_OF_CELL) return CELL_UPDATES;
  return retention ? CELL_UPDATES_OF_MANY_GATED : CELL_UPDATES_OF_MANY;
}

/** The rows of a value of the cut. */
export function rowsOfCut({ step, state }, number) {
  const { op, start, stop } = step[number];
  return op === "state" ? state : stop - start;
}
