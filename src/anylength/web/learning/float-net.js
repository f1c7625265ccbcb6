// A net of any cell as it runs: in float32, step by step.

import { programCell } from "../shared/program.js";
import { affineInto } from "../shared/tensors.js";

export class FloatNet {
  /** @param {{machine: object, program: object, tensors: Record<string, Float32Array>}} net */
  constructor({ machine, program, tensors }) {
    this.cell = programCell(program, tensors, { letters: machine.letters, tapes: machine.tapes });
    Object.assign(this, { machine, weight: tensors[program.readout.weight], bias: tensors[program.readout.bias] });
    this.scores = new Float32Array(this.bias.length);
  }

  start() {
    return this.cell.startState();
  }

  step(state, symbol) {
    const after = new Float32Array(this.cell.stateSize);
    this.cell.advance(state, symbol, after);
    return after;
  }

  /** The class with the largest logit, the lowest on a tie. */
  answer(state) {
    const { scores, weight, bias } = this;
    affineInto(weight, bias, this.cell.features(state), weight.length / bias.length, scores);
    let best = 0;
    for (let label = 1; label < scores.length; label += 1) if (scores[label] > scores[best]) best = label;
    return best;
  }
}
