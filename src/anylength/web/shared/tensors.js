// Float32 arithmetic of the engine: tensors from base64, products of a matrix and a vector, and the functions of one number.
// Every product and every sum is rounded to float32; sums run from the first column to the last, a bias being added at the end.

/**
 * A tensor as the records hold it: base64 of little-endian float32, row by row.
 * @param {{shape: number[], data: string}} tensor
 * @returns {Float32Array} all entries, row by row
 */
export function decodedTensor({ shape, data }) {
  const raw = atob(data);
  const size = shape.reduce((product, length) => product * length, 1);
  if (raw.length !== 4 * size) throw new Error(`a tensor of shape [${shape}] has ${4 * size} bytes, not ${raw.length}`);
  const view = new DataView(new ArrayBuffer(raw.length));
  for (let at = 0; at < raw.length; at += 1) view.setUint8(at, raw.charCodeAt(at));
  return Float32Array.from({ length: size }, (_, at) => view.getFloat32(4 * at, true));
}

/**
 * out[r] = Σ_c weight[r, c] · vector[c] for every row of `out`; four rows at a time, so that sums do not wait for each other.
 * @param {Float32Array} weight `[rows, columns]`
 * @param {Float32Array} vector at least `columns` entries; what lies behind them is not looked at
 * @param {number} columns
 * @param {Float32Array} out `[rows]`
 */
export function multiplyInto(weight, vector, columns, out) {
  const rows = out.length;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const a = row * columns,
      b = a + columns,
      c = b + columns,
      d = c + columns;
    let p = Math.fround(0),
      q = Math.fround(0),
      r = Math.fround(0),
      s = Math.fround(0);
    for (let at = 0; at < columns; at += 1) {
      const value = vector[at];
      p = Math.fround(p + Math.fround(weight[a + at] * value));
      q = Math.fround(q + Math.fround(weight[b + at] * value));
      r = Math.fround(r + Math.fround(weight[c + at] * value));
      s = Math.fround(s + Math.fround(weight[d + at] * value));
    }
    out[row] = p;
    out[row + 1] = q;
    out[row + 2] = r;
    out[row + 3] = s;
  }
  for (; row < rows; row += 1) {
    let sum = Math.fround(0);
    for (let at = 0, a = row * columns; at < columns; at += 1) sum = Math.fround(sum + Math.fround(weight[a + at] * vector[at]));
    out[row] = sum;
  }
}

/**
 * out += bias, entry by entry.
 * @param {Float32Array} out
 * @param {Float32Array} bias
 */
export function addInto(out, bias) {
  for (let at = 0; at < out.length; at += 1) out[at] += bias[at];
}

/**
 * out = weight · vector + bias.
 * @param {Float32Array} weight `[rows, columns]`
 * @param {Float32Array} bias `[rows]`
 * @param {Float32Array} vector `[≥ columns]`
 * @param {number} columns
 * @param {Float32Array} out `[rows]`
 */
export function affineInto(weight, bias, vector, columns, out) {
  multiplyInto(weight, vector, columns, out);
  addInto(out, bias);
}

/**
 * The columns that one-hot inputs pick out, one row for every symbol: W x of symbol s is `[s · rows, (s + 1) · rows)`.
 * @param {Float32Array} weight `[rows, letters · tapes]`
 * @param {number} rows
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {Float32Array} `[letters ** tapes, rows]`
 */
export function symbolTable(weight, rows, { letters, tapes }) {
  const table = new Float32Array(letters ** tapes * rows);
  for (let symbol = 0; symbol * rows < table.length; symbol += 1) {
    for (let tape = 0, rest = symbol; tape < tapes; tape += 1, rest = Math.floor(rest / letters)) {
      const column = tape * letters + (rest % letters);
      for (let row = 0; row < rows; row += 1) table[symbol * rows + row] += weight[row * letters * tapes + column];
    }
  }
  return table;
}

/**
 * W_ih x + b of every symbol, with the second bias where a cell has one.
 * @param {{weight_ih: Float32Array, bias: Float32Array, bias_hh?: Float32Array}} weights
 * @param {{letters: number, tapes: number}} alphabet
 * @returns {Float32Array} `[letters ** tapes, rows]`
 */
export function driveTable({ weight_ih: weight, bias, bias_hh: second }, alphabet) {
  const table = symbolTable(weight, bias.length, alphabet);
  for (const each of second ? [bias, second] : [bias])
    for (let at = 0; at < table.length; at += 1) table[at] += each[at % each.length];
  return table;
}

/**
 * The logistic function.
 * @param {number} value
 * @returns {number}
 */
export function sigmoid(value) {
  return Math.fround(1 / (1 + Math.exp(-value)));
}

/**
 * (1 − weight)·zero + weight·one, as the Python side computes it; exactly `zero` or `one` for a weight of 0 or 1.
 * @param {number} weight in [0, 1]
 * @param {number} zero
 * @param {number} one
 * @returns {number}
 */
export function lerp(weight, zero, one) {
  return weight === 1 ? one : Math.fround(zero + Math.fround(weight * Math.fround(one - zero)));
}
