// The plots of a sweep's summary: shares with intervals, nets still right at each length, accuracy against length.

import { accuracyFigure } from "./accuracy.js";
import { html, openForPrint } from "../shared/dom.js";
import { nounsOf } from "../shared/nouns.js";
import { sharesFigure } from "./shares.js";
import { survivalFigure } from "./survival.js";
import { themeSwitch } from "../shared/theme.js";

/** Settings in one line chart: there are eight colours, and more lines could not be told apart. */
const MOST_SETTINGS = 8;

const { summary, words } = JSON.parse(document.getElementById("data").textContent);
const nouns = nounsOf(words);

const MEASURES = [
  ["learned", "Learned: 100 % on training and validation"],
  ["faultless", `No mistake found by the stress test (random and hard ${nouns.inputs})`],
  ["proved", "PROVED at every length, as the sweep recorded"],
  ["refuted", "REFUTED, as the sweep recorded"],
];

const { groups } = summary;
const plots = document.getElementById("plots");
const plotted = groups.slice(0, MOST_SETTINGS);

const figures = [
  ...MEASURES.map(([measure, title]) => sharesFigure(groups, measure, title)),
  survivalFigure(plotted, nouns),
  accuracyFigure(plotted, "worst_accuracy", { title: `Hard ${nouns.inputs} answered right, by length`, nouns }),
  accuracyFigure(plotted, "random_accuracy", { title: `Random ${nouns.inputs} answered right, by length`, nouns }),
];
plots.replaceChildren(...figures.filter((figure) => figure !== null));
if (groups.length > MOST_SETTINGS) {
  const words = `The line charts show the first ${MOST_SETTINGS} of ${groups.length} settings; the table has all.`;
  plots.append(html("p", { class: "quiet" }, words));
}
themeSwitch(document.getElementById("theme"));
openForPrint(document.getElementById("summary"));
