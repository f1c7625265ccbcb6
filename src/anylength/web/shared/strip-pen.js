// Colours and text of a strip's canvas.

import { currentColours, mixedColour } from "./theme.js";

const SHADES = 100; // shades of the heat map between 0 and 1, and as many below 0: more cannot be told apart
const NAMES = ["ink", "muted", "card", "none", "good", "bad", "warm"];
const STATES = Array.from({ length: 8 }, (_, k) => `--s${k}`);

const MONOSPACE = "ui-monospace, DejaVu Sans Mono, monospace";
const SANS = "system-ui, sans-serif";

/** All colours of a strip. Asking the page for colours is slow, so they are kept until the theme changes. */
export function stripColours() {
  const parts = currentColours([...NAMES.map((name) => `--${name}`), "--neutral", "--cold", "--warm", ...STATES]);
  const text = (variable) => mixedColour(parts[variable], parts[variable], 0);
  const shade = (value) => mixedColour(parts["--neutral"], parts[value < 0 ? "--cold" : "--warm"], Math.abs(value));
  const shades = Array.from({ length: 2 * SHADES + 1 }, (_, i) => shade(i / SHADES - 1));
  return {
    ...Object.fromEntries(NAMES.map((name) => [name, text(`--${name}`)])),
    states: STATES.map(text),
    shadeOf: (value) => shades[Math.round((Math.max(-1, Math.min(1, value)) + 1) * SHADES)],
  };
}

/** Writes a text: labels at the left in the page's font, digits centred in a fixed-width font. */
export function stripText(pen, text, x, y, { colour, font, align = "center" }) {
  pen.font = `${font} ${align === "left" ? SANS : MONOSPACE}`;
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.fillText(text, x, y);
}
