// What the values of a cell's step are called: its gates and what they let through, in the order in which the program computes them.

const GATE = "gate"; // from 0, closed, to 1, open
const VALUE = "value"; // from -1 to 1

/** [name, kind] for each block of units of each `sigmoid` and `tanh` of a step; a `relu` has its own scale and is left out. */
const PARTS_OF_CELLS = {
  rnn: [["h′, the new state", VALUE]],
  relu: [],
  gru: [["r, reset gate", GATE], ["z, update gate: keep", GATE], ["n, candidate", VALUE]],
  "gru-reset-before": [["r, reset gate", GATE], ["z, update gate: keep", GATE], ["n, candidate", VALUE]],
  lstm: [
    ["i, input gate", GATE], ["f, forget gate: keep", GATE], ["g, candidate", VALUE], ["o, output gate", GATE], ["tanh c′", VALUE],
  ],
  mingru: [["z, gate: replace", GATE], ["h′, the new state", VALUE]],
  minlstm: [["gate: replace", GATE], ["h′, the new state", VALUE]],
  slstm: [["share of the past that stays", GATE], ["z, candidate", VALUE], ["o, output gate", GATE]],
  linear: [["gate: keep", GATE], ["h′, the new state", VALUE]],
  "linear-signed": [["gate: keep, or turn around", VALUE], ["h′, the new state", VALUE]],
};

/**
 * The parts of a cell's step, layer by layer.
 * @returns {{name: string, isGate: boolean, number: number, first: number}[]} the number of the instruction, and its first row
 */
export function partsOfCell(cell, { step }, units) {
  const blocks = step.flatMap(({ op }, number) => {
    if (op !== "sigmoid" && op !== "tanh") return [];
    return Array.from({ length: rowsIn(step, number) / units }, (_, block) => ({ number, first: block * units }));
  });
  const names = PARTS_OF_CELLS[cell];
  const hasLayers = blocks.length > names.length;
  return blocks.map((block, place) => {
    const [name, kind] = names[place % names.length];
    const layer = hasLayers ? `layer ${Math.floor(place / names.length) + 1}: ` : "";
    return { ...block, name: `${layer}${name}`, isGate: kind === GATE };
  });
}

/** The rows of a value of one argument that keeps them. */
function rowsIn(step, number) {
  const { op, of, start, stop } = step[number];
  if (op === "slice" || op === "matmul") return stop - start;
  return rowsIn(step, of[0]);
}
