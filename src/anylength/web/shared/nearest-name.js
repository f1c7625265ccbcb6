// The known name that is most like a misspelt one, as Python's `difflib` finds it, so that both sides suggest the same.

/** A name is suggested from this similarity on, as in `anylength.base`. */
const LEAST_SIMILARITY = 0.4;

/**
 * The most similar name, or null where none is similar. Of several the last one in alphabetic order.
 * @param {string} word
 * @param {string[]} names
 * @returns {string | null}
 */
export function nearestName(word, names) {
  let best = { similarity: LEAST_SIMILARITY, name: null };
  for (const name of names) {
    const similarity = similarityOf(Array.from(name), Array.from(word));
    const isBetter = similarity > best.similarity || (similarity === best.similarity && name > (best.name ?? ""));
    if (isBetter) best = { similarity, name };
  }
  return best.name;
}

/** Twice the characters in matching blocks, divided by all characters (Ratcliff and Obershelp): 1 for equal texts. */
function similarityOf(first, second) {
  return (2 * matching(first, second)) / (first.length + second.length || 1);
}

/** The characters of the longest common block, and of those left and right of it. */
function matching(first, second) {
  const { i, j, size } = longestBlock(first, second);
  if (size === 0) return 0;
  const before = matching(first.slice(0, i), second.slice(0, j));
  return before + size + matching(first.slice(i + size), second.slice(j + size));
}

/** The longest block that both have; of several the one that is first in `first`, then in `second`. */
function longestBlock(first, second) {
  let best = { i: 0, j: 0, size: 0 };
  let ends = new Map(); // for each j the length of the common block that ends at i and j
  for (let i = 0; i < first.length; i += 1) {
    const next = new Map();
    for (let j = 0; j < second.length; j += 1) {
      if (first[i] !== second[j]) continue;
      const size = (ends.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { i: i - size + 1, j: j - size + 1, size };
    }
    ends = next;
  }
  return best;
}
