// The report: one section after the other from the records in the file, one column for each run.

import { hashValues, setHashValues } from "../shared/address-hash.js";
import { firstCounterexample, readSameNumbers, SharedNumber } from "./shared-number.js";
import { html, openForPrint } from "../shared/dom.js";
import { nounsOf } from "../shared/nouns.js";
import { proofPart } from "./proof-part.js";
import { settingsPart } from "./settings-part.js";
import { StepViewer } from "../shared/step-viewer.js";
import { explainTerms } from "./terms.js";
import { themeSwitch } from "../shared/theme.js";
import { trainingPart } from "./training-part.js";
import { verdictPart } from "./verdict-part.js";
import { whyPart } from "./why-part.js";

const runs = JSON.parse(document.getElementById("data").textContent);
const isShared = readSameNumbers(runs);
const areWords = runs.every((run) => run.words.reads_words);
const { input } = nounsOf(areWords);
const viewers = [];
const report = document.getElementById("report");

/** Digits of a number above which it is not put into the address: browsers cut long addresses. */
const MOST_ADDRESS_DIGITS = 500;

const SECTIONS = [
  ["verdict", "The verdict", verdictPart],
  ["watch", isShared ? `Put one ${input} to all nets and watch` : `Type a ${input} and watch`, viewerPart],
  ["why", "Why it remembers or forgets", whyPart],
  ["proof", "The machine and the proof", proofPart],
  ["curves", "How it learned, and up to which length it is right", trainingPart],
  ["settings", "Settings", settingsPart],
];

themeSwitch(document.getElementById("theme"), () => viewers.forEach((viewer) => viewer.redraw()));
report.replaceChildren(contents(), ...SECTIONS.map(section));
if (isShared) {
  const shared = new SharedNumber(runs, viewers, putIntoAddress);
  document.getElementById("watch-title").after(shared.element);
}
explainTerms(report.querySelectorAll("section"));
openForPrint(report);

function contents() {
  const links = SECTIONS.map(([id, title]) => html("a", { class: "button chip", href: `#${id}` }, title));
  return html("nav", { class: "row contents unprinted", "aria-label": "Sections" }, ...links);
}

function section([id, title, makePart]) {
  return html(
    "section",
    { class: "card", id, "aria-labelledby": `${id}-title` },
    html("h2", { id: `${id}-title` }, title),
    html("div", { class: "runs" }, ...runs.map((run, i) => column(run, i, makePart))),
  );
}

function column(run, i, makePart) {
  const title = runs.length > 1 ? `${i + 1}. ${run.words.short ?? run.name}` : null;
  return html("article", { "aria-label": title ?? false }, title ? html("h3", {}, title) : null, ...makePart(run, i));
}

/** Only the first run's number is in the address, or the number of all nets. */
function viewerPart(run, i) {
  if (!run.net) return [html("p", { class: "quiet" }, "This run is not finished, so it has no net to ask.")];
  const own = i === 0 ? { number: numbersInAddress() ?? undefined, onAsk: putIntoAddress } : {};
  const options = isShared ? { number: numbersInAddress() ?? firstCounterexample(runs), hasForm: false } : own;
  const viewer = new StepViewer(run, options);
  viewers.push(viewer);
  return [viewer.element];
}

function numbersInAddress() {
  const numbers = hashValues("n");
  return numbers.length ? numbers : null;
}

function putIntoAddress(numbers) {
  if (numbers.every((text) => text.length <= MOST_ADDRESS_DIGITS)) setHashValues("n", numbers);
}
