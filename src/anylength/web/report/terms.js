// The words of the field that a report uses, each explained under the first section that has it.

import { html } from "../shared/dom.js";

const TERMS = [
  ["fixed point", "a state that a step does not change while one input repeats"],
  ["slow point", "a state that a step hardly changes: the net stays near it for many steps, then drifts on"],
  ["basin", "all states from which the net ends in one fixed point"],
  ["eigenvalue", "the factor by which a step multiplies a small distance from a fixed point"],
  ["variance", "how far the states spread; a plane with nearly all of it hides little"],
  ["logit", "the net's score of one answer; the answer with the largest score is given"],
  ["decoded", "read back from the state, by what the net would answer next"],
  ["noise budget", "how far every number of the state may be off at every step while all answers stay right"],
  ["certificate", "the proof as a file, which a second program checks"],
];

/** Puts a line of explanations at the end of each section for the terms that it is the first to use. */
export function explainTerms(sections) {
  const said = new Set();
  for (const section of sections) {
    const text = section.innerText.toLowerCase();
    const found = TERMS.filter(([term]) => text.includes(term) && !said.has(term));
    found.forEach(([term]) => said.add(term));
    if (found.length) section.append(html("p", { class: "quiet terms" }, ...found.flatMap(explanation)));
  }
}

function explanation([term, meaning]) {
  return [html("dfn", {}, term), `: ${meaning}. `];
}
