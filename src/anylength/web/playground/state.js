// The state of the page as the query of its address, so that a link leads to the same place. Pure functions.

const NUMBERS = ["hidden", "seed", "tour"];
const SETTING_TEXTS = ["task", "cell", "recipe", "data"];
const TEXTS = [...SETTING_TEXTS, "run", "view"];
const MOST_NUMBER_LENGTH = 500; // digits of an asked number in the address: browsers cut long addresses
const MOST_TEXT_LENGTH = 200;

/** Steps of the guided tour. */
const TOUR_STEPS = 5;

/** The state in the query of an address; parts that are malformed are left out. */
export function readState(search) {
  const query = new URLSearchParams(search);
  const state = { numbers: query.getAll("n").filter((text) => text.length <= MOST_NUMBER_LENGTH) };
  for (const name of TEXTS) if (query.get(name)) state[name] = query.get(name).slice(0, MOST_TEXT_LENGTH);
  for (const name of NUMBERS) {
    const text = query.get(name) ?? "";
    if (/^\d{1,10}$/.test(text)) state[name] = Number(text);
  }
  if (state.tour !== undefined) state.tour = Math.min(Math.max(state.tour, 1), TOUR_STEPS);
  return state;
}

/** The query of a state, "?" first. */
export function writeState(state) {
  const query = new URLSearchParams();
  for (const name of [...TEXTS, ...NUMBERS]) {
    if (state[name] !== undefined && state[name] !== null && state[name] !== "") query.set(name, String(state[name]));
  }
  for (const number of state.numbers ?? []) if (number.length <= MOST_NUMBER_LENGTH) query.append("n", number);
  return `?${query}`;
}

/** A change of state that takes all settings of a training out of the address. */
export function withoutSettings() {
  return Object.fromEntries([...SETTING_TEXTS, "hidden", "seed"].map((name) => [name, undefined]));
}
