// Slices of an ellipsoid c + L u, |u| <= 1, by the first number of u, and an ellipsoid around each. One cut is for all nodes.

import { FORM_UNIT, formOfSlice } from "./forms.js";
import { demand, integerOf, itemsOf } from "./strict.js";

const MOST_SLICES = 64;
const WIDEST = 2 * Number(FORM_UNIT);

/**
 * The slices, if they leave no state out, or Refused. A slice has the states with u_1 from the last slice's end, or -1, to its own end.
 * They are among those with u_1 = shift + along w_1, and u_k = across w_k for the others, |w| <= 1: of all u_1 in the slice, one of its
 * ends needs the largest |w|, as along <= across. All is in units of 2^-32.
 */
export function readSlices(rows) {
  let start = -FORM_UNIT;
  const slices = itemsOf(rows, "the list of slices", 2, MOST_SLICES).map((row) => {
    const numbers = itemsOf(row, "a slice", 4, 4).map((x) => BigInt(integerOf(x, "a slice", -Number(FORM_UNIT), WIDEST)));
    const [end, shift, along, across] = numbers;
    const follows = start < end && end <= FORM_UNIT && along > 0n && along <= across;
    demand(follows, "slices do not follow each other, or are no slices");
    for (const first of [start, end]) {
      const most = (across * (first - shift)) ** 2n + along ** 2n * (FORM_UNIT ** 2n - first ** 2n);
      demand(most <= (along * across) ** 2n, "a slice does not lie in its ellipsoid");
    }
    start = end;
    return { shift, along, across };
  });
  demand(start === FORM_UNIT, "the slices do not end at 1");
  return slices;
}

/** All states of a slice, and some beside it: a form for each number of a state, given those of the whole ellipsoid. */
export function formsOfSlice(whole, slice) {
  return whole.map((own) => formOfSlice(own, slice));
}
