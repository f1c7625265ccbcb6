// Example questions: the number with the longest carry, random numbers; and an output class as people read it.

import { DIGIT_SIGNS } from "./numbers.js";

/** Steps from which on a net of the page can be asked 10,000 digits. */
const VERY_LONG = 10_000;

/** The largest digit, `count` times. */
export function largestDigits(task, count) {
  return DIGIT_SIGNS[task.base - 1].repeat(count);
}

/** A random number of exactly `count` digits. */
function randomNumber(task, count) {
  const digit = (lowest) => DIGIT_SIGNS[lowest + Math.floor(Math.random() * (task.base - lowest))];
  return digit(1) + Array.from({ length: count - 1 }, () => digit(0)).join("");
}

/** Random numbers of `count` digits, one for each number that the task reads. */
export function randomNumbers(task, count) {
  return Array.from({ length: task.tapes }, () => randomNumber(task, count));
}

/** The example questions of a net: [label, function that makes the texts][]. */
export function exampleNumbers(net, task, counterexample) {
  const nines = (count) => () => [largestDigits(task, count), ...Array(task.tapes - 1).fill("1")];
  return [
    counterexample ? ["its counterexample", () => counterexample] : null,
    ["12 nines", nines(12)],
    ["60 nines", nines(60)],
    ["20 random digits", () => randomNumbers(task, 20)],
    ["200 random digits", () => randomNumbers(task, 200)],
    net.longest > VERY_LONG ? ["10,000 nines", nines(VERY_LONG)] : null,
  ].filter(Boolean);
}

/** Whether the digits are read from the right. */
export function readFromTheRight(task) {
  return task.layout.kind === "least-first";
}

/** An output class as text. */
export function outputText(task, output) {
  return task.labels ? task.labels[output] : DIGIT_SIGNS[output];
}
