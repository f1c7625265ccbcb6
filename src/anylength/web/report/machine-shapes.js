// What the pictures of states and arrows have in common.

/** Radius of a state's circle. */
export const STATE_RADIUS = 26;

/** A text cut to a number of characters. */
export function shortLabel(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
