// Boxes that close, found from the start of a net alone: hulls of images, a little enlarged.

const [ROUNDS, GROWTH] = [60, 0.02];
const [INFLATED_ROUNDS, INFLATION] = [30, 0.1];

/** Noises for which boxes are grown, so that they have room; the most room first. */
export const ROOMS_FOR_NOISE = [0.05, 0.01, 0.002, 0.0005];

/**
 * Boxes that close, or null if none are found. The start lies at 0 in all coordinates.
 * @param {import("./machines.js").Machine} machine
 * @param {number} width the coordinates of a box
 * @param {(boxes: import("./closure.js").Boxes) => import("./closure.js").Closure} closureAt
 */
export function grownFamily(machine, width, closureAt) {
  const grown = { low: new Float64Array(machine.names.length * width), high: new Float64Array(machine.names.length * width) };
  const met = new Uint8Array(machine.names.length);
  met[0] = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { images, wrong } = closureAt(grown);
    if (!addImages(grown, met, machine, images, wrong)) return null;
    const boxes = enlarged(grown, GROWTH);
    if (met.every(Boolean) && closureAt(boxes).closed) return boxes;
  }
  return met.every(Boolean) ? inflatedFamily(grown, machine, closureAt) : null;
}

/** Where a narrow side of a box depends on a wide one, it must grow with it: hulls of the images of enlarged boxes, again and again. */
function inflatedFamily(grown, machine, closureAt) {
  let boxes = enlarged(grown, INFLATION);
  for (let round = 0; round < INFLATED_ROUNDS; round += 1) {
    const { closed, images, wrong } = closureAt(boxes);
    if (closed) return boxes;
    const hull = { low: new Float64Array(boxes.low.length), high: new Float64Array(boxes.high.length) };
    const met = new Uint8Array(machine.names.length);
    met[0] = 1;
    if (!addImages(hull, met, machine, images, wrong, new Uint8Array(met.length).fill(1))) return null;
    boxes = enlarged(hull, INFLATION);
  }
  return null;
}

/** Makes boxes hold the images of those that are met already; false if an answer may be wrong there. */
function addImages({ low, high }, met, machine, images, wrong, before = met.slice()) {
  const [symbols, width] = [machine.symbols.length, low.length / met.length];
  for (let pair = 0; pair < wrong.length; pair += 1) {
    if (!before[Math.floor(pair / symbols)]) continue;
    if (wrong[pair]) return false;
    const next = machine.delta[pair];
    for (let unit = 0, at = pair * width, to = next * width; unit < width; unit += 1, at += 1, to += 1) {
      low[to] = met[next] ? Math.min(low[to], images.low[at]) : images.low[at];
      high[to] = met[next] ? Math.max(high[to], images.high[at]) : images.high[at];
    }
    met[next] = 1;
  }
  return true;
}

function enlarged({ low, high }, share) {
  const enlarge = (bounds, others) => bounds.map((bound, at) => bound + share * (bound - others[at]));
  return { low: enlarge(low, high), high: enlarge(high, low) };
}
