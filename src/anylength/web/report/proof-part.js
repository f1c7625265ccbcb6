// The report's section on the task's machine and the certificate.

import { checkHere } from "./check-here.js";
import { facts, html, svg, tableBehind } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";
import { machineFigure } from "./machine.js";
import { shortNumber, linearScale } from "../shared/scales.js";
import { stateColour } from "../shared/theme.js";
import { bytesOfBase64, saveButtons } from "../shared/saved-files.js";

/** The section's elements for a run. */
export function proofPart(run) {
  const machine = run.machine ? machineFigure(run.machine, { isNamed: run.words.reads_words }) : quiet(withoutMachine(run.net?.task.stack_machine));
  const proof = run.certificate ? certificateParts(run) : [quiet(withoutCertificate(run.verdict))];
  return [html("div", { class: "beside" }, html("div", {}, machine), html("div", {}, ...proof))];
}

function quiet(text) {
  return html("p", { class: "quiet" }, text);
}

function withoutMachine(machine) {
  if (!machine) return "No machine of a fixed size can do this task.";
  const [states, stacks] = [machine.delta.length, machine.actions[0][0].length];
  return (
    `No machine of a fixed size can do this task. A machine with ${manyOf(stacks, "stack")} can, and the net follows it: it has ` +
    `${manyOf(states, "state")}, and puts ${manyOf(machine.letters - 1, "letter")} on its stacks. At each step it sees the symbol and ` +
    "the letter on top of each stack, and it pushes a letter, pops, or keeps the stack."
  );
}

const manyOf = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

function withoutCertificate(verdict) {
  if (verdict?.verdict === "PROVED") return "The certificate is missing.";
  if (verdict?.horizon) return `The certificate is about inputs of up to ${verdict.horizon} steps: horizon-certificate.json in the run's folder.`;
  return "There is no certificate: only a PROVED verdict has one.";
}

function certificateParts(run) {
  const { certificate } = run;
  const proof = certificate.proofs[0];
  return [
    facts([["certificate", certificate.valid ? "VALID" : `REJECTED: ${certificate.reason}`], ...proofFacts(certificate.proofs)]),
    proof ? regions(proof, run.net?.task.machine?.names ?? []) : null,
    html("h3", {}, "Check it yourself"),
    html(
      "p",
      {},
      "Save both files, then run the independent checker. It is plain Python, a thousand lines of code, and needs nothing else:",
    ),
    downloads(run),
    html("pre", { tabindex: "0" }, "python -m anylength_check certificate.json model.safetensors"),
    checkHere(run),
    html("details", {}, html("summary", {}, "what the checker says"), html("pre", { tabindex: "0" }, certificate.lines.join("\n"))),
  ];
}

/** The picture of boxes; ellipsoids are told in words. */
function regions(proof, names) {
  if (proof.letters.length) return boxesOfStacks(proof);
  if (proof.boxes.length) return boxesFigure(proof.boxes, names, STATE_BOXES);
  return quiet("The regions of this proof are ellipsoids of states, one for each way in which a word may have ended.");
}

/** The first proof's margin and formats, and the largest noise of all proofs. */
function proofFacts(proofs) {
  if (!proofs.length) return [];
  const noise = Math.max(...proofs.map((proof) => proof.epsilon));
  return [
    ["noise budget", `${shortNumber(noise)} in every unit, at every step`],
    ["storage formats", proofs[0].formats.join(", ")],
    ["margin", `the logit of the right answer is above all others by at least ${shortNumber(proofs[0].eta)}`],
  ];
}

// The regions of a certificate: for each state of the machine the interval of every coordinate, as bars side by side.

const BOX_PLOT = { height: 230, top: 10, bottom: 34, left: 44 }; // in pixels
const COLUMNS = { least: 13, gap: 4, bar: 6 }; // widths: of a column, between columns, of a bar with its gap

const MOST_BOXES = 12; // in a picture; the table has all
const STATE_BOXES = {
  title: "The regions of the proof: whatever the input, what the state adds to the next step (the recurrent term) stays in one of these boxes",
  axis: (count) => `coordinates 1 … ${count} of the recurrent term`, what: (name) => `state “${name}”`,
};
const LETTER_BOXES = {
  title: "Whatever the input, and however deep the stacks become, a vector on a stack is in one of these boxes",
  axis: (count) => `numbers 1 … ${count} of a vector`, what: (name) => name,
};

/** The boxes of states and those of vectors on stacks. */
function boxesOfStacks({ boxes, letters }) {
  const names = (all) => [...new Set(all.map(({ state }) => state))];
  return html(
    "div", {}, html("p", {}, `${manyOf(boxes.length + letters.length, "region")}, ${boxes.length} of states and ${letters.length} of vectors on stacks, hold at every length and depth.`),
    boxesFigure(boxes, names(boxes), STATE_BOXES), boxesFigure(letters, names(letters), LETTER_BOXES),
  );
}

/** Boxes with caption, legend and table. */
function boxesFigure(boxes, names, { title, axis, what }) {
  const rows = () =>
    boxes.flatMap((box) => box.low.map((low, i) => [box.state, i + 1, shortNumber(low), shortNumber(box.high[i])]));
  const drawn = boxes.slice(0, MOST_BOXES);
  const some = drawn.length < boxes.length ? `; drawn are the first ${drawn.length} of ${grouped(boxes.length)}` : "";
  return html(
    "figure",
    {},
    html("figcaption", {}, title + some),
    html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": title }, boxesPicture(drawn, names, { title, axis })),
    boxesLegend(drawn, names, what),
    tableBehind(title, ["box", "coordinate", "from", "to"], rows),
  );
}

function boxesPicture(boxes, names, { title, axis }) {
  const count = boxes[0]?.low.length ?? 0;
  const column = Math.max(COLUMNS.least, COLUMNS.gap + COLUMNS.bar * boxes.length);
  const width = BOX_PLOT.left + count * column + 10;
  const ends = boxes.flatMap((box) => [...box.low, ...box.high]);
  const scale = linearScale([Math.min(...ends), Math.max(...ends)], [BOX_PLOT.height - BOX_PLOT.bottom, BOX_PLOT.top]);
  const bar = (column - COLUMNS.gap) / boxes.length;
  const bars = boxes.flatMap((box, k) =>
    box.low.map((low, i) => {
      const x = BOX_PLOT.left + i * column + COLUMNS.gap / 2 + k * bar;
      return barShape(x, bar, [scale.position(low), scale.position(box.high[i])], stateColour(names, box.state));
    }),
  );
  const words = `${title}. ${boxes.length} boxes of ${count} intervals, one bar for each coordinate.`;
  const size = { viewBox: `0 0 ${width} ${BOX_PLOT.height}`, width, height: BOX_PLOT.height, role: "img", "aria-label": words };
  return svg("svg", size, ...gridLines(scale, width), ...bars, axisLabel(BOX_PLOT.left + (count * column) / 2, axis(count)));
}

function gridLines(scale, width) {
  return scale.ticks.flatMap((tick) => {
    const y = scale.position(tick);
    return [
      svg("line", { class: "gridline", x1: BOX_PLOT.left, x2: width, y1: y, y2: y }),
      svg("text", { x: BOX_PLOT.left - 6, y: y + 4, "text-anchor": "end" }, shortNumber(tick)),
    ];
  });
}

function axisLabel(x, text) {
  return svg("text", { x, y: BOX_PLOT.height - 8, "text-anchor": "middle" }, text);
}

function barShape(x, width, [bottom, top], colour) {
  const size = { width: Math.max(width - 0.6, 1), height: Math.max(bottom - top, 1.5) };
  return svg("rect", { class: `fill ${colour}`, x, y: top, ...size, rx: 1 });
}

function boxesLegend(boxes, names, what) {
  const sign = (name) => {
    const bar = svg("rect", { class: `fill ${stateColour(names, name)}`, width: 8, height: 14 });
    return svg("svg", { width: 12, height: 14, viewBox: "0 0 12 14", "aria-hidden": "true" }, bar);
  };
  const states = [...new Set(boxes.map((box) => box.state))];
  return html("ul", { class: "legend" }, ...states.map((name) => html("li", {}, sign(name), what(name))));
}

/** Buttons that save the certificate and the weights of a run. */
function downloads({ certificate, model }) {
  const files = { certificate: certificate?.text, weights: model ? bytesOfBase64(model) : null };
  return html("div", { class: "row unprinted" }, ...saveButtons(files));
}
