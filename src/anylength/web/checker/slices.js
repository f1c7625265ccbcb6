// Slices of an ellipsoid c + L u, |u| <= 1, by the first number of u, and an ellipsoid around each. All nodes share a
// few cuts.

import { FORM_UNIT, formOfSlice } from "./forms.js";
import { demand, integerOf, itemsOf } from "./strict.js";

const MOST_SLICES = 64;
const WIDEST = 2 * Number(FORM_UNIT);

/**
 * The slices of each cut, by their number, if they leave no state out, or Refused. A new cut begins after one that ends at 1. A slice
 * has the states with u_1 from the last slice's end, or -1, to its own end. They are among those with u_1 = shift + along w_1, and u_k =
 * across w_k for the others, |w| <= 1: of all u_1 in the slice, one of its ends needs the largest |w|, as along <= across. All is in
 * units of 2^-32.
 */
export function readCuts(rows) {
  const cuts = new Map();
  let [start, slices] = [-FORM_UNIT, []];
  for (const row of itemsOf(rows, "the list of slices", 2, MOST_SLICES)) {
    const numbers = itemsOf(row, "a slice", 4, 4).map((x) => BigInt(integerOf(x, "a slice", -Number(FORM_UNIT), WIDEST)));
    const [end, shift, along, across] = numbers;
    const follows = start < end && end <= FORM_UNIT && along > 0n && along <= across;
    demand(follows, "slices do not follow each other, or are no slices");
    for (const first of [start, end]) {
      const most = (across * (first - shift)) ** 2n + along ** 2n * (FORM_UNIT ** 2n - first ** 2n);
      demand(most <= (along * across) ** 2n, "a slice does not lie in its ellipsoid");
    }
    slices.push({ shift, along, across });
    start = end;
    if (end === FORM_UNIT) {
      demand(slices.length > 1 && !cuts.has(slices.length), "a cut has one slice, or as many as another");
      cuts.set(slices.length, slices);
      [start, slices] = [-FORM_UNIT, []];
    }
  }
  demand(!slices.length, "the slices do not end at 1");
  return cuts;
}

/** How each piece of an ellipsoid is cut out of it, given the next node or the fork, and how many rows of weights there are. */
export function cuttingsOf(after, count, cuts) {
  if (after instanceof Map) {
    const [axis, parts] = [after.get("axis").map(BigInt), after.get("nodes")];
    return cuts.get(parts.length).flatMap((slice, k) => cuttingsOf(parts[k], 1, cuts).map((cutting) => [{ axis, slice }, ...cutting]));
  }
  return count > 1 ? cuts.get(count).map((slice) => [{ axis: [], slice }]) : [[]];
}

/**
 * All states of a slice, and some beside it: a form for each number of a state, given those of what is cut. With an axis v the slices are
 * by the first number of H u, H = 1 - 2 v v^T / |v|^2, and a row of L becomes one of L H.
 */
export function formsOfSlice(forms, { axis, slice }) {
  return forms.map((own) => formOfSlice(own, slice, axis));
}
