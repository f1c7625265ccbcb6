// The report's last section: how the run was made.

import { alphabetText } from "../shared/symbols-help.js";
import { facts, html } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";

/** Symbols or answers that are listed. */
const MOST_ALPHABET = 20;

/** The section's elements for a run. */
export function settingsPart(run) {
  const { config, net, origin } = run;
  const trained = !origin;
  const settings = [
    facts([
      ...netFacts(run),
      ["origin", origin],
      ["recipe, data", `${config.recipe}, ${config.data}`],
      ["seed, most epochs", trained ? `${config.seed}, ${config.epochs}` : null],
      ["candidates", trained ? String(config.candidates) : null],
      ["recipe settings", pairs(config.settings)],
      ...environmentFacts(run.environment),
    ]),
    ...(net?.equations.length ? equationsPart(net.equations) : []),
  ];
  return [
    trained ? html("pre", { tabindex: "0" }, trainCommand(config, net?.task.names)) : null,
    html("details", {}, html("summary", {}, "all settings"), ...settings),
  ];
}

/** One step of the net as equations; the last line says what their signs mean. */
function equationsPart(equations) {
  return [
    html("h3", {}, "One step of the net"),
    html("pre", { tabindex: "0", "aria-label": "The equations of one step" }, equations.slice(0, -1).join("\n")),
    html("p", { class: "quiet" }, equations.at(-1)),
  ];
}

function netFacts({ name, config, net }) {
  return [
    ["run", name],
    ["task", net ? `${config.task}: ${net.task.summary}` : config.task],
    ...inputFacts(config, net?.task),
    ["cell, units", `${config.cell}, ${config.hidden}`],
    ["layers, between", config.layers ? `${config.layers}, ${config.between}` : null],
    ["parameters", net ? grouped(net.parameters) : null],
  ];
}

/** What the net reads: digits of a base, or the symbols of an alphabet; and what it answers to symbols. */
function inputFacts({ base }, task) {
  if (!task?.names) return [["base", String(base)]];
  const graded = task.graded === "all" ? "one for each symbol" : "the last one is the answer to the word";
  return [
    ["alphabet", alphabetText(task.names, MOST_ALPHABET)],
    ["answers", `${alphabetText(task.labels, MOST_ALPHABET, "answers")}; ${graded}`],
  ];
}

function environmentFacts({ versions, python, platform, processor }) {
  return [
    ["versions", pairs(versions)],
    ["platform", `Python ${python}, ${platform}, ${processor}`],
  ];
}

function pairs(values) {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function trainCommand(config, symbols) {
  const task = config.machine ? "my-machine.toml" : config.task;
  const layers = config.layers ? ["layers", "between"] : [];
  const names = [...(symbols ? [] : ["base"]), "cell", ...layers, "hidden", "recipe", "data", "seed", "epochs", "candidates"];
  const options = names.map((name) => `--${name} ${config[name]}`);
  return ["anylength train", task, ...options].join(" ");
}
