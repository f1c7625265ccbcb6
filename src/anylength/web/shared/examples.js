// Example questions: the one that suits the task, random numbers; and an output class as people read it.

import { grouped } from "./grouped.js";
import { DIGIT_SIGNS } from "./numbers.js";
import { wordText } from "./words.js";

/** Digits of the longest example: only nets whose states have a fixed size read so many steps in the page. */
const VERY_LONG = 10_000;

/** Digits of the examples: more than the training numbers of the post have, then many more. */
const EXAMPLE_LENGTHS = [12, 60, VERY_LONG];
const RANDOM_LENGTHS = [20, 200];

/** The task's own example with `count` repeated digits, one text for each number that the task reads. */
export function taskExample({ example }, count) {
  return example.numbers.map((pattern) => patternText(pattern, count));
}

function patternText({ before, repeat, after, separator = "" }, count) {
  const repeated = separator ? repeat.split(separator) : Array.from(repeat);
  const parts = Array.from({ length: repeat ? count : 0 }, (_, i) => repeated[i % repeated.length]);
  return [before, ...parts, after].filter((part) => part !== "").join(separator);
}

/** A random number of exactly `count` digits, or a word of as many symbols. */
function randomNumber(task, count, random) {
  if (task.names) return wordText(randomIndices(task.names.length, count, random), task.names);
  const digit = (lowest) => DIGIT_SIGNS[lowest + Math.floor(random() * (task.base - lowest))];
  return digit(1) + Array.from({ length: count - 1 }, () => digit(0)).join("");
}

function randomIndices(symbols, count, random) {
  return Array.from({ length: count }, () => Math.floor(random() * symbols));
}

/** Random numbers of `count` digits, one for each number that the task reads. */
export function randomTexts(task, count, random = Math.random) {
  return Array.from({ length: task.tapes }, () => randomNumber(task, count, random));
}

/** The example questions of a net: [label, function that makes the texts][]. */
export function exampleNumbers(net, task, counterexample) {
  const { label, numbers } = task.example;
  const lengths = numbers.some(({ repeat }) => repeat) ? EXAMPLE_LENGTHS.filter((count) => count < net.longest) : [1];
  const own = lengths.map((count) => [label.replaceAll("{count}", grouped(count)), () => taskExample(task, count)]);
  const random = RANDOM_LENGTHS.map((count) => [`${count} random ${task.nouns.units}`, () => randomTexts(task, count)]);
  const [short, long] = [own.filter((_, i) => lengths[i] < VERY_LONG), own.filter((_, i) => lengths[i] >= VERY_LONG)];
  return [...(counterexample ? [["its counterexample", () => counterexample]] : []), ...short, ...random, ...long];
}

/** Whether the digits are read from the right. */
export function readFromTheRight(task) {
  return task.layout.kind === "least-first";
}

/** An output class as text. */
export function outputText(task, output) {
  return task.labels ? task.labels[output] : DIGIT_SIGNS[output];
}
