// The report's page: one section after the other from the records in the file, one column a run.

import { boxesFigure } from "./boxes.js";
import { curvesOf, trainingCharts } from "../shared/figures.js";
import { downloads } from "./downloads.js";
import { facts, html, openForPrint, table } from "../shared/dom.js";
import { FilmPlayer } from "../shared/film.js";
import { findingWords, horizonWords, runTitle, verdictEvidence, verdictSentence } from "../shared/sayings.js";
import { machineFigure } from "./machine.js";
import { portraitFigure, portraitWords } from "../shared/portrait.js";
import { shortNumber } from "../shared/scales.js";
import { themeSwitch } from "../shared/theme.js";
import { Watch } from "../shared/watch.js";

const runs = JSON.parse(document.getElementById("data").textContent);
const watches = [];
const report = document.getElementById("report");
const several = runs.length > 1;

const SECTIONS = [
  ["verdict", "The verdict", verdictPart],
  ["watch", "Type a number and watch", watchPart],
  ["curves", "How it learned, and how far it goes", curvesPart],
  ["why", "Why: states, resting points, and what keeps them apart", whyPart],
  ["proof", "The machine and the proof", proofPart],
  ["settings", "Settings", settingsPart],
];

report.replaceChildren(
  contents(),
  ...SECTIONS.map(([id, title, part]) =>
    html(
      "section",
      { class: "card", id, "aria-labelledby": `${id}-title` },
      html("h2", { id: `${id}-title` }, title),
      html("div", { class: "runs" }, ...runs.map((run, i) => column(run, i, part))),
    ),
  ),
);
themeSwitch(document.getElementById("theme"), () => watches.forEach((each) => each.redraw()));
openForPrint(report);

function contents() {
  const links = SECTIONS.map(([id, title]) => html("a", { class: "button chip", href: `#${id}` }, title));
  return html("nav", { class: "row contents unprinted", "aria-label": "Sections" }, ...links);
}

function column(run, i, part) {
  const heading = several ? html("h3", {}, `${i + 1}. ${run.name}`) : null;
  return html("article", { "aria-label": several ? run.name : false }, heading, ...part(run, i));
}

function missing(what, command) {
  return html("p", { class: "quiet" }, `${what} `, html("code", {}, command));
}

function verdictPart(run) {
  const word = run.verdict?.verdict ?? "NO VERDICT";
  const style = run.verdict ? word.replace(" ", "-") : "NONE";
  return [
    html(
      "p",
      { class: "verdict" },
      html("strong", { class: `stamp ${style}` }, word),
      html("span", {}, verdictSentence(run.verdict)),
    ),
    html("p", { class: "quiet" }, runTitle(run)),
    facts([...verdictEvidence(run.verdict, run.certificate), ...evidenceOf(run)]),
    run.verdict ? null : missing("It is asked for by", `anylength prove ${run.name}`),
  ];
}

function evidenceOf(run) {
  const { stress, explanation, extraction, training } = run;
  const twenty = stress?.curve.find((point) => point.length === 20);
  return [
    [
      "learned",
      training
        ? `${shortNumber(training.train_accuracy * 100)} % of training and ${shortNumber(training.validation_accuracy * 100)} % of validation words` +
          (training.epochs ? ` after ${training.epochs} epochs` : ` (${run.config.data})`)
        : "training was not finished",
    ],
    ["random 20-digit numbers", twenty ? `${twenty.random.right} of ${twenty.random.tried} right` : null],
    [
      "longest hold",
      stress && stress.families.some((family) => family.name === "ripple") ? horizonWords(stress.horizon, stress.limit) : null,
    ],
    ["in words", explanation ? findingWords(explanation.findings[0]) : null],
    ["as a machine", extraction ? extraction.note : null],
  ];
}

function watchPart(run, i) {
  if (!run.net) return [html("p", { class: "quiet" }, "The run is not finished, so there is no net to ask.")];
  const asked = i === 0 ? fromAddress() : null;
  const watch = new Watch(run, { number: asked, changed: i === 0 ? intoAddress : undefined });
  watches.push(watch);
  return [watch.element];
}

function fromAddress() {
  const numbers = new URLSearchParams(location.hash.slice(1)).getAll("n");
  return numbers.length === runs[0].config.tapes || numbers.length ? numbers : null;
}

function intoAddress(numbers) {
  if (numbers.some((text) => text.length > 500)) return;
  history.replaceState(null, "", `#${new URLSearchParams(numbers.map((text) => ["n", text]))}`);
}

function curvesPart(run) {
  const lengths = run.stress ? curvesOf(run) : [missing("Length curves come from", `anylength stress ${run.name}`)];
  const film =
    run.film.length > 1
      ? [html("h3", {}, "The training as a film"), new FilmPlayer(run.film, run.net?.task.machine?.names ?? []).element]
      : [];
  return [html("div", { class: "beside" }, ...trainingCharts(run.epochs), ...lengths), ...film];
}

function whyPart(run) {
  const explanation = run.explanation;
  if (!explanation) return [missing("Findings and portraits come from", `anylength explain ${run.name}`)];
  const names = run.net?.task.machine?.names ?? [];
  const portraits = explanation.portraits.map((portrait) =>
    html(
      "div",
      {},
      portraitFigure(portrait, {
        names,
        title: `Reading ${portrait.symbol} again and again (the plane holds ${shortNumber(portrait.share * 100)} % of the variance)`,
      }),
      html("p", { class: "quiet" }, portraitWords(portrait)),
    ),
  );
  return [
    html(
      "ul",
      {},
      ...explanation.findings.map((finding) => html("li", {}, html("strong", {}, `${finding.way}: `), findingWords(finding))),
    ),
    explanation.limit
      ? facts([
          ["horizon, predicted", horizonWords(explanation.predicted_horizon, explanation.limit)],
          ["horizon, measured", horizonWords(explanation.measured_horizon, explanation.limit)],
          ["what the counterexample shows", explanation.counterexample],
        ])
      : null,
    html("div", { class: "beside" }, ...portraits),
    explanation.fixed_points.length
      ? html("details", {}, html("summary", {}, "every resting point"), restingTable(explanation))
      : null,
  ];
}

function restingTable(explanation) {
  const rows = explanation.fixed_points.map((point) => [
    point.symbol,
    String(point.period),
    point.unstable ? "repels" : "attracts",
    shortNumber(point.eigenvalue),
    point.reads ?? "–",
    point.existence,
  ]);
  return table("Resting points", ["reading", "period", "", "largest eigenvalue", "reads as", "existence"], rows);
}

function proofPart(run) {
  const machine = run.machine
    ? machineFigure(run.machine)
    : html("p", { class: "quiet" }, "No machine of fixed size can do this task.");
  const proof = run.certificate ? certificateParts(run) : [html("p", { class: "quiet" }, withoutCertificate(run.verdict))];
  return [html("div", { class: "beside" }, html("div", {}, machine), html("div", {}, ...proof))];
}

function withoutCertificate(verdict) {
  return verdict?.verdict === "PROVED" ? "The certificate is missing." : "There is no certificate: only PROVED has one.";
}

function certificateParts(run) {
  const { certificate } = run;
  const proof = certificate.proofs[0];
  const noise = proof ? Math.max(...certificate.proofs.map((each) => each.epsilon)) : null;
  return [
    facts([
      ["certificate", certificate.valid ? "VALID" : `REJECTED: ${certificate.reason}`],
      ["noise budget", proof ? `${shortNumber(noise)} in every coordinate, at every step` : null],
      ["number formats covered", proof ? proof.formats.join(", ") : null],
      ["margin", proof ? `the right answer leads by ${shortNumber(proof.eta)} at least` : null],
    ]),
    proof ? boxesFigure(proof, run.net?.task.machine?.names ?? []) : null,
    html("h3", {}, "Check it yourself"),
    html(
      "p",
      {},
      "Save both files, then run the independent checker. It is plain Python, about 600 lines, and needs nothing else:",
    ),
    downloads(run),
    html("pre", { tabindex: "0" }, "python -m anylength_check certificate.json model.safetensors"),
    html("details", {}, html("summary", {}, "what the checker says"), html("pre", { tabindex: "0" }, certificate.lines.join("\n"))),
  ];
}

function settingsPart(run) {
  const { config, environment } = run;
  return [
    facts([
      ["run", run.name],
      ["task", run.net ? `${config.task}: ${run.net.task.summary}` : config.task],
      ["base", String(config.base)],
      ["cell, units", `${config.cell}, ${config.hidden}`],
      ["parameters", run.net ? run.net.parameters.toLocaleString("en") : null],
      ["where it is from", run.origin],
      ["recipe, data", `${config.recipe}, ${config.data}`],
      ["seed, epochs at most", run.origin ? null : `${config.seed}, ${config.epochs}`],
      ["candidates", run.origin ? null : String(config.candidates)],
      [
        "the recipe's numbers",
        Object.entries(config.settings)
          .map(([name, value]) => `${name} ${value}`)
          .join(", "),
      ],
      [
        "made with",
        Object.entries(environment.versions)
          .map(([name, value]) => `${name} ${value}`)
          .join(", "),
      ],
      ["on", `Python ${environment.python}, ${environment.platform}, ${environment.processor}`],
    ]),
    run.origin ? null : html("pre", { tabindex: "0" }, trainCommand(config)),
  ];
}

function trainCommand(config) {
  const task = config.machine ? "my-machine.toml" : config.task;
  const options = ["base", "cell", "hidden", "recipe", "data", "seed", "epochs", "candidates"].map(
    (name) => `--${name} ${config[name]}`,
  );
  return ["anylength train", task, ...options].join(" ");
}
