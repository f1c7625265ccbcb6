// Where the columns and rows of a strip lie, in CSS pixels.

/** Heights of the rows, and of the gaps between groups of rows; `tape`: of the digits of each number after the first. */
export const STRIP_ROWS = { digit: 30, tape: 20, gap: 6, state: 20, margins: 54, answer: 30, bottom: 4 };

/** Width of a character in a fixed-width font: of 16 px for an answer or symbol of one character, of 13 px for longer ones; of a state's letter. */
const CHARACTER_WIDTHS = { digit: 10, word: 8, letter: 8 };

const WORD_GAP = 6; // between the words of two columns

const NARROW_CANVAS = 500; // below this width (a phone) labels and columns are smaller
const LABEL_WIDTHS = { usual: 74, narrow: 58 };
const COLUMN_WIDTHS = { least: 22, leastNarrow: 19, most: 30 };
const LEAST_COLUMNS = 6;
const HEAT_HEIGHT = 150; // all units together, unless a unit would be thinner than the least or thicker than the most
const UNIT_HEIGHTS = { least: 2.5, most: 11 };

/** The geometry for a canvas of a width that shows a word from the step `first` on. */
export class StripGeometry {
  constructor(width, word, first) {
    this.width = width;
    this.word = word;
    this.first = first;
    this.isNarrow = width < NARROW_CANVAS;
    this.labels = this.isNarrow ? LABEL_WIDTHS.narrow : LABEL_WIDTHS.usual;
    this.column = columnWidth((width - this.labels) / Math.max(word.steps, 1), this.isNarrow, widestText(word));
    this.columns = Math.max(word.task.names ? 1 : LEAST_COLUMNS, Math.floor((width - this.labels) / this.column));
    this.shown = Math.min(this.columns, word.steps);
    this.unitHeight = Math.min(UNIT_HEIGHTS.most, Math.max(UNIT_HEIGHTS.least, HEAT_HEIGHT / word.units));
    this.tops = rowTops(word, this.unitHeight);
    this.height = this.tops.answers + STRIP_ROWS.answer + STRIP_ROWS.bottom;
  }

  /** The left edge of a step's column. */
  xOf(step) {
    const place = step - this.first;
    return this.labels + (this.word.fromTheRight ? this.shown - 1 - place : place) * this.column;
  }

  /** The step whose column is at x, or null. */
  stepAt(x) {
    const place = Math.floor((x - this.labels) / this.column);
    if (x < this.labels || place >= this.shown) return null;
    return this.first + (this.word.fromTheRight ? this.shown - 1 - place : place);
  }

  /** The first step to show so that `step` is seen: the present one, unless `step` lies outside of what it shows. */
  firstThatShows(step) {
    const target = Math.max(step, 0);
    let { first } = this;
    if (target < first) first = target - 1;
    else if (target >= first + this.columns) first = target - this.columns + Math.ceil(this.columns / 4);
    return Math.min(Math.max(first, 0), Math.max(0, this.word.steps - this.columns));
  }
}

/** The width of a column: as much as there is room for, between two bounds; an answer in words may need more. */
function columnWidth(room, isNarrow, widest) {
  const least = Math.max(widest, isNarrow ? COLUMN_WIDTHS.leastNarrow : COLUMN_WIDTHS.least);
  return Math.min(Math.max(widest, COLUMN_WIDTHS.most), Math.max(least, room));
}

/** The width that the longest answer, symbol or letter of a state needs. */
function widestText({ shortLabels, shortSymbols, task, letters }) {
  const longest = longestOfTexts([...(shortLabels ?? []), ...(shortSymbols ?? [])]);
  const texts = longest === 1 ? CHARACTER_WIDTHS.digit : longest * CHARACTER_WIDTHS.word + WORD_GAP;
  return task.names && letters ? Math.max(texts, longestOfTexts(letters) * CHARACTER_WIDTHS.letter) : texts;
}

function longestOfTexts(texts) {
  return texts.reduce((longest, text) => Math.max(longest, text.length), 1);
}

/** The upper edges of the rows below the digits; `answers` is also where the strip of a net without machine states goes on. */
function rowTops(word, unitHeight) {
  const heat = STRIP_ROWS.digit + (word.task.tapes - 1) * STRIP_ROWS.tape;
  const states = heat + word.units * unitHeight + STRIP_ROWS.gap;
  const margins = states + 2 * STRIP_ROWS.state + STRIP_ROWS.gap;
  return { heat, states, margins, answers: word.names ? margins + STRIP_ROWS.margins + STRIP_ROWS.gap : states };
}
