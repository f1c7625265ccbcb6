// The state of the page as the query of its address, so that a link leads to the same place. Pure functions.

import { quotedText } from "../shared/errors.js";
import { rangeWords, wholeNumber } from "../shared/whole-numbers.js";

/** Steps of the guided tour. */
const TOUR_STEPS = 5;

const SETTINGS = ["task", "cell", "recipe", "data", "hidden", "seed"];
const ORDER = ["task", "cell", "recipe", "data", "run", "view", "hidden", "seed", "tour"];
const MOST_NUMBER_LENGTH = 500; // characters of an asked number or word in the address: browsers cut long addresses
const MOST_TEXT_LENGTH = 200;
const MOST_SAID = 5; // bad values that are told one by one
const MOST_LISTED = 6; // allowed names that are told: the form lists all of them

/**
 * The state in the query of an address, and what was left out of it because it is not allowed: [state, sentence or ""]. `choices` are the
 * server's.
 */
export function readState(search, choices) {
  const query = new URLSearchParams(search);
  const state = { numbers: query.getAll("n").filter((text) => text.length <= MOST_NUMBER_LENGTH) };
  const bad = query.getAll("n").length > state.numbers.length ? [`a number of more than ${MOST_NUMBER_LENGTH} digits`] : [];
  const readers = readersOf(choices, query.get("task"));
  for (const name of new Set(query.keys())) {
    if (name === "n" || query.get(name) === "") continue;
    const allowed = Object.hasOwn(readers, name) ? readers[name](query.get(name)) : { says: `there are ${ORDER.join(", ")} and n` };
    if (allowed.says === undefined) state[name] = allowed.value;
    else bad.push(`${name}=${quotedText(query.get(name))} (${allowed.says})`);
  }
  return [state, addressWords(bad)];
}

function addressWords(bad) {
  if (!bad.length) return "";
  const rest = bad.length > MOST_SAID ? [`${bad.length - MOST_SAID} more`] : [];
  return `The page leaves out what is not allowed in its address: ${[...bad.slice(0, MOST_SAID), ...rest].join("; ")}.`;
}

/** For each name in an address a function from its text to {value}, or to {says} what is allowed instead. */
function readersOf({ tasks, cells, recipes, limits }, taskName) {
  const task = tasks.find(({ name }) => name === taskName) ?? tasks[0];
  return {
    task: oneOf(tasks.map(({ name }) => name)),
    cell: oneOf(cells.map(({ name }) => name)),
    recipe: oneOf(recipes.map(({ name }) => name)),
    data: oneOf(task.data),
    view: oneOf(["gallery"]),
    run: (text) => (text.length <= MOST_TEXT_LENGTH ? { value: text } : { says: `at most ${MOST_TEXT_LENGTH} characters` }),
    hidden: within({ what: "hidden units", least: 1, most: limits.hidden }),
    seed: within({ what: "for the seed", least: 0, most: limits.seed }),
    tour: within({ what: "for a step of the tour", least: 1, most: TOUR_STEPS }),
  };
}

function oneOf(names) {
  const listed = [...names.slice(0, MOST_LISTED), ...(names.length > MOST_LISTED ? ["…"] : [])];
  return (text) => (names.includes(text) ? { value: text } : { says: `allowed: ${listed.join(", ")}` });
}

function within(limits) {
  return (text) => {
    try {
      return { value: wholeNumber(text, limits) };
    } catch {
      return { says: `allowed: ${rangeWords(limits)}` };
    }
  };
}

/** The query of a state, "?" first. */
export function writeState(state) {
  const query = new URLSearchParams();
  for (const name of ORDER) {
    if (state[name] !== undefined && state[name] !== null && state[name] !== "") query.set(name, String(state[name]));
  }
  for (const number of state.numbers ?? []) if (number.length <= MOST_NUMBER_LENGTH) query.append("n", number);
  return `?${query}`;
}

/** Whether a state has settings of a training of its own. */
export function hasSettings(state) {
  return SETTINGS.some((name) => state[name] !== undefined);
}

/** A change of state that takes all settings of a training out of the address. */
export function withoutSettings() {
  return Object.fromEntries(SETTINGS.map((name) => [name, undefined]));
}
