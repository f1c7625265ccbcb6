// How a net reads symbols: one digit a tape, each as a one-hot vector.

/** For each symbol the rows of the input's weights that it reads: one a tape. */
export function digitsOf({ symbols, letters, tapes }) {
  return symbols.map((_, symbol) =>
    Array.from({ length: tapes }, (__, tape) => tape * letters + (Math.floor(symbol / letters ** tape) % letters)),
  );
}
