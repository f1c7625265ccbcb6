// What the address says: the whole state of the page, so that a link leads to the same place. Pure functions.

const WHOLE = ["hidden", "seed", "tour"];
const TEXTS = ["task", "cell", "recipe", "data", "run", "view"];
const MOST_TEXT = 500;
export const TOUR_STEPS = 5;

/** The state in the query of an address; what makes no sense is left out. */
export function readState(search) {
  const query = new URLSearchParams(search);
  const state = { numbers: query.getAll("n").filter((text) => text.length <= MOST_TEXT) };
  for (const name of TEXTS) if (query.get(name)) state[name] = query.get(name).slice(0, 200);
  for (const name of WHOLE) {
    const text = query.get(name) ?? "";
    if (/^\d{1,10}$/.test(text)) state[name] = Number(text);
  }
  if (state.tour !== undefined) state.tour = Math.min(Math.max(state.tour, 1), TOUR_STEPS);
  return state;
}

/** The query of a state, "?" first. */
export function writeState(state) {
  const query = new URLSearchParams();
  for (const name of [...TEXTS, ...WHOLE]) {
    if (state[name] !== undefined && state[name] !== null && state[name] !== "") query.set(name, String(state[name]));
  }
  for (const number of state.numbers ?? []) if (number.length <= MOST_TEXT) query.append("n", number);
  return `?${query}`;
}

/** The settings of a training in a state: what the server is asked for. */
export function settingsOf(state) {
  const names = ["task", "cell", "hidden", "recipe", "data", "seed"];
  return Object.fromEntries(
    names.filter((name) => state[name] !== undefined && state[name] !== "").map((name) => [name, state[name]]),
  );
}
