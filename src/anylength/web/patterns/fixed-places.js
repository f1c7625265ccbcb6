// A fixed place for each state of a larger machine: in rows, from left to right and back, so that a state stands near those it leads to.

const [FEW_STATES, FEW_ARROWS] = [8, 40]; // of a machine whose boxes stand where their numbers are
const [ACROSS, DOWN] = [0.5, 0.42]; // of a state's room, taken by its box
const STAGGER = 0.12; // of the height, so that arrows do not run through boxes
const OUTSIDE = 0.25; // how far beyond its box an image is drawn that misses it, as a share of the box

/** Whether the boxes of a machine have fixed places. */
export function hasFixedPlaces({ names, delta }) {
  return names.length > FEW_STATES || delta.length > FEW_ARROWS;
}

/** The place of each state's box on the canvas: left, top, right, bottom. */
export function fixedPlaces({ names, delta, symbols }, { width, height }) {
  const order = new Set([0]);
  for (const state of order) for (let symbol = 0; symbol < symbols.length; symbol += 1) order.add(delta[state * symbols.length + symbol]);
  const across = Math.min(names.length, Math.max(2, Math.round(Math.sqrt((names.length * width) / height))));
  const [roomX, roomY] = [width / across, height / Math.ceil(names.length / across)];
  const places = [];
  [...order].forEach((state, at) => {
    const [row, step] = [Math.floor(at / across), at % across];
    const column = row % 2 ? across - 1 - step : step;
    const [x, y] = [(column + 0.5) * roomX, (row + 0.54 + (column % 2 ? STAGGER : -STAGGER)) * roomY];
    places[state] = { left: x - (ACROSS / 2) * roomX, right: x + (ACROSS / 2) * roomX, top: y - (DOWN / 2) * roomY, bottom: y + (DOWN / 2) * roomY };
  });
  return places;
}

/** A function to the screen for what is in one box, whose low and high ends are given along the two axes. */
export function placeInBox({ left, right, top, bottom }, ends) {
  return (side, value) => {
    const { low, high } = ends[side];
    const share = Math.min(1 + OUTSIDE, Math.max(-OUTSIDE, (value - low) / (high - low || 1)));
    return side === 0 ? left + share * (right - left) : bottom - share * (bottom - top);
  };
}

/** The arrows that lead from one state to the same other one, together: [{pairs, text}]. */
export function bundles({ delta, symbols }) {
  const found = new Map();
  delta.forEach((target, pair) => {
    const key = `${Math.floor(pair / symbols.length)} ${target}`;
    found.set(key, [...(found.get(key) ?? []), pair]);
  });
  return [...found.values()].map((pairs) => {
    const texts = pairs.map((pair) => symbols[pair % symbols.length]);
    return { pairs, text: texts.length > 5 ? `${texts.slice(0, 2).join(" ")} … ${texts.at(-1)}` : texts.join(" ") };
  });
}
