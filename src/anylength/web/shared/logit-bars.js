// The logits of one step as bars, one for each answer that the net can give.

import { html, svg } from "./dom.js";
import { outputText } from "./examples.js";
import { grouped } from "./grouped.js";
import { shortNumber } from "./scales.js";

const BAR_PLOT = { height: 130, top: 12, bottom: 4 }; // in units of the picture
const WIDTHS = { all: 300, least: 20, most: 34 }; // of all bars together (a phone is 360 wide), and of one bar with its gaps
const CHARACTER_WIDTH = 7; // of a label below a bar, in units of the picture

/** Bars of a task with named symbols: the largest logits. It can have a thousand answers. */
const MOST_BARS = 24;

/** Characters of a label below a bar. */
const LABEL_CHARACTERS = 10;

/** The bars of a step of an AskedWord, with the logits of the net's and of the right answer in words. */
export function logitBars(word, step) {
  const logits = word.logitsAt(step);
  const [answer, right] = [word.run.outputs[step], word.rightOutputAt(step)];
  const words = logitWords(word.task, logits, answer, right);
  const shown = shownClasses(word.task, logits, right);
  const width = barWidth(word.task, shown);
  const scale = barScale(logits);
  const bars = shown.flatMap((k, place) => [
    logitBar(place * width, width, [scale(logits[k]), scale(0)], barLook(k, answer, right)),
    barText(place, width, BAR_PLOT.height + 14, barLabel(word.task, k)),
    barText(place, width, BAR_PLOT.height + 30, barMark(k, answer, right)),
  ]);
  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${shown.length * width} ${BAR_PLOT.height + 36}`,
      width: shown.length * width,
      role: "img",
      "aria-label": `Logits: ${words}`,
    },
    ...bars,
  );
  return html(
    "figure",
    {},
    html("div", { class: "quiet" }, `${whichLogits(logits, shown)}; ${words}`),
    html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Logits" }, picture),
  );
}

/** The classes with a bar: all, or of a task with named symbols those with the largest logits and the right one, in order. */
function shownClasses({ names }, logits, right) {
  const all = logits.map((_, k) => k);
  if (!names || all.length <= MOST_BARS) return all;
  const largest = [...all].sort((a, b) => logits[b] - logits[a]).slice(0, MOST_BARS);
  const isShown = new Set(right === null ? largest : [...largest, right]);
  return all.filter((k) => isShown.has(k));
}

/** The width of a bar; below those of a task with named symbols there is room for the labels. */
function barWidth(task, shown) {
  const width = Math.max(WIDTHS.least, Math.min(WIDTHS.most, WIDTHS.all / shown.length));
  if (!task.names) return width;
  return Math.max(width, ...shown.map((k) => (barLabel(task, k).length + 1) * CHARACTER_WIDTH));
}

function barLabel(task, k) {
  const text = outputText(task, k);
  return task.names && text.length > LABEL_CHARACTERS ? `${text.slice(0, LABEL_CHARACTERS - 1)}…` : text;
}

function whichLogits(logits, shown) {
  if (shown.length === logits.length) return "logits of the answers";
  return `the largest logits of the ${grouped(logits.length)} answers`;
}

function logitWords(task, logits, answer, right) {
  const answerWords = `the net says ${outputText(task, answer)} (${shortNumber(logits[answer])})`;
  return right === null ? answerWords : `${answerWords}, right is ${outputText(task, right)} (${shortNumber(logits[right])})`;
}

/** From a logit to its height in the picture. */
function barScale(logits) {
  const [low, high] = [Math.min(0, ...logits), Math.max(...logits, 0.001)];
  return (value) => BAR_PLOT.top + ((high - value) / (high - low || 1)) * (BAR_PLOT.height - BAR_PLOT.top - BAR_PLOT.bottom);
}

function logitBar(x, width, [y, zero], look) {
  const box = { x: x + 3, width: width - 6, y: Math.min(y, zero), height: Math.max(1, Math.abs(y - zero)) };
  return svg("rect", { ...box, ...look });
}

function barLook(k, answer, right) {
  if (k === answer) return { fill: right === null || k === right ? "var(--good)" : "var(--bad)", opacity: 1 };
  return k === right ? { fill: "var(--ink)", opacity: 1 } : { fill: "var(--none)", opacity: 0.55 };
}

/** ✓ below the net's answer where it is right, ✗ where it is wrong, ○ below the right answer that the net did not give. */
function barMark(k, answer, right) {
  if (k === right) return k === answer ? "✓" : "○";
  return k === answer && right !== null ? "✗" : "";
}

function barText(k, width, y, text) {
  return svg("text", { x: (k + 0.5) * width, y, "text-anchor": "middle", class: "ink" }, text);
}
