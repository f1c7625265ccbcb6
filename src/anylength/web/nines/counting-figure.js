// Counting as everybody learns it: digit by digit from the right, with a carry.

import { html, refill } from "../shared/dom.js";
import { BadInput, quotedText } from "../shared/errors.js";

const MOST_DIGITS = 60; // as many as the page's slider has nines

/** A field for a number, and the table of its digits. */
export function countingFigure() {
  const attributes = { type: "text", inputmode: "numeric", value: "1999" };
  const field = html("input", { ...attributes, "aria-label": "A number to count on from" });
  const shown = html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "The digits and the carry" });
  const refused = html("p", { class: "message", role: "alert" });
  field.oninput = () => {
    const text = field.value.trim() || "0";
    const isNumber = /^\d+$/.test(text) && text.length <= MOST_DIGITS;
    refused.textContent = isNumber ? "" : new BadInput(`a whole number of up to ${MOST_DIGITS} digits`, quotedText(text), "correct it").message;
    refill(shown, isNumber ? countingTable(text) : null);
  };
  refill(shown, countingTable(field.value));
  return html("div", {}, html("p", { class: "row" }, html("label", {}, "Number ", field)), refused, shown);
}

function countingTable(number) {
  const digits = [...number].map(Number).reverse();
  const rows = { carry: [], read: [], answer: [] };
  let carry = true;
  for (const digit of [...digits, 0]) {
    rows.carry.push(carry ? "1" : "");
    rows.read.push(String(digit));
    rows.answer.push(String((digit + (carry ? 1 : 0)) % 10));
    carry = carry && digit === 9;
  }
  const row = (head, cells) => {
    return html("tr", {}, html("th", { scope: "row" }, head), ...[...cells].reverse().map((cell) => html("td", {}, cell)));
  };
  const body = html("tbody", {}, row("to remember", rows.carry), row("read", rows.read), row("answer", rows.answer));
  return html("table", { class: "counting-table" }, html("caption", { class: "unseen" }, `${number} + 1, from the right`), body);
}
