// The operations of a step program over many examples at once, in double precision, and their slopes: what reverse mode needs.
//
// A value has rows and columns, one column an example; it is stored row after row. `run(out, item, ...arguments)` fills `out`.
// `slope(given, out, item, ...arguments)` adds to the slopes of the arguments what the slopes of the result give; an argument is
// {value, slope}, and its slope is null where nobody asks. `item` has the attributes, and `columns`.

/**
 * @typedef {{value: Float64Array, slope: Float64Array | null}} Trained
 * @typedef {{run: Function, slope: Function}} SlopedOperation
 */

/** A function of one number, and its derivative at x where the function has the value y. */
function ofOne(value, derivative) {
  return {
    run: (out, _, a) => {
      for (let k = 0; k < out.length; k += 1) out[k] = value(a.value[k]);
    },
    slope: (given, out, _, a) => {
      if (!a.slope) return;
      for (let k = 0; k < out.length; k += 1) a.slope[k] += given[k] * derivative(a.value[k], out[k]);
    },
  };
}

/** a + sign · b. A loop of its own for each operation of two numbers: calls in the loop take five times as long. */
function sumOfTwo(sign) {
  return {
    run: (out, _, a, b) => {
      for (let k = 0; k < out.length; k += 1) out[k] = a.value[k] + sign * b.value[k];
    },
    slope: (given, out, _, a, b) => {
      if (a.slope) for (let k = 0; k < out.length; k += 1) a.slope[k] += given[k];
      if (b.slope) for (let k = 0; k < out.length; k += 1) b.slope[k] += sign * given[k];
    },
  };
}

/** The larger one for a sign of 1, the smaller one for -1; of equal ones the first. */
function extremeOfTwo(sign) {
  return {
    run: (out, _, a, b) => {
      for (let k = 0; k < out.length; k += 1) out[k] = sign * a.value[k] >= sign * b.value[k] ? a.value[k] : b.value[k];
    },
    slope: (given, out, _, a, b) => {
      for (let k = 0; k < out.length; k += 1) {
        const { slope } = sign * a.value[k] >= sign * b.value[k] ? a : b;
        if (slope) slope[k] += given[k];
      }
    },
  };
}

const PRODUCT_OF_TWO = {
  run: (out, _, a, b) => {
    for (let k = 0; k < out.length; k += 1) out[k] = a.value[k] * b.value[k];
  },
  slope: (given, out, _, a, b) => {
    if (a.slope) for (let k = 0; k < out.length; k += 1) a.slope[k] += given[k] * b.value[k];
    if (b.slope) for (let k = 0; k < out.length; k += 1) b.slope[k] += given[k] * a.value[k];
  },
};

/** The logistic function in double precision. */
export function logistic(x) {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** erf by its series, or 1 from 6 on. Slopes need no more. */
function errorFunction(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 140; n += 1) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const normalShareOf = (x) => 0.5 * (1 + errorFunction(x * Math.SQRT1_2));
const normalDensity = (x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** A matrix by name times a value; `sized`: its entries' magnitudes in place of its entries. Four columns of the matrix at once. */
function matrixProduct(sized) {
  const entry = sized ? Math.abs : (weight) => weight;
  return {
    run: (out, { matrix, columns }, a) => {
      const width = a.value.length / columns;
      out.fill(0);
      for (let row = 0; row * columns < out.length; row += 1) {
        const sums = out.subarray(row * columns, (row + 1) * columns);
        const weight = (from) => (from < width ? entry(matrix.value[row * width + from]) : 0);
        for (let from = 0; from < width; from += BLOCK) addWeightedRows(sums, weight, from, width, a.value);
      }
    },
    slope: (given, out, { matrix, columns }, a) => {
      const [width, height] = [a.value.length / columns, out.length / columns];
      if (a.slope) {
        for (let from = 0; from < width; from += 1) {
          const sums = a.slope.subarray(from * columns, (from + 1) * columns);
          const weight = (row) => (row < height ? entry(matrix.value[row * width + from]) : 0);
          for (let row = 0; row < height; row += BLOCK) addWeightedRows(sums, weight, row, height, given);
        }
      }
      if (!matrix.slope) return;
      for (let row = 0; row < height; row += 1) {
        const slopes = given.subarray(row * columns, (row + 1) * columns);
        for (let from = 0; from < width; from += BLOCK) {
          productsWithRows(slopes, a.value, from, width);
          for (let k = 0; k < BLOCK && from + k < width; k += 1) {
            const at = row * width + from + k;
            matrix.slope[at] += sized && matrix.value[at] < 0 ? -PRODUCTS[k] : PRODUCTS[k];
          }
        }
      }
    },
  };
}

const BLOCK = 4; // rows at once: a sum is read and written once for four products
const PRODUCTS = new Float64Array(BLOCK);

/** Adds four rows of some values, each times its weight. Rows after the last one are the last one; their weight is 0. */
function addWeightedRows(sums, weight, first, count, values) {
  const [columns, last] = [sums.length, count - 1];
  const a = weight(first);
  const b = weight(first + 1);
  const c = weight(first + 2);
  const d = weight(first + 3);
  const ofA = first * columns;
  const ofB = Math.min(last, first + 1) * columns;
  const ofC = Math.min(last, first + 2) * columns;
  const ofD = Math.min(last, first + 3) * columns;
  for (let k = 0; k < columns; k += 1) {
    sums[k] += a * values[ofA + k] + b * values[ofB + k] + c * values[ofC + k] + d * values[ofD + k];
  }
}

/** The products of a row with four rows of some values, into `PRODUCTS`. */
function productsWithRows(row, values, first, count) {
  const [columns, last] = [row.length, count - 1];
  const ofA = first * columns;
  const ofB = Math.min(last, first + 1) * columns;
  const ofC = Math.min(last, first + 2) * columns;
  const ofD = Math.min(last, first + 3) * columns;
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let k = 0; k < columns; k += 1) {
    const own = row[k];
    a += own * values[ofA + k];
    b += own * values[ofB + k];
    c += own * values[ofC + k];
    d += own * values[ofD + k];
  }
  PRODUCTS[0] = a;
  PRODUCTS[1] = b;
  PRODUCTS[2] = c;
  PRODUCTS[3] = d;
}

const meanOfRows = (out, columns, value, term) => {
  const rows = value.length / columns;
  out.fill(0);
  for (let k = 0; k < value.length; k += 1) out[k % columns] += term(value[k]) / rows;
};

/** @type {Record<string, SlopedOperation>} */
export const SLOPED_OPERATIONS = {
  take: {
    run: (out, { rows, columns }, a) => {
      rows.forEach((from, row) => {
        for (let k = 0; k < columns; k += 1) out[row * columns + k] = a.value[from * columns + k];
      });
    },
    slope: (given, _, { rows, columns }, a) => {
      if (!a.slope) return;
      rows.forEach((from, row) => {
        for (let k = 0; k < columns; k += 1) a.slope[from * columns + k] += given[row * columns + k];
      });
    },
  },
  concatenate: {
    run: (out, _, ...parts) => {
      let first = 0;
      for (const { value } of parts) {
        out.set(value, first);
        first += value.length;
      }
    },
    slope: (given, _, __, ...parts) => {
      let first = 0;
      for (const { value, slope } of parts) {
        if (slope) for (let k = 0; k < value.length; k += 1) slope[k] += given[first + k];
        first += value.length;
      }
    },
  },
  tensor: {
    run: (out, { tensor, columns }) => {
      for (let k = 0; k < out.length; k += 1) out[k] = tensor.value[Math.floor(k / columns)];
    },
    slope: (given, out, { tensor, columns }) => {
      if (tensor.slope) for (let k = 0; k < out.length; k += 1) tensor.slope[Math.floor(k / columns)] += given[k];
    },
  },
  matmul: matrixProduct(false),
  matmul_sizes: matrixProduct(true),
  matvec: {
    run: (out, { columns }, a, b) => {
      const width = b.value.length / columns;
      for (let k = 0; k < out.length; k += 1) {
        const [row, column] = [Math.floor(k / columns), k % columns];
        let sum = 0;
        for (let j = 0; j < width; j += 1) sum += a.value[(row * width + j) * columns + column] * b.value[j * columns + column];
        out[k] = sum;
      }
    },
    slope: (given, out, { columns }, a, b) => {
      const width = b.value.length / columns;
      for (let k = 0; k < out.length; k += 1) {
        const [row, column] = [Math.floor(k / columns), k % columns];
        for (let j = 0; j < width; j += 1) {
          const [ofMatrix, ofVector] = [(row * width + j) * columns + column, j * columns + column];
          if (a.slope) a.slope[ofMatrix] += given[k] * b.value[ofVector];
          if (b.slope) b.slope[ofVector] += given[k] * a.value[ofMatrix];
        }
      }
    },
  },
  add: sumOfTwo(1),
  subtract: sumOfTwo(-1),
  multiply: PRODUCT_OF_TWO,
  maximum: extremeOfTwo(1),
  minimum: extremeOfTwo(-1),
  scale: {
    run: (out, { factor }, a) => {
      for (let k = 0; k < out.length; k += 1) out[k] = factor * a.value[k];
    },
    slope: (given, out, { factor }, a) => {
      if (a.slope) for (let k = 0; k < out.length; k += 1) a.slope[k] += factor * given[k];
    },
  },
  lerp: {
    run: (out, _, z, a, b) => {
      for (let k = 0; k < out.length; k += 1) out[k] = a.value[k] + z.value[k] * (b.value[k] - a.value[k]);
    },
    slope: (given, out, _, z, a, b) => {
      for (let k = 0; k < out.length; k += 1) {
        if (z.slope) z.slope[k] += given[k] * (b.value[k] - a.value[k]);
        if (a.slope) a.slope[k] += given[k] * (1 - z.value[k]);
        if (b.slope) b.slope[k] += given[k] * z.value[k];
      }
    },
  },
  mean: {
    run: (out, { columns }, a) => meanOfRows(out, columns, a.value, (x) => x),
    slope: (given, _, { columns }, a) => {
      const rows = a.value.length / columns;
      if (a.slope) for (let k = 0; k < a.value.length; k += 1) a.slope[k] += given[k % columns] / rows;
    },
  },
  mean_square: {
    run: (out, { columns }, a) => meanOfRows(out, columns, a.value, (x) => x * x),
    slope: (given, _, { columns }, a) => {
      const rows = a.value.length / columns;
      if (a.slope) for (let k = 0; k < a.value.length; k += 1) a.slope[k] += (2 * a.value[k] * given[k % columns]) / rows;
    },
  },
  center: {
    run: (out, { columns }, a) => {
      const means = new Float64Array(columns);
      meanOfRows(means, columns, a.value, (x) => x);
      for (let k = 0; k < out.length; k += 1) out[k] = a.value[k] - means[k % columns];
    },
    slope: (given, out, { columns }, a) => {
      if (!a.slope) return;
      const means = new Float64Array(columns);
      meanOfRows(means, columns, given, (x) => x);
      for (let k = 0; k < out.length; k += 1) a.slope[k] += given[k] - means[k % columns];
    },
  },
  normalize: {
    run: (out, { epsilon, columns }, a, b) => {
      for (let k = 0; k < out.length; k += 1) out[k] = a.value[k] / Math.sqrt(b.value[k % columns] + epsilon);
    },
    slope: (given, out, { epsilon, columns }, a, b) => {
      for (let k = 0; k < out.length; k += 1) {
        const square = b.value[k % columns] + epsilon;
        if (a.slope) a.slope[k] += given[k] / Math.sqrt(square);
        if (b.slope) b.slope[k % columns] -= (0.5 * given[k] * out[k]) / square;
      }
    },
  },
  softmax: {
    run: (out, { columns }, a) => {
      for (let column = 0; column < columns; column += 1) {
        let [most, sum] = [-Infinity, 0];
        for (let k = column; k < out.length; k += columns) most = Math.max(most, a.value[k]);
        for (let k = column; k < out.length; k += columns) sum += out[k] = Math.exp(a.value[k] - most);
        for (let k = column; k < out.length; k += columns) out[k] /= sum;
      }
    },
    slope: (given, out, { columns }, a) => {
      if (!a.slope) return;
      for (let column = 0; column < columns; column += 1) {
        let sum = 0;
        for (let k = column; k < out.length; k += columns) sum += given[k] * out[k];
        for (let k = column; k < out.length; k += columns) a.slope[k] += out[k] * (given[k] - sum);
      }
    },
  },
  tanh: ofOne(Math.tanh, (_, y) => 1 - y * y),
  sigmoid: ofOne(logistic, (_, y) => y * (1 - y)),
  relu: ofOne((x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)),
  exp: ofOne((x) => Math.exp(Math.min(x, 80)), (x, y) => (x < 80 ? y : 0)), // no infinity minus infinity
  softplus: ofOne((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), logistic),
  silu: ofOne((x) => x * logistic(x), (x, y) => logistic(x) + y * (1 - logistic(x))),
  gelu: ofOne((x) => x * normalShareOf(x), (x) => normalShareOf(x) + x * normalDensity(x)),
  absolute: ofOne(Math.abs, Math.sign),
  square: ofOne((x) => x * x, (x) => 2 * x),
  reciprocal: ofOne((x) => 1 / x, (_, y) => -y * y),
  rsqrt: ofOne((x) => 1 / Math.sqrt(x), (x, y) => (-0.5 * y) / x),
  stored: ofOne((x) => x, () => 1),
};
