// The report's last section: how the run was made.

import { facts, html } from "../shared/dom.js";

/** The section's elements for a run. */
export function settingsPart(run) {
  const { config, net, origin } = run;
  const trained = !origin;
  return [
    facts([
      ...netFacts(run),
      ["origin", origin],
      ["recipe, data", `${config.recipe}, ${config.data}`],
      ["seed, most epochs", trained ? `${config.seed}, ${config.epochs}` : null],
      ["candidates", trained ? String(config.candidates) : null],
      ["recipe settings", pairs(config.settings)],
      ...environmentFacts(run.environment),
    ]),
    trained ? html("pre", { tabindex: "0" }, trainCommand(config)) : null,
    ...(net?.equations.length ? equationsPart(net.equations) : []),
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
    ["base", String(config.base)],
    ["cell, units", `${config.cell}, ${config.hidden}`],
    ["layers, between", config.layers ? `${config.layers}, ${config.between}` : null],
    ["parameters", net ? net.parameters.toLocaleString("en") : null],
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

function trainCommand(config) {
  const task = config.machine ? "my-machine.toml" : config.task;
  const layers = config.layers ? ["layers", "between"] : [];
  const names = ["base", "cell", ...layers, "hidden", "recipe", "data", "seed", "epochs", "candidates"];
  const options = names.map((name) => `--${name} ${config[name]}`);
  return ["anylength train", task, ...options].join(" ");
}
