// How far a state was pushed, and how much of that a portrait shows: bars of one scale.

import { html, svg } from "./dom.js";
import { grouped } from "./grouped.js";
import { shortNumber } from "./scales.js";

const BAR = { width: 240, height: 12 }; // of the longest bar, in units of the picture

/** Lengths below this share of the push are called none: rounding in float32. */
const TINY = 1e-3;

/** The bars of a push {whole, seen, off} of a state of `size` numbers, whose distance from the picture's plane is now `distance`. */
export function pushBars({ whole, seen, off, size }, distance) {
  /** @type {[string, number, string][]} */
  const rows = [
    ["the push", whole, "push"],
    ["its part in the picture", seen, "seen"],
    ["its part off the picture", isTiny(off, whole) ? 0 : off, "off"],
    ["the state now lies off the picture by", distance, "off"],
  ];
  const scale = BAR.width / Math.max(whole, distance, Number.MIN_VALUE);
  const why = `The state is a point with ${grouped(size)} coordinates; the picture shows 2 directions and cannot show the rest.`;
  return html("div", {}, html("ul", { class: "push" }, ...rows.map((row) => barRow(row, scale))), html("p", { class: "quiet" }, why));
}

function barRow([name, length, style], scale) {
  const bar = { x: 1, y: 1, width: Math.max(1, length * scale), height: BAR.height, class: `bar ${style}` };
  const size = { width: BAR.width + 2, height: BAR.height + 2 };
  const picture = svg("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}`, "aria-hidden": "true" }, svg("rect", bar));
  return html("li", {}, `${name}: `, html("span", { class: "mono" }, shortNumber(length)), picture);
}

/** How much of a push lies off the picture, in words; "" where there is no picture. */
export function offPictureWords(push) {
  if (!push) return "";
  if (isTiny(push.off, push.whole)) return ", all of it in the picture";
  return `, ${shortNumber(push.off)} of it off the picture`;
}

function isTiny(part, whole) {
  return part < TINY * whole;
}
