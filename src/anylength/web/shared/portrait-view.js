// The view of a portrait: from the plane of states to the units of the picture.

/** Size of the picture, and the free room around what it shows. */
export const PORTRAIT_SIZE = { width: 460, height: 400, pad: 14 };

/** Free room around points without a grid, as a share of their extent, and at least: a single point has no extent. */
const ROOM = { share: 0.08, least: 1e-3 };

/** A view that shows a picture and a path: {x(point), y(point), low, high, units (of the plane for one unit of the picture)}. */
export function portraitView(picture, path) {
  const { width, height, pad } = PORTRAIT_SIZE;
  const [low, high] = picture.corners ? cornersAround(picture.corners, path) : cornersOf([...pointsOf(picture), ...path]);
  const share = (point, axis) => (point[axis] - low[axis]) / (high[axis] - low[axis] || 1);
  const x = (point) => clamped(pad + share(point, 0) * (width - 2 * pad), width);
  const y = (point) => clamped(height - pad - share(point, 1) * (height - 2 * pad), height);
  const units = [(high[0] - low[0]) / (width - 2 * pad), (high[1] - low[1]) / (height - 2 * pad)];
  return { x, y, low, high, units };
}

/** A line through points as the `d` of a path. */
export function linePath(points, view) {
  return points.map((point, i) => `${i ? "L" : "M"}${view.x(point).toFixed(1)} ${view.y(point).toFixed(1)}`).join("");
}

function pointsOf(picture) {
  const orbits = picture.orbits.flatMap((orbit) => orbit.points);
  return [...(picture.states ?? []), ...orbits, ...picture.marks.map((mark) => mark.at)];
}

/** The corners of a grid, moved out where a path leaves it. */
function cornersAround([low, high], path) {
  const leaves = path.some((point) => point.some((value, axis) => value < low[axis] || value > high[axis]));
  return leaves ? cornersOf([low, high, ...path]) : [low, high];
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
  return Math.min(Math.max(value, -size), 2 * size);
}
