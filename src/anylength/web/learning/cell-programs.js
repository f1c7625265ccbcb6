// The step programs of cells at any size, from their programs at one unit, one input and one class.

const LARGEST_NET = 64; // units
const [UNITS_AT_LEAST, FEW_PAIRS_OF_ALL, UNITS_OF_MANY] = [24, 64, 34]; // for machines of more than two answers; many pairs take long

const READ_SYMBOLS = ["cell.weight_ih", "cell.0.weight_ih"]; // the tensors whose columns are inputs, of one layer and of several

/**
 * @typedef {object} CellTemplate
 * @property {string} summary
 * @property {number} count the layers
 * @property {object} program that of one unit
 * @property {string[]} equations
 * @property {{block: number, sign: number} | null} retention which block of biases keeps the state, and whether upwards
 * @property {number[]} open the blocks of biases that start open
 * @property {boolean} linear whether the step multiplies the state by what depends on the symbol alone
 * @property {Record<string, object>} with_boxes for each number of layers that learns with its boxes what it trains with
 * @property {object | null} settings those for this number of layers
 */

/**
 * The template of a cell with so many layers, or null if the page has none.
 * @returns {CellTemplate | null}
 */
export function templateOf(cells, cell, count = 1) {
  const own = Object.hasOwn(cells, cell) ? cells[cell] : null;
  const layers = own?.layers[count - 1];
  return layers ? { ...own, ...layers, count, settings: own.with_boxes[count] ?? null } : null;
}

/**
 * The program of a cell: all rows times the units, but inputs and classes.
 * @param {CellTemplate} template
 * @param {{units: number, encoded: number, classes: number}} sizes
 */
export function sizedProgram({ program }, { units, encoded, classes }) {
  const shape = (name, [rows, ...others]) => [
    name.startsWith("readout.") ? classes : rows * units, ...others.map((count) => (READ_SYMBOLS.includes(name) ? encoded : count * units)),
  ];
  const longer = (item) => {
    const sized = { ...item };
    for (const name of ["start", "stop", "rows"]) if (name in item) sized[name] = item[name] * units;
    return sized;
  };
  return {
    ...program, encoded, state: program.state * units,
    tensors: Object.fromEntries(Object.entries(program.tensors).map(([name, own]) => [name, shape(name, own)])),
    step: program.step.map(longer), answer: program.answer.map(longer),
  };
}

/** Units that are enough for a machine, and for what a cell trains with. */
export function unitsForCell({ names, labels, symbols }, settings) {
  const pairs = names.length * symbols.length;
  const forAnswers = pairs > FEW_PAIRS_OF_ALL ? UNITS_OF_MANY : Math.max(UNITS_AT_LEAST, 8 * Math.ceil((pairs + 4) / 8));
  return Math.min(LARGEST_NET, Math.max(settings?.units ?? 0, labels.length > 2 ? forAnswers : 3 * names.length + 8));
}

/** The numbers in a tensor of this shape. */
export function sizeOfShape(shape) {
  return shape.reduce((product, length) => product * length, 1);
}
