// A picture of the vectors that lie on a stack or on a tape.

import { svg } from "../shared/dom.js";

const [WIDTH, GAP, STRIPE, LABEL, HEAD] = [26, 4, 6, 20, 12]; // in pixels

/** What an entry takes from left to right, with its gap, in pixels. */
export const ENTRY_STEP = WIDTH + GAP;

/**
 * Entries side by side: a stripe for each number, the label below, and perhaps the head above.
 * @param {{values: Float32Array | number[], label: string, place: number}[]} shown
 * @param {string} says the picture in words
 * @param {{slots: number, scale?: number, head?: number | null}} options the head is above the entry at this place
 */
export function entriesPicture(shown, says, { slots, head = null, scale = 1 }) {
  const step = ENTRY_STEP;
  const top = head === null ? 0 : HEAD;
  const stripes = shown[0]?.values.length ?? 0;
  const high = Math.max(stripes, 1) * STRIPE;
  const [width, height] = [slots * step, top + high + LABEL];
  const group = svg("g", {}, ...shown.flatMap((entry) => entryShapes(entry, { top, high, step })));
  const marker = head !== null && svg("path", { class: "head", d: `M${head * step + WIDTH / 2 - 8} 0h16l-8 ${HEAD - 2}z` });
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width: scale * width, height: scale * height, role: "img", "aria-label": says }, group, marker);
}

function entryShapes({ values, label, place }, { top, high, step }) {
  const x = place * step;
  const stripes = Array.from(values, (value, number) => svg("rect", {
    x, y: top + number * STRIPE, width: WIDTH, height: STRIPE, class: value >= 0 ? "up" : "down",
    "fill-opacity": Math.min(1, Math.abs(value)).toFixed(2),
  }));
  const frame = svg("rect", { x: x + 0.5, y: top + 0.5, width: WIDTH - 1, height: high - 1, class: "frame" });
  const text = svg("text", { x: x + WIDTH / 2, y: top + high + 15, "text-anchor": "middle" }, label);
  return [...stripes, frame, text];
}
