// The steps and the answer of an AskedWord in words.

import { html } from "./dom.js";
import { grouped } from "./grouped.js";
import { mistakeWords, shortened, shortenedAnswer } from "./sentences.js";

const WIDE_ANSWER = 60; // characters of an answer that are shown

/** The headings of `stepRows`. */
export const STEP_HEADS = ["step", "reads", "true state", "decoded state", "answers", "right?"];

/** The steps `first` … `end` − 1 as rows of a table. */
export function stepRows(word, first, end) {
  return Array.from({ length: end - first }, (_, i) => {
    const step = first + i;
    const right = word.isRight(step);
    return [
      String(step + 1),
      word.symbolAt(step),
      word.names ? word.trueName(step) : "",
      word.names ? (word.decodedName(step) ?? "none") : "",
      word.answerAt(step),
      right === null ? "" : right ? "right" : "wrong",
    ];
  });
}

/** The net's answer and whether it is right, for an alternative text. */
export function answerWords(word) {
  const { answer, rightAnswer: expected } = word;
  const { separator } = word.task;
  const shown = shortenedAnswer(answer, undefined, separator);
  if (expected === null) return `answered ${shown}`;
  return answer === expected ? `${shown}, right` : mistakeWords({ numbers: word.texts, answer, expected, separator });
}

/** The line above the steps, as texts and elements: how many steps are read, or the answer once all are. */
export function answerLine(word) {
  const question = word.texts.map((text) => shortened(text, undefined, word.task.separator)).join(" and ");
  if (word.stepsShown < word.steps) return [`${question}: ${grouped(word.stepsDone)} of ${grouped(word.steps)} steps read`];
  const note = word.perturbedStep >= 0 ? " (after the change of its state)" : "";
  return [`${word.task.name} ${question} → `, ...judgedAnswer(word), note];
}

function judgedAnswer(word) {
  const { answer, rightAnswer: right } = word;
  const short = (text) => shortenedAnswer(text, WIDE_ANSWER, word.task.separator);
  const shown = (style) => html("span", { class: `mono ${style}` }, short(answer));
  if (right === null) return [shown("")];
  if (answer === right) return [shown("right"), " ✓ right"];
  const wrong = word.firstWrong();
  return [
    shown("wrong"),
    " ✗ wrong, should be ",
    html("span", { class: "mono" }, short(right)),
    wrong < 0 ? "" : `; the first wrong step is ${grouped(wrong + 1)}`,
  ];
}
