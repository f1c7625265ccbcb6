// Makes HTML and SVG elements from a tag, attributes and children. Text goes in as text, never as markup.

const SVG_SPACE = "http://www.w3.org/2000/svg";

/** An HTML element. Attributes whose names begin with "on" are listeners; false, null and undefined leave an attribute out. */
export function html(tag, attributes = {}, ...children) {
  return withContent(document.createElement(tag), attributes, children);
}

/** An SVG element, in the same way. */
export function svg(tag, attributes = {}, ...children) {
  return withContent(document.createElementNS(SVG_SPACE, tag), attributes, children);
}

/** Puts new children in place of the old ones. */
export function refill(element, ...children) {
  element.replaceChildren(...withoutGaps(children));
  return element;
}

/** A two-column table of facts: [name, text or element][]; entries without a value are left out. */
export function facts(pairs) {
  const rows = pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, value)));
  return html(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": "Facts" },
    html("table", {}, html("tbody", {}, ...rows)),
  );
}

/** A table with a caption for screen readers. `rows` are arrays of texts or elements. */
export function table(caption, heads, rows) {
  const cells = (row) => row.map((cell) => html("td", {}, cell));
  return html(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    html(
      "table",
      {},
      html("caption", { class: "unseen" }, caption),
      html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))),
      html("tbody", {}, ...rows.map((row) => html("tr", {}, ...cells(row)))),
    ),
  );
}

/** A folded table behind a plot; it is made when the reader first opens it. On paper the plot stands for it. */
export function tableBehind(caption, heads, makeRows) {
  const summary = html("summary", {}, "the figures as a table");
  const details = html("details", { class: "unprinted", "data-table": caption }, summary);
  const fill = () => {
    if (details.open && details.children.length === 1) details.append(table(caption, heads, makeRows()));
  };
  details.addEventListener("toggle", fill);
  return details;
}

/** Opens the folded parts that are printed, and folds them again afterwards. */
export function openForPrint(root) {
  const opened = [];
  window.addEventListener("beforeprint", () => {
    for (const details of root.querySelectorAll("details:not([open], .unprinted)")) {
      details.open = true;
      opened.push(details);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened.splice(0)) details.open = false;
  });
}

function withContent(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...withoutGaps(children));
  return element;
}

function withoutGaps(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== false);
}
