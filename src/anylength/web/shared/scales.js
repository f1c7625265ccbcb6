// Scales of plots: from data to positions and to round ticks. Pure arithmetic.

import { grouped } from "./grouped.js";

/** A linear scale with ticks at round numbers. */
export function linearScale([low, high], [from, to]) {
  const span = high - low || 1;
  const position = (value) => from + ((value - low) / span) * (to - from);
  const step = roundStep(span / 5);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; k += 1) ticks.push(tidy(k * step));
  return { position, ticks };
}

/** A logarithmic scale with ticks at powers of ten, between them 2 and 5 where there is room. Data must be positive. */
export function logScale([low, high], [from, to]) {
  const [bottom, top] = [Math.log10(low), Math.log10(high)];
  const span = top - bottom || 1;
  const position = (value) => from + ((Math.log10(Math.max(value, low)) - bottom) / span) * (to - from);
  const factors = span <= 1.6 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(span / 7));
  const ticks = [];
  for (let power = Math.floor(bottom); power <= top + 1e-9; power += 1) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const tick = tidy(factor * 10 ** power);
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return { position, ticks };
}

/** A number in few characters: 12,000, 0.05, 3e-7. */
export function shortNumber(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(1).replace(".0e", "e").replace("e+", "e");
  if (size >= 1000) return grouped(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** A share as a percentage: 100 %, 99.4 %, 0 %. Never rounded to 100 or 0 when it is not. */
export function percentage(share) {
  if (share === 1 || share === 0) return `${share * 100} %`;
  const text = (share * 100).toFixed(1);
  if (text === "100.0") return "> 99.9 %";
  return text === "0.0" ? "< 0.1 %" : `${text} %`;
}

function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9));
  return factor * power;
}

function tidy(value) {
  return Number(value.toPrecision(12));
}
