// What the frames of a film tell together.

/** The first frame from which on there are always two attracting fixed points or more; null where there is none. */
export function secondFixedPoint(frames) {
  const known = frames.filter((frame) => frame.stable !== null);
  const lastWithout = known.findLastIndex((frame) => frame.stable < 2);
  return known[lastWithout + 1] ?? null;
}
