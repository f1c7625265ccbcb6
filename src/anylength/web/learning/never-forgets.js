// What a linear recurrence cannot hold: states of a machine that stay apart for ever. As `anylength.training.limits`.

/**
 * Whether two states of a smallest machine stay apart along some endless word, so that no number of last symbols tells the state.
 * Pairs of states that all words join are taken away, again and again.
 * @param {{delta: Int32Array, names: string[], symbols: string[]}} machine
 */
export function neverForgets({ delta, names, symbols }) {
  const count = names.length;
  let apart = new Set(Array.from({ length: count * count }, (_, pair) => pair).filter((pair) => pair % count < Math.floor(pair / count)));
  const next = (state, symbol) => delta[state * symbols.length + symbol];
  const pairOf = (a, b) => Math.max(a, b) * count + Math.min(a, b);
  const stays = (pair) => symbols.some((_, symbol) =>
    apart.has(pairOf(next(Math.floor(pair / count), symbol), next(pair % count, symbol))));
  for (;;) {
    const left = new Set([...apart].filter(stays));
    if (left.size === apart.size) return left.size > 0;
    apart = left;
  }
}
