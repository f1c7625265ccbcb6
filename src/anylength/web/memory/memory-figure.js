// The memory of a net at the step that is shown: its stacks, tops to the left, or its tape with the head, and what it does with them.

import { html, refill } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";
import { growingCell } from "../shared/growing.js";
import { decodedTensor } from "../shared/tensors.js";
import { entriesPicture } from "../site/entries.js";
import { labelsBelow, labelsWritten, stackTrace, tapeTrace } from "./memory-trace.js";

const MOST_ENTRIES = 60; // of a stack or a tape that are drawn
const FADED = 0.02; // an entry whose numbers are all smaller counts as empty
const MOSTLY = 0.5; // the share from which an action is emphasised

export class MemoryFigure {
  /**
   * @param {object} record of the net, a `NetView`
   * @param {{width: number, stacks: number}} layout of its memory
   */
  constructor(record, { width, stacks }) {
    Object.assign(this, { width, stacks, hidden: record.hidden, run: null });
    const weights = Object.fromEntries(Object.entries(record.tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
    this.cell = growingCell(record.growing, weights, record.task);
    this.title = html("h3");
    this.parts = html("div");
    const about =
      `An entry has ${width} numbers: a stripe for each, blue below 0, orange above. Below it stands what the net read when it wrote ` +
      "the entry; mixed entries have no such sign.";
    this.element = html("div", { class: "memory" }, this.title, this.parts, html("p", { class: "quiet" }, about));
  }

  /** Shows the memory after a step of a word; `step` is −1 before the first. */
  show(word, step) {
    if (word.run !== this.run) this.read(word);
    const reads = step < 0 ? "Before the first step" : `Step ${grouped(step + 1)} reads ${word.symbolAt(step)}`;
    this.title.textContent = `The memory. ${reads}`;
    const state = step < 0 ? word.net.start() : word.run.states[step];
    refill(this.parts, ...(this.stacks ? this.stacksAt(state, step) : this.tapeAt(state, step)));
  }

  /** Follows what the net does with its memory. */
  read(word) {
    const { states } = word.run;
    const gatesAt = (step) => this.cell.gates(step ? states[step - 1] : word.net.start(), word.symbols[step]);
    this.run = word.run;
    this.trace = this.stacks ? stackTrace(word, gatesAt, this.stacks) : tapeTrace(word, gatesAt);
  }

  /** The entries of a part of the memory, each as a view of its numbers. */
  entriesOf(state, first, count) {
    return Array.from({ length: count }, (_, entry) => state.subarray(first + entry * this.width, first + (entry + 1) * this.width));
  }

  stacksAt(state, step) {
    const depth = (state.length - this.hidden) / (this.stacks * this.width);
    return Array.from({ length: this.stacks }, (_, number) => {
      const entries = this.entriesOf(state, this.hidden + number * depth * this.width, depth);
      const done = this.trace[step]?.[number];
      const full = depth - [...entries].reverse().findIndex((entry) => !isEmpty(entry));
      const used = entries.slice(0, entries.every(isEmpty) ? 0 : full);
      const labels = done?.isKnown ? labelsBelow(done.top) : [];
      const shown = used.slice(0, MOST_ENTRIES).map((values, place) => ({ values, label: labels[place] ?? "", place }));
      const left = used.length - shown.length;
      const name = `Stack ${number + 1}`;
      const says = used.length ? `${name}, from its top: ${saidOf(shown)}` : `${name} is empty`;
      const motion = motionOf(done?.actions, { push: "left", pop: "right" });
      const picture = entriesPicture(shown, says, { slots: Math.max(1, shown.length), motion });
      const more = left ? `, and ${grouped(left)} entries more` : "";
      return memoryRow(name, done?.actions, picture, used.length ? `top at the left${more}` : "empty");
    });
  }

  tapeAt(state, step) {
    const depth = (state.length - this.hidden) / this.width;
    const entries = this.entriesOf(state, this.hidden, depth);
    const done = this.trace[step];
    const at = done?.at ?? 0;
    const [first, last] = this.placesAround(at);
    const labels = done?.isKnown ? labelsWritten(this.trace, step) : new Map();
    const shown = Array.from({ length: last - first + 1 }, (_, number) => {
      const place = first + number;
      const values = entries[(((place - at) % depth) + depth) % depth];
      const isThere = Math.abs(place - at) <= (depth - 1) / 2;
      return { values: isThere ? values : values.map(() => 0), label: labels.get(place) ?? "", place: number };
    });
    const motion = motionOf(done?.actions, { left: "right", right: "left" });
    const says = `The tape, from the left: ${saidOf(shown)}. The head is at place ${at - first + 1} of ${shown.length}.`;
    const picture = entriesPicture(shown, says, { slots: shown.length, head: { place: at - first, motion } });
    return [memoryRow("Tape", done?.actions, picture, "the net sees the entry at the triangle")];
  }

  /** The places of the tape that the net visits; of many those around the head. */
  placesAround(at) {
    const places = [0, ...this.trace.map((done) => done.at)];
    const [first, last] = [Math.min(...places), Math.max(...places)];
    if (last - first < MOST_ENTRIES) return [first, last];
    const start = Math.max(first, Math.min(at - MOST_ENTRIES / 2, last - MOST_ENTRIES + 1));
    return [start, start + MOST_ENTRIES - 1];
  }
}

const isEmpty = (values) => values.every((value) => Math.abs(value) < FADED);

/** Entries in words. */
function saidOf(shown) {
  return shown.map(({ values, label }) => (isEmpty(values) ? "empty" : label || "a mixture")).join(", ");
}

/** Where entries or head come from, if an action is mostly done. */
function motionOf(actions, motions) {
  const done = actions?.find(([name, share]) => share > MOSTLY && Object.hasOwn(motions, name));
  return done ? `from-${motions[done[0]]}` : "";
}

function memoryRow(name, actions, picture, note) {
  const action = ([text, share]) => html(
    "li", { class: share > MOSTLY ? "done" : "" },
    html("meter", { min: "0", max: "1", value: String(share), "aria-label": text }), ` ${text} ${Math.round(100 * share)} %`,
  );
  const scroll = html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": name }, picture);
  return html(
    "div", { class: "memory-row" }, html("p", {}, html("strong", {}, name), html("span", { class: "quiet" }, `: ${note}`)),
    html("ul", { class: "actions" }, ...(actions ?? []).map(action)), scroll,
  );
}
