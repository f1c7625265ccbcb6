// Random orthogonal matrices.

/** A random orthogonal matrix [n, n], by Gram and Schmidt, each row twice. */
export function orthogonal(n, normal) {
  const rows = Array.from({ length: n }, () => Float64Array.from({ length: n }, normal));
  const product = (a, b) => a.reduce((sum, value, at) => sum + value * b[at], 0);
  rows.forEach((row, number) => {
    for (let pass = 0; pass < 2; pass += 1) {
      for (const earlier of rows.slice(0, number)) {
        const share = product(row, earlier);
        row.forEach((_, at) => (row[at] -= share * earlier[at]));
      }
    }
    const length = Math.sqrt(product(row, row));
    row.forEach((_, at) => (row[at] /= length));
  });
  return Float64Array.from(rows.flatMap((row) => [...row]));
}
