// Exact binary fractions as integers (BigInt), and bounds on functions with a proved error. No floating point.
//
// Every finite float32 is an integer times 2^-149. Every double of magnitude 2^-300 or more is an integer times 2^-352. Whatever is
// rounded, always outward, is an integer times 2^-96. For a function f and an x in units of 2^-96, `fBounds` gives integers [l, u]
// with l <= 2^96 f(x) <= u. The reasons for the error bounds stand in the Python checker, `anylength_check/dyadic.py`.

import { demand, Refused } from "./strict.js";

export const WEIGHT_SHIFT = 203n; // from units of 2^-149 to units of 2^-352
export const GRID_SHIFT = 256n; // from units of 2^-96 to units of 2^-352
export const ONE = 1n << 96n;
export const UNIT = 1n << 352n;
const PI = 70059857285281660787732012935536363654390793n; // pi * 2^144, rounded down
const POWER_ERROR = 1n << 18n; // of `power`, in units of 2^-144
const LARGEST_EXPONENT = 200n;
const HEX = /^(-?)0x1\.([0-9a-f]{13})p(\+0|[+-][1-9][0-9]{0,2})$/;
const KEPT = 1 << 15; // results of tanh

export const larger = (a, b) => (a > b ? a : b);
export const smaller = (a, b) => (a < b ? a : b);
export const magnitude = (a) => (a < 0n ? -a : a);
export const largestOf = (values) => values.reduce(larger);
export const smallestOf = (values) => values.reduce(smaller);
export const sumOf = (values) => values.reduce((sum, value) => sum + value, 0n);

/** a / b rounded down, for b > 0 or b < 0. */
export function floorDivided(a, b) {
  const quotient = a / b;
  return quotient * b !== a && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** a / b rounded up. */
export function ceilDivided(a, b) {
  return -floorDivided(-a, b);
}

/** a / 2^shift rounded up. */
export function ceilShifted(a, shift) {
  return -(-a >> shift);
}

/** The root of a number that is not below 0, rounded down. */
export function squareRoot(a) {
  if (a < 2n) return a;
  let root = 1n << BigInt((a.toString(16).length * 4 + 2) >> 1); // above the root
  for (;;) {
    const next = (root + a / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** n for a double n * 2^-352 spelt as by Python's float.hex(): 0, or of magnitude 2^-300 to 2^300; for 24 bits a float32. */
export function fromHex(text, where, bits = 53) {
  if (text === "0x0.0p+0") return 0n;
  const match = typeof text === "string" ? HEX.exec(text) : null;
  if (!match || Math.abs(Number(match[3])) > 300) {
    throw new Refused(`${where} is not the canonical hex of a double that is 0 or within 2^-300 to 2^300`);
  }
  const [mantissa, exponent] = [(1n << 52n) | BigInt(`0x${match[2]}`), Number(match[3])];
  const units = mantissa << BigInt(exponent + 300);
  demand(units <= 1n << 652n, `${where} is above 2^300`);
  const single = mantissa % (1n << 29n) === 0n && units % (1n << WEIGHT_SHIFT) === 0n && exponent < 128;
  demand(single || bits === 53, `${where} is no float32 number`);
  return match[1] ? -units : units;
}

/** n for the float32 n * 2^-149 with this 32-bit pattern; NaN and infinity are refused. */
export function fromFloat32(pattern) {
  const [exponent, fraction] = [(pattern >>> 23) & 0xff, BigInt(pattern & 0x7fffff)];
  demand(exponent !== 0xff, "the weights hold a NaN or an infinity");
  const units = exponent ? ((1n << 23n) | fraction) << BigInt(exponent - 1) : fraction;
  return pattern >>> 31 ? -units : units;
}

/** The interval divided by 2^shift, rounded outward. */
export function outward([low, high], shift) {
  return [low >> shift, ceilShifted(high, shift)];
}

/** e^(-y * 2^-128) in units of 2^-144, within POWER_ERROR, for 0 <= y * 2^-128 < 128. */
function power(y) {
  const one = 1n << 144n;
  let result = one;
  for (let n = 13n; n > 0n; n -= 1n) result = one - (y * result) / (n << 144n);
  for (let k = 0; k < 16; k += 1) result = (result * result) >> 144n;
  return result;
}

const INVERSE_E = power(1n << 128n);

/** Integers [l, u, k] with l <= 2^k e^(-y * 2^-128) <= u. */
function decay(y) {
  const [n, part] = [y >> 128n, power(y & ((1n << 128n) - 1n))];
  const [low, high] = [-POWER_ERROR, POWER_ERROR].map((d) => (part + d) * (INVERSE_E + d) ** n);
  return [low, high, 144n * (n + 1n)];
}

const knownTanh = new Map(); // units of a sparse net see the same few numbers again and again

export function tanhBounds(x) {
  if (x < 0n) {
    const [low, high] = tanhBounds(-x);
    return [-high, -low];
  }
  if (x >= 34n << 96n) return [ONE - 1n, ONE];
  const known = knownTanh.get(x);
  if (known) return known;
  const [one, a] = [1n << 144n, power(x << 33n)];
  const quotient = ((one - a) << 96n) / (one + a);
  const bounds = [larger(0n, quotient - 1n), smallestOf([x, ONE, quotient + 2n])];
  if (knownTanh.size >= KEPT) knownTanh.clear();
  knownTanh.set(x, bounds);
  return bounds;
}

export function sigmoidBounds(x) {
  const [low, high] = tanhBounds(x >> 1n);
  return [(ONE + low) >> 1n, smaller(ONE, (ONE + high + 2n) >> 1n)];
}

export function expBounds(x) {
  demand(x <= LARGEST_EXPONENT * ONE, `e^x has no bound for x above ${LARGEST_EXPONENT}`);
  if (x <= -68n * ONE) return [0n, 1n];
  const [low, high, shift] = decay(magnitude(x) << 32n);
  if (x > 0n) return [(1n << (96n + shift)) / high, (1n << (96n + shift)) / low + 1n];
  return [(low << 96n) >> shift, smaller(ONE, ((high << 96n) >> shift) + 1n)];
}

export function softplusBounds(x) {
  const [least, distance] = [larger(x, 0n), magnitude(x)];
  if (distance >= 68n * ONE) return [least, least + 1n];
  const a = power(distance << 32n);
  let oddPower = (a << 144n) / ((2n << 144n) + a);
  let total = oddPower;
  const square = (total * total) >> 144n;
  for (let n = 3n; oddPower; n += 2n) {
    oddPower = (oddPower * square) >> 144n;
    total += oddPower / n;
  }
  const error = 1n << 20n;
  return [least + larger(0n, (2n * total - error) >> 48n), least + ((2n * total + error) >> 48n) + 1n];
}

export function normalBounds(x) {
  if (x < 0n) {
    const [low, high] = normalBounds(-x);
    return [ONE - high, ONE - low];
  }
  if (x >= 12n << 96n) return [ONE - 1n, ONE];
  let term = x << 48n;
  let total = term;
  let floors = 0n;
  while (term) {
    floors += 1n;
    term = (term * x * x) / ((2n * floors + 1n) << 192n);
    total += term;
  }
  const y = (x * x) >> 65n;
  const [, high, shift] = decay(y);
  const [low, , shiftOfLow] = decay(y + 1n);
  const most = total + floors * ((1n << shiftOfLow) / low + 1n);
  const [leastRoot, mostRoot] = [squareRoot((1n << 431n) / (PI + 1n)), squareRoot((1n << 431n) / PI) + 1n];
  const half = ONE >> 1n;
  return [
    half + ((total * low * leastRoot) >> (192n + shiftOfLow)),
    smaller(ONE, half + ((most * high * mostRoot) >> (192n + shift)) + 1n),
  ];
}
