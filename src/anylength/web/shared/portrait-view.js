// The view of a portrait: from the plane of states to the units of the picture.

/** Size of the picture, and the free room around what it shows. */
export const PORTRAIT_SIZE = { width: 460, height: 400, pad: 14 };

/** Free room around points without a grid, as a share of their extent, and at least: a single point has no extent. */
const ROOM = { share: 0.08, least: 1e-3 };

/** How far a path may move a side of the grid outwards, as a share of the grid's extent. */
const MOST_GROWTH = 0.25;

/**
 * A view that shows a picture and a path: {x(point), y(point), inside(point), low, high, units (of the plane for one unit of the picture)}.
 * `inside` gives [x, y], at the edge of the picture for a point beyond it.
 */
export function portraitView(picture, path) {
  const { width, height, pad } = PORTRAIT_SIZE;
  const [low, high] = picture.corners ? cornersAround(picture.corners, path) : cornersOf([...pointsOf(picture), ...path]);
  const share = (point, axis) => (point[axis] - low[axis]) / (high[axis] - low[axis] || 1);
  const x = (point) => clamped(pad + share(point, 0) * (width - 2 * pad), width);
  const y = (point) => clamped(height - pad - share(point, 1) * (height - 2 * pad), height);
  const inside = (point) => [clampedTo(x(point), pad, width - pad), clampedTo(y(point), pad, height - pad)];
  const units = [(high[0] - low[0]) / (width - 2 * pad), (high[1] - low[1]) / (height - 2 * pad)];
  return { x, y, inside, low, high, units };
}

/** A line through points as the `d` of a path. */
export function linePath(points, view) {
  return points.map((point, i) => `${i ? "L" : "M"}${view.x(point).toFixed(1)} ${view.y(point).toFixed(1)}`).join("");
}

function pointsOf(picture) {
  const orbits = picture.orbits.flatMap((orbit) => orbit.points);
  return [...(picture.states ?? []), ...orbits, ...picture.marks.map((mark) => mark.at)];
}

/** The corners of a grid, moved out where a path leaves it, but not so far that the grid becomes a sliver: then the path leaves the picture. */
function cornersAround([low, high], path) {
  const moved = [0, 1].map((axis) => {
    const values = path.map((point) => point[axis]).filter(Number.isFinite);
    const room = MOST_GROWTH * (high[axis] - low[axis]);
    return [
      Math.max(low[axis] - room, Math.min(low[axis], ...values)),
      Math.min(high[axis] + room, Math.max(high[axis], ...values)),
    ];
  });
  return [moved.map((range) => range[0]), moved.map((range) => range[1])];
}

/** The lower left and the upper right corner around points, with room. */
function cornersOf(points) {
  if (!points.length)
    return [
      [-1, -1],
      [1, 1],
    ];
  const ranges = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = ROOM.share * (high - low) + ROOM.least;
    return [low - room, high + room];
  });
  return [ranges.map((range) => range[0]), ranges.map((range) => range[1])];
}

/** A place in the picture; one far outside is moved nearer, for browsers draw shapes at huge coordinates badly. */
function clamped(value, size) {
  return clampedTo(value, -size, 2 * size);
}

function clampedTo(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
