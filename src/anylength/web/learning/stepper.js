// Runs a net in double precision.

import { digitsOf } from "./encoding.js";

/** Steps a net; a `shake` is added to the new state. */
export class Stepper {
  constructor(net) {
    const { machine, units } = net;
    Object.assign(this, { net, units, machine });
    this.drives = digitsOf(machine).map((digits) =>
      net.bias.map((bias, unit) => digits.reduce((sum, digit) => sum + net.input[digit * units + unit], bias)),
    );
  }

  start() {
    return new Float64Array(this.units);
  }

  /** W h. */
  message(state) {
    const { net, units } = this;
    return Float64Array.from({ length: units }, (_, row) => {
      let sum = 0;
      for (let unit = 0, at = row * units; unit < units; unit += 1, at += 1) sum += net.recurrent[at] * state[unit];
      return sum;
    });
  }

  step(state, symbol, shake) {
    return this.message(state).map((value, unit) => Math.tanh(value + this.drives[symbol][unit]) + (shake ? shake[unit] : 0));
  }

  logits(state) {
    const { net, units } = this;
    return Array.from(net.readoutBias, (bias, label) => {
      let sum = bias;
      for (let unit = 0; unit < units; unit += 1) sum += net.readout[label * units + unit] * state[unit];
      return sum;
    });
  }

  answer(state) {
    const logits = this.logits(state);
    return logits.indexOf(Math.max(...logits));
  }
}
