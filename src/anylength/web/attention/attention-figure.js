// Attention as arcs: what the net reads in a row, and from the position that it reads now an arc to each one that it attends to.

import { html, refill, svg } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";
import { attentionReader, choosiestHead, headName, headsByLayer, headSign, largestShares } from "./attention-trace.js";

const TOKEN = { least: 32, character: 13, padding: 12, height: 38, answer: 34, start: 66 };
const ARC = { lowest: 30, highest: 170, slope: 0.42, thinnest: 1.5, thickest: 8 };
const SMALLEST = 0.62; // scale at which a long row is shown; a still longer one is scrolled
const LEAST_DRAWN = 0.01; // a smaller share has no arc
const [MOST_TOLD, LEAST_TOLD] = [4, 0.02]; // tokens in words
const EDGE = 2; // around the picture
const START = "start";
const SUMS = { location: "the shares of this kind need not add up to 100 %" }; // what differs from a softmax

export class AttentionFigure {
  /**
   * @param {object} record of the net, a `NetView`
   * @param {{head: string, onHead: (sign: string) => void}} options the head of the address, and what to do when the reader chooses one
   */
  constructor(record, { head, onHead }) {
    Object.assign(this, { run: null, wanted: head, onHead, attentionOver: attentionReader(record) });
    this.title = html("h3");
    this.heads = html("div", { role: "group", "aria-label": "Head of the attention" });
    this.scroll = html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Attention" });
    this.told = html("p", { class: "attention-told" });
    const about =
      "Upper row: what the net reads. Lower row: what it answers. An arc goes from the position that it reads now to each position that " +
      `it attends to. The wider and darker the arc, the larger its share; ${SUMS[record.cell] ?? "the shares of a head add up to 100 %"}.`;
    const note = html("p", { class: "quiet" }, about);
    this.element = html("div", { class: "attention" }, this.title, this.heads, this.scroll, this.told, note);
  }

  /** Shows the attention at a step of a word; `step` is −1 before the first. */
  show(word, step) {
    if (word.run !== this.run) this.read(word);
    this.step = step;
    const reads = step < 0 ? "Before the first step" : `Step ${grouped(step + 1)} reads ${word.symbolAt(step)}`;
    this.title.textContent = `Attention. ${reads}`;
    for (const chip of this.heads.querySelectorAll("button")) chip.setAttribute("aria-pressed", String(Number(chip.value) === this.head));
    this.draw();
  }

  /** Another run: finds its attention and where its tokens stand. */
  read(word) {
    Object.assign(this, { word, run: word.run, attention: this.attentionOver(word.symbols) });
    const { rows } = this.attention;
    const chosen = rows.findIndex((_, head) => headSign(head, rows.length) === this.wanted);
    const isGraded = Array.from(word.symbols, (_, step) => word.isRight(step) !== null);
    const counts = isGraded.some(Boolean) ? (step) => isGraded[step] : () => true;
    this.head = chosen >= 0 ? chosen : choosiestHead(this.attention, counts);
    this.places = tokenPlaces(word, this.attention.lead);
    refill(this.heads, ...(rows.length > 1 ? headsByLayer(rows.length).map((heads, layer) => this.layerRow(heads, layer)) : []));
    this.picture = null;
  }

  layerRow(heads, layer) {
    const name = (head) => headName(head, this.attention.rows.length);
    const chip = (head, number) => html("button", {
      type: "button", class: "chip", value: head, "aria-label": name(head), onclick: () => this.choose(head),
    }, `head ${number + 1}`);
    return html("div", { class: "chips" }, html("span", { class: "quiet" }, `Layer ${layer + 1}`), ...heads.map(chip));
  }

  choose(head) {
    this.head = head;
    this.wanted = headSign(head, this.attention.rows.length);
    this.onHead(this.wanted);
    this.show(this.word, this.step);
  }

  draw() {
    const { word, step, places, attention } = this;
    const shares = step < 0 ? null : attention.rows[this.head][step];
    const says = this.saysOf(shares);
    this.told.textContent = says;
    const now = step + attention.lead;
    this.picture ??= rowPicture(word, places, this.scroll);
    this.picture.take({ says, arcs: shares ? arcsOf(shares, now, places) : [], now: step < 0 ? -1 : now, shares });
  }

  /** What the net attends to, in words. */
  saysOf(shares) {
    if (!shares) return "It has read nothing yet.";
    const { rows, lead } = this.attention;
    const name = (token) => {
      if (token < lead) return "the start";
      const step = token - lead;
      const itself = step === this.step ? ", which it reads now" : "";
      return `${this.word.symbolAt(step)} at step ${grouped(step + 1)}${itself}`;
    };
    const percent = (share) => `${Math.round(100 * share)} %`;
    const largest = largestShares(shares, MOST_TOLD, LEAST_TOLD).map(([token, share]) => `${name(token)}: ${percent(share)}`);
    const title = headName(this.head, rows.length);
    const head = `${title[0].toUpperCase()}${title.slice(1)}`;
    return largest.length ? `${head}. ${largest.join("; ")}.` : `${head}. Its shares are all below ${percent(LEAST_TOLD)}.`;
  }
}

/** The middles of the tokens and the width of the row: `start` before the word, then its symbols, in the direction in which it is read. */
function tokenPlaces(word, lead) {
  const texts = Array.from(word.symbols, (_, step) => [word.symbolAt(step), word.shortAnswerAt(step)]).flat();
  const longest = Math.max(1, ...texts.map((text) => text.length));
  const cell = Math.max(TOKEN.least, longest * TOKEN.character + TOKEN.padding);
  const [first, width] = [lead * TOKEN.start, lead * TOKEN.start + word.steps * cell];
  const middles = [...Array(lead).fill(first / 2), ...Array.from({ length: word.steps }, (_, step) => first + (step + 0.5) * cell)];
  return { middles: word.fromTheRight ? middles.map((x) => width - x) : middles, cell, width };
}

/** The arcs of a step: their paths and shares. */
function arcsOf(shares, now, { middles }) {
  const arcs = Array.from(shares, (share, token) => ({ share, path: arcPath(middles[now], middles[token]) }));
  return arcs.filter(({ share }) => share >= LEAST_DRAWN);
}

/** An arc above the row; from a token to itself a small loop. */
function arcPath(from, to) {
  const distance = Math.abs(from - to);
  const height = Math.min(ARC.highest, ARC.lowest + ARC.slope * distance);
  if (!distance) return `M${from - 6} 0c-16 ${-1.2 * height} 28 ${-1.2 * height} 12 0`;
  return `M${from} 0C${from} ${-height} ${to} ${-height} ${to} 0`;
}

/** The picture of a row of tokens. It is made once for a word; each step changes arcs, marks and answers. */
function rowPicture(word, { middles, cell, width }, place) {
  const top = Math.min(ARC.highest, ARC.lowest + ARC.slope * width) * 0.78 + EDGE;
  const [total, height] = [width + 2 * EDGE, top + TOKEN.height + TOKEN.answer + EDGE];
  const lead = middles.length - word.steps;
  const texts = middles.map((_, token) => (token < lead ? START : word.symbolAt(token - lead)));
  const sizeOf = (token) => (token < lead ? TOKEN.start : cell);
  const boxes = middles.map((x, token) => {
    const size = sizeOf(token);
    return svg("rect", { x: x - size / 2 + 1, y: 1, width: size - 2, height: TOKEN.height - 2 });
  });
  const labels = middles.map((x, token) => {
    const kind = token < lead ? "start" : "";
    return svg("text", { x, y: 26, class: kind, "text-anchor": "middle" }, texts[token]);
  });
  const answers = Array.from({ length: word.steps }, (_, step) => answerMark(word, step, middles[step + lead]));
  const arcs = svg("g", { class: "arcs" });
  const marks = svg("g", {}, ...boxes, ...labels, ...answers);
  const picture = svg(
    "svg", { viewBox: `${-EDGE} ${-top} ${total} ${height}`, width: total, height, role: "img" }, arcs, marks,
  );
  picture.style.maxWidth = `max(100%, ${Math.ceil(SMALLEST * total)}px)`;
  refill(place, picture);
  const take = ({ says, arcs: drawn, now, shares }) => {
    picture.setAttribute("aria-label", says);
    const arc = ({ share, path }) => svg("path", { d: path, "stroke-width": widthOf(share), "stroke-opacity": opacityOf(share) });
    refill(arcs, ...drawn.map(arc));
    boxes.forEach((box, token) => {
      box.setAttribute("fill-opacity", (shares?.[token] ?? 0).toFixed(3));
      box.setAttribute("class", token === now ? "now" : "");
    });
    answers.forEach((answer, step) => (answer.style.visibility = step + lead <= now ? "visible" : "hidden"));
    if (now >= 0) keepInView(place, (middles[now] * picture.clientWidth) / total);
  };
  return { take };
}

const widthOf = (share) => (ARC.thinnest + Math.min(1, share) * (ARC.thickest - ARC.thinnest)).toFixed(2);

const opacityOf = (share) => (0.2 + 0.8 * Math.min(1, share)).toFixed(2);

/** What the net answers at a step, with a line below it where it is wrong. Steps whose answer does not count have none. */
function answerMark(word, step, x) {
  const right = word.isRight(step);
  if (word.rightOutputs && right === null) return svg("g");
  const y = TOKEN.height + 24;
  const kind = right === false ? "wrong" : right ? "right" : "";
  const text = svg("text", { x, y, "text-anchor": "middle" }, word.shortAnswerAt(step));
  return svg("g", { class: kind }, text, right === false && svg("path", { d: `M${x - 9} ${y + 6}h18` }));
}

/** Scrolls sideways so that a place is seen. */
function keepInView(place, x) {
  const room = place.clientWidth / 4;
  if (x < place.scrollLeft + room) place.scrollLeft = x - room;
  else if (x > place.scrollLeft + place.clientWidth - room) place.scrollLeft = x - place.clientWidth + room;
}
