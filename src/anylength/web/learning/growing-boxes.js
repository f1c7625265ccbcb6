// Boxes that close, grown from the start of a net alone: hulls of images, a little enlarged.

const [ROUNDS, GROWTH] = [60, 0.02];

/** Noises for which boxes are grown, so that they have room; the most room first. */
export const ROOMS_FOR_NOISE = [0.05, 0.01, 0.002, 0.0005];

/**
 * Boxes that close, or null if none are found. The start lies at 0 in all coordinates.
 * @param {import("./machines.js").Machine} machine
 * @param {number} width the coordinates of a box
 * @param {(boxes: import("./closure.js").Boxes) => import("./closure.js").Closure} closureAt
 */
export function grownFamily(machine, width, closureAt) {
  const [states, symbols] = [machine.names.length, machine.symbols.length];
  const [low, high] = [new Float64Array(states * width), new Float64Array(states * width)];
  const met = new Uint8Array(states);
  met[0] = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { images, wrong } = closureAt({ low, high });
    const before = met.slice();
    for (let pair = 0; pair < wrong.length; pair += 1) {
      if (!before[Math.floor(pair / symbols)]) continue;
      if (wrong[pair]) return null;
      const next = machine.delta[pair];
      for (let unit = 0, at = pair * width, to = next * width; unit < width; unit += 1, at += 1, to += 1) {
        low[to] = met[next] ? Math.min(low[to], images.low[at]) : images.low[at];
        high[to] = met[next] ? Math.max(high[to], images.high[at]) : images.high[at];
      }
      met[next] = 1;
    }
    const enlarge = (bounds, others) => bounds.map((bound, at) => bound + GROWTH * (bound - others[at]));
    const boxes = { low: enlarge(low, high), high: enlarge(high, low) };
    if (met.every(Boolean) && closureAt(boxes).closed) return boxes;
  }
  return null;
}
