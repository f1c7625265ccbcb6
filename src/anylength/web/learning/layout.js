// Places for a machine's states on a circle, neighbours close together. Two coordinates of a net start there, for the picture.

/** For each of the states its place, 0 to Q - 1: swaps of two states, while one makes the transitions shorter. */
export function placesOnCircle({ delta, symbols, names }) {
  const count = names.length;
  const places = Array.from(names, (_, state) => state);
  const half = Math.PI / count;
  const apart = (a, b) => Math.abs(Math.sin(half * (places[a] - places[b])));
  const length = () => delta.reduce((sum, next, at) => sum + apart(Math.floor(at / symbols.length), next), 0);
  const swap = (a, b) => ([places[a], places[b]] = [places[b], places[a]]);
  let best = length();
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (let a = 0; a < count; a += 1) {
      for (let b = 0; b < a; b += 1) {
        swap(a, b);
        const now = length();
        if (now < best - 1e-9) [best, isBetter] = [now, true];
        else swap(a, b);
      }
    }
  }
  return places;
}
