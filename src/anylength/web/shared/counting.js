// Counting on: the net's answer is its next question, until it is wrong for the first time.

import { html, refill } from "./dom.js";
import { shortened } from "./sayings.js";

const SHOWN = 40;
const MOST_STEPS_ON = 2000;

let countingCount = 0;

/** Whether a net's answers can be its next questions. */
export function countsOn(task) {
  return task.tapes === 1 && !task.labels && task.layout.kind !== "phases";
}

/** The widget: net and task as made by makeNet and makeTask. */
export function countingOn(net, task, start) {
  const id = `counting${(countingCount += 1)}`;
  const from = html("input", {
    type: "text",
    class: "mono",
    id: `${id}-from`,
    value: start,
    autocomplete: "off",
    maxlength: "1000",
  });
  const steps = html("input", { type: "number", id: `${id}-steps`, value: "20", min: "1", max: String(MOST_STEPS_ON) });
  const message = html("p", { class: "message", role: "alert" });
  const list = html("ol", { class: "mono sequence", start: "0" });
  const said = html("p", { role: "status" });
  const run = (event) => {
    event.preventDefault();
    try {
      const found = sequenceFrom(net, task, from.value.trim(), checkedSteps(steps.value));
      message.textContent = "";
      refill(
        list,
        ...found.sequence
          .slice(0, SHOWN)
          .map((text, i) =>
            html(
              "li",
              { class: i === found.firstError ? "wrong" : "" },
              shortened(text),
              i === found.firstError ? " ✗ the first wrong step" : "",
            ),
          ),
      );
      const count = found.sequence.length - 1;
      said.textContent =
        found.firstError === null
          ? `All ${count.toLocaleString("en")} steps right; the last is ${shortened(found.sequence.at(-1))}.`
          : `Wrong at step ${found.firstError.toLocaleString("en")}: ${shortened(found.sequence[found.firstError])}.`;
    } catch (error) {
      message.textContent = error.message;
    }
  };
  return html(
    "div",
    { class: "counting" },
    html(
      "form",
      { class: "row", onsubmit: run },
      html("div", { class: "field grow" }, html("label", { for: from.id }, "Start from"), from),
      html("div", { class: "field" }, html("label", { for: steps.id }, "Steps"), steps),
      html("button", { type: "submit" }, "Count on"),
    ),
    message,
    said,
    list,
  );
}

/** The sequence from a number, each answer the next question, ended by the first wrong one; its index, or null. */
export function sequenceFrom(net, task, start, steps) {
  const sequence = [start];
  for (let step = 1; step <= steps; step += 1) {
    const numbers = task.parse([sequence.at(-1)]);
    const answer = task.answer(net.run(task.word(numbers)).outputs);
    sequence.push(answer);
    if (answer !== task.rightAnswer(numbers)) return { sequence, firstError: step };
    if (answer.startsWith("-")) break;
  }
  return { sequence, firstError: null };
}

function checkedSteps(text) {
  const steps = Number(text);
  if (!Number.isInteger(steps) || steps < 1 || steps > MOST_STEPS_ON)
    throw new Error(`expected 1 to ${MOST_STEPS_ON} steps, got ${text || "nothing"}: try 20`);
  return steps;
}
