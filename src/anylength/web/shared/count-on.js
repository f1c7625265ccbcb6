// Counting on: each answer of the net is its next question, until one is wrong.

import { digitsAsRead, DIGIT_SIGNS } from "./numbers.js";
import { html, refill } from "./dom.js";
import { shortened } from "./sentences.js";
import { taskExample } from "./examples.js";
import { grouped } from "./grouped.js";
import { wholeNumber } from "./whole-numbers.js";

const MOST_SHOWN = 40; // numbers of a sequence that are listed
const MOST_COUNT_STEPS = 2000; // the page does not answer while it counts, so there is a limit
const FIRST_COUNT_STEPS = 20;
const STEP_LIMITS = { what: "steps", least: 1, most: MOST_COUNT_STEPS };
const START_DIGITS = 6;
const MOST_START_DIGITS = 1000;

let countOnCount = 0;

/** Whether a net's answers can be its next questions. */
export function canCountOn(task) {
  return task.tapes === 1 && !task.labels && !task.names && task.layout.kind !== "phases";
}

/** The form for a net and a task, as made by makeNet and makeTask. */
export function countOnForm(net, task) {
  const id = `count-on${(countOnCount += 1)}`;
  const first = textField(`${id}-first`, firstStart(task));
  const steps = html("input", { type: "text", inputmode: "numeric", id: `${id}-steps`, value: FIRST_COUNT_STEPS, size: 6 });
  const result = countOnResult();
  const onsubmit = (event) => {
    event.preventDefault();
    try {
      result.show(sequenceFrom(net, task, first.value, wholeNumber(steps.value, STEP_LIMITS)));
    } catch (error) {
      result.message.textContent = error.message;
    }
  };
  const form = html(
    "form",
    { class: "row", onsubmit },
    html("div", { class: "field grow" }, html("label", { for: first.id }, "Start from"), first),
    html("div", { class: "field" }, html("label", { for: steps.id }, "Steps"), steps),
    html("button", { type: "submit" }, "Count on"),
  );
  const title = html("h3", {}, "Count on: each answer is the next question");
  return html("div", { class: "unprinted" }, title, html("div", { class: "count-on" }, form, ...result.elements));
}

/** The task's example with few digits; the largest digits alone get another one behind, so that the long carry does not come at once. */
function firstStart(task) {
  const [text] = taskExample(task, START_DIGITS);
  const largest = DIGIT_SIGNS[task.base - 1];
  return text === largest.repeat(START_DIGITS) ? text + DIGIT_SIGNS[Math.max(0, task.base - 3)] : text;
}

function textField(id, value) {
  return html("input", { type: "text", class: "mono", id, value, autocomplete: "off", maxlength: MOST_START_DIGITS });
}

/** Where a sequence is shown: message, sentence, list. */
function countOnResult() {
  const message = html("p", { class: "message", role: "alert" });
  const sentence = html("p", { role: "status" });
  const list = html("ol", { class: "mono sequence", start: "0" });
  const show = ({ sequence, firstError }) => {
    message.textContent = "";
    sentence.textContent = sequenceWords(sequence, firstError);
    refill(list, ...sequence.slice(0, MOST_SHOWN).map((text, i) => sequenceItem(text, i === firstError)));
  };
  return { message, elements: [message, sentence, list], show };
}

function sequenceItem(text, isWrong) {
  return html("li", { class: isWrong ? "wrong" : "" }, shortened(text), isWrong ? " ✗ the first wrong step" : "");
}

function sequenceWords(sequence, firstError) {
  if (firstError !== null) return `Wrong at step ${grouped(firstError)}: ${shortened(sequence[firstError])}.`;
  return `All ${grouped(sequence.length - 1)} steps right; the last is ${shortened(sequence.at(-1))}.`;
}

/** The sequence from a number, each answer the next question, ended by the first wrong one; its index, or null. */
function sequenceFrom(net, task, start, steps) {
  const sequence = [digitsAsRead(task.parse([start])[0])];
  for (let step = 1; step <= steps; step += 1) {
    const numbers = task.parse([sequence.at(-1)]);
    const answer = task.answer(net.run(task.word(numbers)).outputs);
    sequence.push(answer);
    if (answer !== task.rightAnswer(numbers)) return { sequence, firstError: step };
    if (answer.startsWith("-")) break;
  }
  return { sequence, firstError: null };
}
