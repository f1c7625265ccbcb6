// The strip: a picture with one column for each step that the net reads. Numbers that are read from the right run to the left.

import { StripGeometry, STRIP_ROWS } from "./strip-geometry.js";
import { currentColours, mixedColour } from "./theme.js";

/** Steepness of the margin plot: a margin of this many logits is drawn at tanh(1) = 76 % of the half height. */
const MARGIN_SCALE = 4;

/** Font sizes of answers and of symbols. */
const TEXT_SIZES = { digit: 16, word: 13 };

/** Opacity of the digits that are not yet read. */
const UNREAD = 0.4;

/** The strip of an AskedWord on a canvas. `onPick(step)` is called when the reader clicks a column. */
export class Strip {
  constructor(canvas, onPick) {
    this.canvas = canvas;
    this.word = null;
    this.first = 0;
    this.colours = null;
    canvas.addEventListener("click", (event) => {
      const step = this.stepAt(event.clientX - canvas.getBoundingClientRect().left);
      if (step !== null) onPick(step);
    });
  }

  /** Takes another word. It is drawn with the next call of `draw`. */
  show(word) {
    this.word = word;
    this.first = 0;
  }

  /** Draws in the present colours of the page. */
  recolour() {
    this.colours = null;
    this.draw();
  }

  stepAt(x) {
    return this.word ? this.geometry().stepAt(x) : null;
  }

  geometry() {
    return new StripGeometry(this.canvas.clientWidth, this.word, this.first);
  }

  draw() {
    if (!this.word || !this.canvas.clientWidth) return;
    this.first = this.geometry().firstThatShows(this.word.stepsDone - 1);
    const geometry = this.geometry();
    const ratio = window.devicePixelRatio || 1;
    this.resize(Math.round(geometry.width * ratio), Math.round(geometry.height * ratio), geometry.height);
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, geometry.width, geometry.height);
    this.colours ??= stripColours();
    this.paint(pen, geometry);
  }

  /** Sets the size of the canvas where it differs, for setting it clears the canvas and is slow. */
  resize(width, height, shownHeight) {
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.style.height = `${shownHeight}px`;
  }

  paint(pen, geometry) {
    const { word, colours } = this;
    const last = Math.min(this.first + geometry.columns, word.steps);
    this.paintLabels(pen, geometry);
    for (let step = this.first; step < last; step += 1) this.paintColumn(pen, geometry, step);
    if (word.names) this.paintMargins(pen, geometry, last);
    const { stepsDone: done, perturbedStep: perturbed } = word;
    if (done > this.first && done <= last) this.paintFrame(pen, geometry, done - 1, { colour: colours.ink, line: 1.5, dash: [] });
    if (perturbed >= this.first && perturbed < last)
      this.paintFrame(pen, geometry, perturbed, { colour: colours.warm, line: 2.5, dash: [4, 3] });
  }

  paintLabels(pen, { isNarrow, tops }) {
    const label = (text, y) =>
      stripText(pen, text, 0, y, { colour: this.colours.muted, font: isNarrow ? "11px" : "12px", align: "left" });
    const { tapes } = this.word.task;
    for (let tape = 0; tape < tapes; tape += 1) label(tapes === 1 ? "reads" : `number ${tape + 1}`, 19 + tape * STRIP_ROWS.tape);
    label("state", tops.heat + 12);
    if (this.word.names) {
      label("true state", tops.states + 14);
      label("decoded", tops.states + STRIP_ROWS.state + 14);
      label("margin", tops.margins + 14);
    }
    label("answers", tops.answers + 19);
  }

  paintColumn(pen, geometry, step) {
    const { word, colours } = this;
    const { column } = geometry;
    const x = geometry.xOf(step);
    const isDone = step < word.stepsShown;
    pen.globalAlpha = isDone ? 1 : UNREAD;
    const isPresent = step === word.stepsDone - 1;
    word.symbolPartsAt(step).forEach((part, tape) => {
      const size = part.length > 1 ? TEXT_SIZES.word : isPresent ? TEXT_SIZES.digit + 1 : TEXT_SIZES.digit;
      const font = isPresent ? `bold ${size}px` : `${size}px`;
      stripText(pen, part, x + column / 2, 20 + tape * STRIP_ROWS.tape, { colour: colours.ink, font });
    });
    pen.globalAlpha = 1;
    if (!isDone) return;
    this.paintHeat(pen, geometry, step, x);
    if (word.names) this.paintStates(pen, geometry, step, x);
    this.paintAnswer(pen, geometry, step, x);
  }

  paintHeat(pen, { column, unitHeight, tops }, step, x) {
    const gap = unitHeight > 5 ? 0.6 : 0;
    for (let unit = 0; unit < this.word.units; unit += 1) {
      pen.fillStyle = this.colours.shadeOf(this.word.valueAt(step, unit));
      pen.fillRect(x + 0.5, tops.heat + unit * unitHeight, column - 1, unitHeight - gap);
    }
  }

  paintStates(pen, { column, tops }, step, x) {
    const { word, colours } = this;
    const top = tops.states + STRIP_ROWS.state;
    this.paintState(pen, word.trueStates[step], x, tops.states, column);
    this.paintState(pen, word.decodedAt(step).state, x, top, column);
    if (word.isDecodedRight(step)) return;
    pen.strokeStyle = colours.bad;
    pen.lineWidth = 2.5;
    pen.strokeRect(x + 1.2, top + 1.2, column - 2.4, STRIP_ROWS.state - 2.4);
  }

  /** One machine state as a coloured box with a letter, "?" for none (−1). */
  paintState(pen, state, x, y, column) {
    const { colours } = this;
    pen.fillStyle = state < 0 ? colours.none : colours.states[state % colours.states.length];
    pen.fillRect(x + 1, y + 1, column - 2, STRIP_ROWS.state - 2);
    const letter = state < 0 ? "?" : this.word.letters[state];
    stripText(pen, letter, x + column / 2, y + 15, { colour: colours.card, font: "bold 12px" });
  }

  /** The margin of each machine state as a line over the steps; above the middle line it is positive. */
  paintMargins(pen, geometry, last) {
    const { word, colours } = this;
    const half = STRIP_ROWS.margins / 2;
    const middle = geometry.tops.margins + half;
    const end = Math.min(last, word.stepsShown);
    strokeLine(pen, { colour: colours.muted, line: 0.8, dash: [] }, [
      [geometry.labels, middle],
      [geometry.labels + geometry.shown * geometry.column, middle],
    ]);
    word.names.forEach((_, state) => {
      const points = [];
      for (let step = this.first; step < end; step += 1) {
        const height = Math.tanh(word.decodedAt(step).margins[state] / MARGIN_SCALE) * (half - 2);
        points.push([geometry.xOf(step) + geometry.column / 2, middle - height]);
      }
      const colour = colours.states[state % colours.states.length];
      strokeLine(pen, { colour, line: 2, dash: state % 2 ? [5, 3] : [] }, points);
    });
  }

  paintAnswer(pen, { column, tops }, step, x) {
    const { colours } = this;
    const right = this.word.isRight(step);
    const colour = right === null ? colours.ink : right ? colours.good : colours.bad;
    if (right === false) {
      pen.fillStyle = colours.bad;
      pen.fillRect(x + 2, tops.answers + 26, column - 4, 3);
    }
    const text = this.word.shortAnswerAt(step);
    const size = text.length > 1 ? TEXT_SIZES.word : TEXT_SIZES.digit;
    stripText(pen, text, x + column / 2, tops.answers + 20, { colour, font: right === false ? `bold ${size}px` : `${size}px` });
  }

  paintFrame(pen, geometry, step, { colour, line, dash }) {
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    pen.setLineDash(dash);
    pen.strokeRect(geometry.xOf(step) + 0.5, 1, geometry.column - 1, geometry.height - 2);
    pen.setLineDash([]);
  }
}

function strokeLine(pen, { colour, line, dash }, points) {
  pen.strokeStyle = colour;
  pen.lineWidth = line;
  pen.setLineDash(dash);
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
  pen.setLineDash([]);
}

// Colours and text of a strip's canvas.

const SHADES = 100; // shades of the heat map between 0 and 1, and as many below 0: more cannot be told apart
const NAMES = ["ink", "muted", "card", "none", "good", "bad", "warm"];
const STATES = Array.from({ length: 8 }, (_, k) => `--s${k}`);

const MONOSPACE = "ui-monospace, DejaVu Sans Mono, monospace";
const SANS = "system-ui, sans-serif";

/** All colours of a strip. Asking the page for colours is slow, so they are kept until the theme changes. */
function stripColours() {
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
function stripText(pen, text, x, y, { colour, font, align = "center" }) {
  pen.font = `${font} ${align === "left" ? SANS : MONOSPACE}`;
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.fillText(text, x, y);
}
