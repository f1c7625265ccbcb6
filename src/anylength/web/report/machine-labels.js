// Room for the labels of a machine's arrows: each label takes the first of its possible places that is free.

import { STATE_RADIUS } from "./machine-shapes.js";

const LABEL_CHARACTER_WIDTH = 6.2; // of a label, in units of the picture
const LABEL_HEIGHT = 14;

/** The boxes that states and labels take: [left, top, right, bottom]. */
export class LabelRoom {
  constructor(places) {
    this.boxes = places.map(([x, y]) => [x - STATE_RADIUS, y - STATE_RADIUS, x + STATE_RADIUS, y + STATE_RADIUS]);
  }

  /** Takes the first place [x, y] whose label overlaps nothing, or the one where it overlaps least. */
  take(places, label) {
    const boxes = places.map((place) => labelBox(place, label));
    const overlaps = boxes.map((box) => this.boxes.reduce((sum, other) => sum + overlap(box, other), 0));
    const best = overlaps.indexOf(Math.min(...overlaps));
    this.boxes.push(boxes[best]);
    return places[best];
  }
}

/** The box of a label whose baseline is centred at a place. */
function labelBox([x, y], label) {
  const half = (label.length * LABEL_CHARACTER_WIDTH) / 2;
  return [x - half, y - LABEL_HEIGHT + 3, x + half, y + 3];
}

/** The area that two boxes share. */
function overlap(first, second) {
  const width = Math.min(first[2], second[2]) - Math.max(first[0], second[0]);
  const height = Math.min(first[3], second[3]) - Math.max(first[1], second[1]);
  return Math.max(0, width) * Math.max(0, height);
}
