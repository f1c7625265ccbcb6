// The big count and the verdict beside the picture.

import { html, refill } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";

export class VerdictPanel {
  constructor(root) {
    this.root = root;
    [this.count, this.caption, this.said] = ["count", "count-caption", "said"].map((id) => document.getElementById(id));
  }

  /** How many of the arrows are open. */
  open(count, all) {
    this.count.textContent = String(count);
    this.count.toggleAttribute("data-closed", count === 0);
    this.caption.textContent = `of ${all} ${all === 1 ? "arrow misses its" : "arrows miss their"} box`;
  }

  /**
   * @param {"" | "none" | "proved" | "lost" | "broken"} kind
   * @param {string} head
   * @param {string} text
   * @param {string} detail
   */
  say(kind, head, text, detail = "") {
    this.root.dataset.verdict = kind;
    const stamp = head ? html("strong", { class: "big-stamp" }, head) : null;
    refill(this.said, stamp, html("span", {}, text), detail ? html("small", {}, detail) : null);
  }

  /** No verdict: the picture is about another pattern than the text. */
  withdraw(text) {
    [this.count.textContent, this.caption.textContent] = ["–", ""];
    this.count.removeAttribute("data-closed");
    this.say("none", "", text);
  }

  /** What is shown while a net learns. No reader is interrupted by it. */
  learning(updates) {
    this.root.dataset.verdict = "";
    refill(this.said, html("span", { "aria-hidden": "true" }, `learning: update ${grouped(updates)}`));
  }
}
