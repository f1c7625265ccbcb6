// Short forms of the names of machine states and of answers, for columns that are too narrow for the names.

/** Characters of an answer that a column of the strip can be made wide enough for. */
const MOST_CHARACTERS = 6;

/** A letter for each name that tells it from the others: its first one, else its last one, else its number. */
export function lettersFor(names) {
  const choices = [(name) => Array.from(name)[0], (name) => Array.from(name).at(-1), (_, i) => String(i)];
  const letters = choices.map((choose) => names.map(choose));
  return letters.find((choice) => new Set(choice).size === names.length) ?? letters.at(-1);
}

/** The names themselves where all of them fit into a column, else their letters. */
export function namesForColumns(names) {
  return names.every((name) => name.length <= MOST_CHARACTERS) ? names : lettersFor(names);
}
