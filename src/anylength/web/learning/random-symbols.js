// Random words of a machine.

/** Symbols of a random word that stays away from states that no word leaves, where it can. */
export function randomSymbols(machine, length, random = Math.random) {
  const width = machine.symbols.length;
  const isTrap = machine.names.map((_, state) => machine.delta.slice(state * width, (state + 1) * width).every((next) => next === state));
  let at = 0;
  return Array.from({ length }, () => {
    const all = Array.from({ length: width }, (_, symbol) => symbol);
    const open = all.filter((symbol) => !isTrap[machine.delta[at * width + symbol]]);
    const choice = open.length ? open : all;
    const symbol = choice[Math.floor(random() * choice.length)];
    at = machine.delta[at * width + symbol];
    return symbol;
  });
}
