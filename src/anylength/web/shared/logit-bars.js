// The logits of one step as bars, one for each answer that the net can give.

import { html, svg } from "./dom.js";
import { outputText } from "./examples.js";
import { shortNumber } from "./scales.js";

const BAR_PLOT = { height: 130, top: 12, bottom: 4 }; // in units of the picture
const WIDTHS = { all: 300, least: 20, most: 34 }; // of all bars together (a phone is 360 wide), and of one bar with its gaps

/** The bars of a step of an AskedWord, with the logits of the net's and of the right answer in words. */
export function logitBars(word, step) {
  const logits = word.logitsAt(step);
  const [answer, right] = [word.run.outputs[step], word.rightOutputAt(step)];
  const words = logitWords(word.task, logits, answer, right);
  const width = Math.max(WIDTHS.least, Math.min(WIDTHS.most, WIDTHS.all / logits.length));
  const scale = barScale(logits);
  const bars = logits.flatMap((logit, k) => [
    logitBar(k * width, width, [scale(logit), scale(0)], barLook(k, answer, right)),
    barText(k, width, BAR_PLOT.height + 14, outputText(word.task, k)),
    barText(k, width, BAR_PLOT.height + 30, barMark(k, answer, right)),
  ]);
  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${logits.length * width} ${BAR_PLOT.height + 36}`,
      width: logits.length * width,
      role: "img",
      "aria-label": `Logits: ${words}`,
    },
    ...bars,
  );
  return html(
    "figure",
    {},
    html("div", { class: "quiet" }, `logits of the answers; ${words}`),
    html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Logits" }, picture),
  );
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
  return k === answer ? "✗" : "";
}

function barText(k, width, y, text) {
  return svg("text", { x: (k + 0.5) * width, y, "text-anchor": "middle", class: "ink" }, text);
}
