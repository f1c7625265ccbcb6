// Intervals in double precision that surely hold the exact result. Only + - * / and comparisons of IEEE 754 are relied on, not the page's
// own `Math.tanh`, of which no standard says how near it is.

const UNIT_ROUNDING = 2 ** -53;
const [TERMS, REDUCED, SATURATED] = [14, 0.5, 20];
const INVERSES = Float64Array.from({ length: TERMS + 1 }, (_, n) => 1 / n);

/**
 * A bound on the error of `nearTanh`. With t = (1 - e) / (1 + e), e = exp(-2 |x|), an error d of e moves t by at most 2 d. The series for
 * exp(y), |y| <= 1/2, cut after 14 terms, errs by less than 5e-16 with all its roundings; k squarings multiply the relative error by 2^k
 * and add 2^k roundings, while e is below exp(-2^k / 4): e times 2^k stays below 1.5. So t errs by less than 1e-14. Beyond 20 it is 1 but
 * for 1e-17.
 */
export const NEAR_TANH_ERROR = 1e-13;

/** tanh x, in error by at most `NEAR_TANH_ERROR`. */
export function nearTanh(x) {
  const size = Math.abs(x);
  if (size > SATURATED) return x < 0 ? -1 : 1;
  let [y, halvings] = [-2 * size, 0];
  for (; y < -REDUCED; halvings += 1) y *= 0.5;
  let power = 1;
  for (let n = TERMS; n > 0; n -= 1) power = 1 + power * y * INVERSES[n];
  for (; halvings > 0; halvings -= 1) power *= power;
  const result = (1 - power) / (1 + power);
  return x < 0 ? -result : result;
}

/** What a sum of `count` products errs by at most, for products whose magnitudes sum to at most `size`. */
export function sumError(count, size) {
  return 2 * (count + 4) * UNIT_ROUNDING * size + Number.MIN_VALUE * 4 * (count + 4);
}
