// How far a net goes: a curve over lengths of random words, and for each symbol the longest run that it gets right.

import { lineChart } from "../shared/chart.js";
import { html, refill, table } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";

/** Fills the place with what the worker has found. */
export function showStress(place, { points, words, runs, task }, onPlay) {
  const curve = lineChart({
    title: "Random words that are right at every step", says: sentenceOf(points, words),
    x: { label: "symbols of the word", log: true }, y: { label: "share", share: true, domain: [0, 1] },
    series: [{ name: `share of ${words} words`, colour: "c0", points }],
  });
  const rows = runs.map(({ symbol, right, tried, word }) => [
    task.machine.symbols[symbol], right === null ? `all of ${grouped(tried)}` : grouped(right),
    word ? html("button", { type: "button", class: "chip", onclick: () => onPlay(word) }, "Play the mistake") : "none found",
  ]);
  const heads = ["Symbol, again and again", "right so often", "mistake"];
  const about = "After any short word the same symbol is read again and again. How often, until an answer is wrong?";
  const isOnlyRuns = points.every(({ y }) => y === 1) && runs.some(({ right }) => right !== null);
  const reconciled = "Random words seldom have such long runs. So they are right, and the net is wrong all the same.";
  const ending = isOnlyRuns ? html("p", {}, reconciled) : null;
  const list = html("div", {}, html("p", {}, about), table("Runs of one symbol", heads, rows), ending);
  refill(place, html("div", { class: "beside" }, curve, list));
}

function sentenceOf(points, words) {
  const wrong = points.find(({ y }) => y < 1);
  return wrong ? `From ${wrong.x} symbols on some of ${words} words are wrong.` : `All ${words} words are right at every length.`;
}
