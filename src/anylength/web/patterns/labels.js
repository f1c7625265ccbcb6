// Places for the boxes' labels: beside their boxes, and not on each other or on other boxes where that can be.

const GAP = 4;

/**
 * @param {object[]} boxes on the screen
 * @param {number[]} widths of the texts
 * @param {number} size their height
 * @param {object[]} obstacles areas that are better left free
 * @param {{width: number, height: number}} canvas
 * @returns {[number, number][]} the start of each text's base line
 */
export function placedLabels(boxes, widths, size, obstacles, canvas) {
  const taken = [...obstacles];
  return boxes.map((box, number) => {
    const others = [...taken, ...boxes.filter((_, other) => other !== number)];
    const places = candidatePlaces(box, widths[number], size);
    const costs = places.map((place) => costOf(areaOf(place, widths[number], size), others, canvas));
    const best = places[costs.indexOf(Math.min(...costs))];
    taken.push(areaOf(best, widths[number], size));
    return best;
  });
}

/** Above, below, inside at the top, and at the sides, the most liked first. */
function candidatePlaces(box, width, size) {
  const [above, below, middle] = [box.top - GAP, box.bottom + size + 1, box.y + size / 3];
  const inside = box.right - box.left > width + 2 * GAP && box.bottom - box.top > size + 2 * GAP;
  return [
    [box.left + 2, above], ...(inside ? [[box.left + GAP + 2, box.top + size + 1]] : []), [box.left + 2, below],
    [box.right - width, above], [box.right - width, below], [box.right + GAP, middle], [box.left - width - GAP, middle],
    [box.left + 2, above - size], [box.left + 2, below + size],
  ];
}

function areaOf([x, y], width, size) {
  return { left: x, right: x + width, top: y - size, bottom: y + 2 };
}

function costOf(area, others, canvas) {
  const outside = Math.max(0, -area.left, area.right - canvas.width, -area.top, area.bottom - canvas.height);
  return others.reduce((sum, other) => sum + overlap(area, other), 1e4 * outside);
}

function overlap(a, b) {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return across > 0 && down > 0 ? across * down : 0;
}
