// The step program of the nets that the pages learn.

/** The step program of a tanh net: h' = tanh(W_ih x + b + W_hh h). */
export function programOf({ units, machine, readoutBias }) {
  const [encoded, classes] = [machine.letters * machine.tapes, readoutBias.length];
  const rows = { start: 0, stop: units };
  return {
    encoded, state: units, start: "", cut: [5], answer: [{ op: "state", of: [] }],
    readout: { weight: "readout.weight", bias: "readout.bias" },
    step: [
      { op: "symbol", of: [] },
      { op: "state", of: [] },
      { op: "matmul", of: [0], weight: "cell.weight_ih", ...rows },
      { op: "tensor", of: [], name: "cell.bias" },
      { op: "add", of: [2, 3] },
      { op: "matmul", of: [1], weight: "cell.weight_hh", ...rows },
      { op: "add", of: [4, 5] },
      { op: "tanh", of: [6] },
    ],
    tensors: {
      "cell.bias": [units], "cell.weight_hh": [units, units], "cell.weight_ih": [units, encoded], "readout.bias": [classes],
      "readout.weight": [classes, units],
    },
  };
}
