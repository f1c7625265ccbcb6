// The proof to take away: certificate and weights, and how anyone checks them.

import { CHECK_COMMAND, checkerLines } from "../shared/check-button.js";
import { html } from "../shared/dom.js";
import { pythonCheck } from "../shared/python-check.js";
import { saveButtons } from "../shared/saved-files.js";

/** The buttons, the command, and what the checker said. */
export function takeAway({ certificate, weights, lines }) {
  return html(
    "div",
    {},
    html("p", { class: "row" }, ...saveButtons({ certificate, weights })),
    pythonCheck({ certificate, weights }),
    html("p", {}, "The page has checked them, with exact integers. Check them again, by a program that needs nothing but Python:"),
    html("p", {}, html("code", {}, CHECK_COMMAND)),
    checkerLines(lines),
  );
}
