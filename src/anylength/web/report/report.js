// The report: one section after the other from the records in the file, one column for each run.

import { html, openForPrint } from "../shared/dom.js";
import { proofPart } from "./proof-part.js";
import { settingsPart } from "./settings-part.js";
import { StepViewer } from "../shared/step-viewer.js";
import { themeSwitch } from "../shared/theme.js";
import { trainingPart } from "./training-part.js";
import { verdictPart } from "./verdict-part.js";
import { whyPart } from "./why-part.js";

const runs = JSON.parse(document.getElementById("data").textContent);
const viewers = [];
const report = document.getElementById("report");

/** Digits of a number above which it is not put into the address: browsers cut long addresses. */
const MOST_ADDRESS_DIGITS = 500;

const SECTIONS = [
  ["verdict", "The verdict", verdictPart],
  ["watch", "Type a number and watch", viewerPart],
  ["curves", "How it learned, and up to which length it is right", trainingPart],
  ["why", "Why it remembers or forgets", whyPart],
  ["proof", "The machine and the proof", proofPart],
  ["settings", "Settings", settingsPart],
];

report.replaceChildren(contents(), ...SECTIONS.map(section));
themeSwitch(document.getElementById("theme"), () => viewers.forEach((viewer) => viewer.redraw()));
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
  const several = runs.length > 1;
  const heading = several ? html("h3", {}, `${i + 1}. ${run.name}`) : null;
  return html("article", { "aria-label": several ? run.name : false }, heading, ...makePart(run, i));
}

/** Only the first run's number is in the address. */
function viewerPart(run, i) {
  if (!run.net) return [html("p", { class: "quiet" }, "This run is not finished, so it has no net to ask.")];
  const options = i === 0 ? { number: numbersInAddress(), onAsk: putIntoAddress } : {};
  const viewer = new StepViewer(run, options);
  viewers.push(viewer);
  return [viewer.element];
}

function numbersInAddress() {
  const numbers = new URLSearchParams(location.hash.slice(1)).getAll("n");
  return numbers.length ? numbers : null;
}

function putIntoAddress(numbers) {
  if (numbers.some((text) => text.length > MOST_ADDRESS_DIGITS)) return;
  history.replaceState(null, "", `#${new URLSearchParams(numbers.map((text) => ["n", text]))}`);
}
