// The arrows as a table, for readers who do not see the picture.

import { tableBehind } from "../shared/dom.js";

/** A folded table of all arrows of a proved net. */
export function arrowTable(machine) {
  const heads = ["After the word", "reads", "goes to the box of", "answer"];
  const word = (state) => (state ? machine.names[state] : "nothing yet");
  return tableBehind("The arrows of the picture", heads, () =>
    Array.from(machine.delta, (next, pair) => [
      word(Math.floor(pair / machine.symbols.length)), machine.symbols[pair % machine.symbols.length], word(next),
      machine.labels[machine.output[pair]],
    ]),
  );
}
