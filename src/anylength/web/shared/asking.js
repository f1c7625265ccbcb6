// Questions that show something: the number with the longest carry, random ones; and an output as people read it.

import { DIGIT_SIGNS } from "./numbers.js";

/** The largest digit, `count` times. */
export function largestDigits(task, count) {
  return DIGIT_SIGNS[task.base - 1].repeat(count);
}

/** A random number of exactly `count` digits. */
export function randomNumber(task, count) {
  const digit = (lowest) => DIGIT_SIGNS[lowest + Math.floor(Math.random() * (task.base - lowest))];
  return digit(1) + Array.from({ length: count - 1 }, () => digit(0)).join("");
}

/** Whether the digits are read from the right. */
export function readFromTheRight(task) {
  return task.layout.kind === "least-first";
}

/** An output class as text. */
export function outputText(task, output) {
  return task.labels ? task.labels[output] : DIGIT_SIGNS[output];
}
