// A machine that a reader writes as a table of transitions: `table: even a odd, even b even, odd a even, odd b odd; accept odd`.

import { BadInput, quotedText } from "../shared/errors.js";
import { acceptor } from "./machines.js";

const TABLE_HEAD = "table:";
const TABLE_REMEDY = "write table: even a odd, even b even, odd a even, odd b odd; accept odd";
const MOST_STATES_READ = 200;

/** Whether a text is such a table. */
export function isTable(text) {
  return text.trimStart().startsWith(TABLE_HEAD);
}

/**
 * The smallest acceptor of a table; the state that stands first is the start.
 * @param {string} text
 * @returns {import("./machines.js").Machine}
 * @throws {BadInput} it is no table, a transition is missing or twice there, or no word is accepted
 */
export function machineOfTable(text) {
  const [transitions, accepting, ...rest] = text.trim().slice(TABLE_HEAD.length).split(";").map((part) => part.trim());
  const words = accepting?.split(/\s+/) ?? [];
  const isWhole = !rest.length && words[0] === "accept" && words.length > 1;
  if (!isWhole) throw new BadInput("a table that ends with ; accept and states", quotedText(text), TABLE_REMEDY);
  const rows = transitions.split(",").map((row) => row.trim().split(/\s+/));
  const bad = rows.find((row) => row.length !== 3);
  if (bad) throw new BadInput("transitions of three words: state, letter, state", quotedText(bad.join(" ")), TABLE_REMEDY);
  const states = [...new Set(rows.flatMap(([from, , to]) => [from, to]))];
  const letters = [...new Set(rows.map(([, letter]) => letter))].sort();
  const isSmall = states.length <= MOST_STATES_READ;
  if (!isSmall) throw new BadInput(`up to ${MOST_STATES_READ} states`, `${states.length}`, "take a smaller machine");
  const stranger = words.slice(1).find((state) => !states.includes(state));
  if (stranger !== undefined) throw new BadInput("accepting states that have transitions", quotedText(stranger), "correct its name");
  const next = nextStates(rows);
  const delta = states.flatMap((from) => letters.map((letter) => states.indexOf(nextOf(next, from, letter))));
  const machine = acceptor(letters, delta, states.map((state) => (words.slice(1).includes(state) ? 1 : 0)));
  if (machine.output.includes(1)) return machine;
  throw new BadInput("a machine that accepts some word", "one that accepts none", "correct its transitions");
}

function nextStates(rows) {
  const next = new Map();
  for (const [from, letter, to] of rows) {
    const pair = JSON.stringify([from, letter]);
    if (next.has(pair)) throw new BadInput("one transition for a state and a letter", `two for ${from} and ${letter}`, "remove one");
    next.set(pair, to);
  }
  return next;
}

function nextOf(next, from, letter) {
  const to = next.get(JSON.stringify([from, letter]));
  if (to !== undefined) return to;
  throw new BadInput("a transition for each state and letter", `none for ${from} and ${letter}`, `add ${from} ${letter} …`);
}
