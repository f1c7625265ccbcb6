// Float32 arithmetic of the engine: tensors from base64, products of a matrix and a vector, and functions of one number.
// Every product and every sum is rounded to float32. Sums run from the first column to the last; a bias is added at the end.

/**
 * A tensor as in the records: base64 of little-endian float32, row by row.
 * @param {{shape: number[], data: string}} tensor
 * @returns {Float32Array} all entries, row by row
 */
export function decodedTensor({ shape, data }) {
  const raw = atob(data);
  const size = shape.reduce((product, length) => product * length, 1);
  if (raw.length !== 4 * size) throw new Error(`a tensor of shape [${shape}] has ${4 * size} bytes, not ${raw.length}`);
  const view = new DataView(new ArrayBuffer(raw.length));
  for (let i = 0; i < raw.length; i += 1) view.setUint8(i, raw.charCodeAt(i));
  return Float32Array.from({ length: size }, (_, i) => view.getFloat32(4 * i, true));
}

/** A tensor of the records, made of another one's numbers. */
export function encodedTensor(tensor, change = (value) => value) {
  return recordOf(tensor.shape, decodedTensor(tensor).map(change));
}

/** Numbers as a tensor of the records. */
export function recordOf(shape, values) {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return { shape, data: btoa(Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte)).join("")) };
}

/**
 * out[r] = Σ_c weight[r, c] · vector[c] for every row of `out`. Four rows are summed at a time: their sums do not depend on each other,
 * so the processor computes them in parallel.
 * @param {Float32Array} weight `[rows, columns]`
 * @param {Float32Array} vector at least `columns` entries; later ones are not used
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
    for (let i = 0; i < columns; i += 1) {
      const value = vector[i];
      p = Math.fround(p + Math.fround(weight[a + i] * value));
      q = Math.fround(q + Math.fround(weight[b + i] * value));
      r = Math.fround(r + Math.fround(weight[c + i] * value));
      s = Math.fround(s + Math.fround(weight[d + i] * value));
    }
    out[row] = p;
    out[row + 1] = q;
    out[row + 2] = r;
    out[row + 3] = s;
  }
  for (; row < rows; row += 1) {
    let sum = Math.fround(0);
    for (let i = 0, a = row * columns; i < columns; i += 1) sum = Math.fround(sum + Math.fround(weight[a + i] * vector[i]));
    out[row] = sum;
  }
}

/**
 * out += bias, entry by entry.
 * @param {Float32Array} out
 * @param {Float32Array} bias
 */
export function addInto(out, bias) {
  for (let i = 0; i < out.length; i += 1) out[i] += bias[i];
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
 * The columns of a matrix that one-hot inputs select, one row for every symbol: W x of symbol s is `[s · rows, (s + 1) · rows)`.
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
export function inputTermTable({ weight_ih: weight, bias, bias_hh: second }, alphabet) {
  const table = symbolTable(weight, bias.length, alphabet);
  for (const term of second ? [bias, second] : [bias]) for (let i = 0; i < table.length; i += 1) table[i] += term[i % term.length];
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
 * (1 − weight)·start + weight·end, as the Python side computes it; exactly `start` or `end` for a weight of 0 or 1.
 * @param {number} weight in [0, 1]
 * @param {number} start
 * @param {number} end
 * @returns {number}
 */
export function lerp(weight, start, end) {
  return weight === 1 ? end : Math.fround(start + Math.fround(weight * Math.fround(end - start)));
}
