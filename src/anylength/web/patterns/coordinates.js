// Which two coordinates of the boxes a picture shows, and what of them must be in sight.

const CLEAR = 0.01; // a gap between two boxes, as a share of the picture, that can be seen
const WIDE = 0.1;

/** The pair of coordinates in which boxes are farthest apart; the first of them may be given. */
export function clearestPair(boxes, states, units, first = null) {
  const gaps = Array.from({ length: units }, (_, unit) => gapsAlong(boxes, states, units, unit));
  let [best, most] = [[0, 1 % units], -Infinity];
  for (let a = 0; a < units; a += 1) {
    for (let b = 0; b < units; b += 1) {
      if (a === b || (first !== null && first !== a)) continue;
      let score = a < b ? 1e-9 : 0;
      gaps[a].forEach((gap, pair) => (score += clarity(gap, gaps[b][pair])));
      if (score > most) [best, most] = [[a, b], score];
    }
  }
  return best;
}

function clarity(a, b) {
  const gap = Math.max(a, b);
  const apart = gap < CLEAR ? gap - 1 : Math.min(WIDE, gap);
  return apart + WIDE * Math.min(WIDE, Math.min(a, b));
}

/** For each pair of boxes the gap between them along one coordinate, as a share of all; below 0 where they overlap. */
function gapsAlong({ low, high }, states, units, unit) {
  const { least, most } = extent({ low, high }, units, unit);
  const gaps = [];
  for (let p = 0; p < states; p += 1) {
    for (let q = 0; q < p; q += 1) {
      const [a, b] = [p * units + unit, q * units + unit];
      gaps.push((Math.max(low[a], low[b]) - Math.min(high[a], high[b])) / (most - least || 1));
    }
  }
  return gaps;
}

/** Whether no two boxes overlap in the picture of their clearest pair. */
export function areApart(boxes, states, units) {
  const [a, b] = clearestPair(boxes, states, units).map((unit) => gapsAlong(boxes, states, units, unit));
  return a.every((gap, pair) => Math.max(gap, b[pair]) > 0);
}

/** The range of one coordinate over some families of boxes. */
function extent({ low, high }, units, unit) {
  let [least, most] = [Infinity, -Infinity];
  for (let at = unit; at < low.length; at += units) {
    least = Math.min(least, low[at]);
    most = Math.max(most, high[at]);
  }
  return { least, most };
}

/** A coordinate, and its range over the boxes and images of a frame. */
export function axisOf({ boxes, images }, units, unit) {
  const [a, b] = [extent(boxes, units, unit), extent(images, units, unit)];
  return { unit, least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) };
}

/** An axis between two. */
export function axisBetween(a, b, share) {
  return { unit: b.unit, least: a.least + share * (b.least - a.least), most: a.most + share * (b.most - a.most) };
}

/** An axis that shows what both show. */
export function axisOfBoth(a, b) {
  return { unit: b.unit, least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) };
}
