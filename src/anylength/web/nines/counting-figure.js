// Counting as everybody learns it: digit by digit from the right, with a carry.

import { html } from "../shared/dom.js";

/** The table of a number's digits and the carry. */
export function countingTable(number) {
  const rows = { carry: [], read: [], answer: [] };
  let carry = true;
  for (const digit of [...[...number].reverse().map(Number), 0]) {
    rows.carry.push(carry ? "1" : "");
    rows.read.push(String(digit));
    rows.answer.push(String((digit + (carry ? 1 : 0)) % 10));
    carry = carry && digit === 9;
  }
  const row = (head, cells) => {
    return html("tr", {}, html("th", { scope: "row" }, head), ...[...cells].reverse().map((cell) => html("td", {}, cell)));
  };
  const body = html("tbody", {}, row("to remember", rows.carry), row("read", rows.read), row("answer", rows.answer));
  const table = html("table", { class: "counting-table" }, html("caption", { class: "unseen" }, `${number} + 1, from the right`), body);
  return html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "The digits and the carry" }, table);
}
