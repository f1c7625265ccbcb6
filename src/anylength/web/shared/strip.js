// The strip: one column a step, as the net reads. On top the digit, then the hidden state as a heat map, the machine's state that can be
// read out of it beside the true one, how firmly it can be read, and the answer. Numbers that are read from the right run to the left.

import { colourNow, mixed } from "./theme.js";

const ROWS = { digit: 30, gap: 6, state: 20, plot: 54, answer: 30 };
const LABELS = 74;
const NARROW_LABELS = 58;
const SHADES = 100;

/**
 * A strip drawn on a canvas. `model` (changed from outside, then `draw`ed) holds:
 * steps, from the right?, digits [text a step], units (H), value(step, unit) in −1…1, wanted [machine state a step or null], read [state or
 * −1 or null], strengths(step) → array or null, alike(read, wanted), names, answers [text a step], right [bool or null a step], at (steps done), poked (step or −1).
 */
export class Strip {
  constructor(canvas, picked) {
    this.canvas = canvas;
    this.model = null;
    this.first = 0;
    this.colours = null;
    canvas.addEventListener("click", (event) => {
      const step = this.stepAt(event.clientX - canvas.getBoundingClientRect().left);
      if (step !== null) picked(step);
    });
  }

  /** How many columns fit. */
  columns() {
    return Math.max(6, Math.floor((this.canvas.clientWidth - this.labels()) / this.wide()));
  }

  labels() {
    return this.canvas.clientWidth < 500 ? NARROW_LABELS : LABELS;
  }

  wide() {
    const room = (this.canvas.clientWidth - this.labels()) / Math.max(this.model?.steps ?? 1, 1);
    return Math.min(30, Math.max(this.canvas.clientWidth < 500 ? 19 : 22, room));
  }

  /** Chooses the columns to be seen so that the step that was read last is among them. */
  follow() {
    const [count, last] = [this.columns(), Math.max(this.model.at - 1, 0)];
    const most = Math.max(0, this.model.steps - count);
    if (last < this.first || last >= this.first + count) this.first = last - (last < this.first ? 1 : count - Math.ceil(count / 4));
    this.first = Math.min(Math.max(this.first, 0), most);
  }

  xOf(step) {
    const wide = this.wide();
    const place = step - this.first;
    const shown = Math.min(this.columns(), this.model.steps);
    return this.labels() + (this.model.fromTheRight ? shown - 1 - place : place) * wide;
  }

  stepAt(x) {
    if (!this.model || x < this.labels()) return null;
    const place = Math.floor((x - this.labels()) / this.wide());
    const shown = Math.min(this.columns(), this.model.steps);
    if (place >= shown) return null;
    return this.first + (this.model.fromTheRight ? shown - 1 - place : place);
  }

  unitHeight() {
    return Math.min(11, Math.max(2.5, 150 / this.model.units));
  }

  draw() {
    if (!this.model || !this.canvas.clientWidth) return;
    this.follow();
    const height = this.height();
    const [width, ratio] = [this.canvas.clientWidth, window.devicePixelRatio || 1];
    const [pixels, lines] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== pixels || this.canvas.height !== lines) {
      this.canvas.width = pixels;
      this.canvas.height = lines;
      this.canvas.style.height = `${height}px`;
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.colours ??= stripColours();
    this.paint(pen, this.colours);
  }

  /** Draws in the colours of now. */
  recolour() {
    this.colours = null;
    this.draw();
  }

  height() {
    const read = this.model.names ? 2 * ROWS.state + ROWS.gap + ROWS.plot + ROWS.gap : 0;
    return ROWS.digit + this.model.units * this.unitHeight() + ROWS.gap + read + ROWS.answer + 4;
  }

  paint(pen, colours) {
    const model = this.model;
    const last = Math.min(this.first + this.columns(), model.steps);
    const heat = ROWS.digit;
    const states = heat + model.units * this.unitHeight() + ROWS.gap;
    const plot = states + 2 * ROWS.state + ROWS.gap;
    const answers = model.names ? plot + ROWS.plot + ROWS.gap : states;
    this.paintLabels(pen, colours, { heat, states, plot, answers });
    for (let step = this.first; step < last; step += 1) {
      const [x, wide, done] = [this.xOf(step), this.wide(), step < model.at];
      pen.globalAlpha = done ? 1 : 0.4;
      stripText(pen, model.digits[step], x + wide / 2, 20, colours.ink, step === model.at - 1 ? "bold 17px" : "16px");
      pen.globalAlpha = 1;
      if (!done) continue;
      this.paintHeat(pen, colours, step, x, wide, heat);
      if (model.names) this.paintStates(pen, colours, step, x, wide, states);
      this.paintAnswer(pen, colours, step, x, wide, answers);
    }
    if (model.names) this.paintPlot(pen, colours, plot, last);
    if (model.at > this.first && model.at <= last) this.paintFrame(pen, colours.ink, model.at - 1, 1.5, []);
    if (model.poked >= this.first && model.poked < last) this.paintFrame(pen, colours.warm, model.poked, 2.5, [4, 3]);
  }

  paintLabels(pen, colours, at) {
    const small = this.labels() === NARROW_LABELS;
    const say = (text, y) => stripText(pen, text, 0, y, colours.muted, small ? "11px" : "12px", "left");
    say("reads", 19);
    say("state", at.heat + 12);
    if (this.model.names) {
      say("true", at.states + 14);
      say("read out", at.states + ROWS.state + 14);
      say("firmness", at.plot + 14);
    }
    say("answers", at.answers + 19);
  }

  paintHeat(pen, colours, step, x, wide, top) {
    const tall = this.unitHeight();
    for (let unit = 0; unit < this.model.units; unit += 1) {
      const value = Math.max(-1, Math.min(1, this.model.value(step, unit)));
      pen.fillStyle = colours.shades[Math.round((value + 1) * SHADES)];
      pen.fillRect(x + 0.5, top + unit * tall, wide - 1, tall - (tall > 5 ? 0.6 : 0));
    }
  }

  paintStates(pen, colours, step, x, wide, top) {
    const [wanted, read] = [this.model.wanted[step], this.model.read[step]];
    const cell = (state, y) => {
      pen.fillStyle = state === null || state < 0 ? colours.none : colours.states[state % 8];
      pen.fillRect(x + 1, y + 1, wide - 2, ROWS.state - 2);
      const sign = state === null ? "" : state < 0 ? "?" : signsOf(this.model.names)[state];
      stripText(pen, sign, x + wide / 2, y + 15, colours.card, "bold 12px");
    };
    cell(wanted, top);
    if (read !== null) cell(read, top + ROWS.state);
    if (read !== null && !this.model.alike(read, wanted)) {
      pen.strokeStyle = colours.bad;
      pen.lineWidth = 2.5;
      pen.strokeRect(x + 1.2, top + ROWS.state + 1.2, wide - 2.4, ROWS.state - 2.4);
    }
  }

  paintPlot(pen, colours, top, last) {
    const model = this.model;
    const middle = top + ROWS.plot / 2;
    pen.strokeStyle = colours.muted;
    pen.lineWidth = 0.8;
    pen.beginPath();
    pen.moveTo(this.labels(), middle);
    pen.lineTo(this.labels() + Math.min(this.columns(), model.steps) * this.wide(), middle);
    pen.stroke();
    model.names.forEach((_, q) => {
      pen.strokeStyle = colours.states[q % 8];
      pen.lineWidth = 2;
      pen.setLineDash(q % 2 ? [5, 3] : []);
      pen.beginPath();
      for (let step = this.first; step < Math.min(last, model.at); step += 1) {
        const strengths = model.strengths(step);
        if (!strengths) continue;
        const y = middle - Math.tanh(strengths[q] / 4) * (ROWS.plot / 2 - 2);
        pen.lineTo(this.xOf(step) + this.wide() / 2, y);
      }
      pen.stroke();
      pen.setLineDash([]);
    });
  }

  paintAnswer(pen, colours, step, x, wide, top) {
    const right = this.model.right[step];
    const colour = right === null ? colours.ink : right ? colours.good : colours.bad;
    if (right === false) {
      pen.fillStyle = colours.bad;
      pen.fillRect(x + 2, top + 26, wide - 4, 3);
    }
    stripText(pen, this.model.answers[step], x + wide / 2, top + 20, colour, right === false ? "bold 17px" : "16px");
  }

  paintFrame(pen, colour, step, line, dash) {
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    pen.setLineDash(dash);
    pen.strokeRect(this.xOf(step) + 0.5, 1, this.wide() - 1, this.height() - 2);
    pen.setLineDash([]);
  }
}

/** One sign for each state that tells it from the others: its first letter, else its last one, else its number. */
function signsOf(names) {
  const choices = [(name) => name[0], (name) => name.at(-1), (_, q) => String(q)];
  const signs = choices.map((choose) => names.map(choose));
  return signs.find((each) => new Set(each).size === names.length) ?? signs.at(-1);
}

/** All colours of a strip. Asking for them is slow, so they are kept. */
function stripColours() {
  const all = Object.fromEntries(
    ["ink", "muted", "card", "cold", "warm", "neutral", "good", "bad", "none"].map((name) => [name, colourNow(`--${name}`)]),
  );
  const shade = (value) => mixed(all.neutral, value < 0 ? all.cold : all.warm, Math.abs(value));
  return {
    ...all,
    states: [0, 1, 2, 3, 4, 5, 6, 7].map((k) => colourNow(`--s${k}`)),
    shades: Array.from({ length: 2 * SHADES + 1 }, (_, i) => shade(i / SHADES - 1)),
  };
}

function stripText(pen, text, x, y, colour, size, align = "center") {
  pen.font = `${size} ${size.includes("1") && align === "left" ? "system-ui, sans-serif" : "ui-monospace, DejaVu Sans Mono, monospace"}`;
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.fillText(text, x, y);
}
