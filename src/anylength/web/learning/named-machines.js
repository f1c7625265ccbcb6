// The machines of tasks that have names: from the page's data to machines as the page has them.

/** The machine of a task out of the page's data, or null. */
export function namedMachine(name, data) {
  const own = data[name];
  if (!own) return null;
  const { delta, output, symbols, labels, letters, tapes } = own;
  const width = symbols.length;
  return {
    symbols, labels, letters, tapes, accepting: null, names: shortestWords(delta, symbols, width),
    delta: Int32Array.from(delta.flat()), output: Int32Array.from(output.flat()),
  };
}

function shortestWords(delta, symbols, width) {
  const [names, waiting] = [new Map([[0, ""]]), [0]];
  for (const state of waiting) {
    for (let symbol = 0; symbol < width; symbol += 1) {
      const next = delta[state][symbol];
      if (names.has(next)) continue;
      names.set(next, names.get(state) + symbols[symbol]);
      waiting.push(next);
    }
  }
  return delta.map((_, state) => names.get(state));
}
