// The nets of a sweep: a list to choose from, and what is known about the chosen net. The address holds the choice.

import { facts, html, refill } from "../shared/dom.js";
import { grouped } from "../shared/grouped.js";

const PAGE_NETS = 20; // nets that are listed at once: about one screen

/** Names of the facts that have a column in the list. */
const LISTED = ["verdict, as the sweep recorded"];

/** The list of nets in its place. `names` are the settings' names by number, `path` is the sweep's folder. */
export class NetList {
  constructor(place, nets, names, path) {
    Object.assign(this, { place, nets, names, path });
    this.setting = "";
    this.first = 0;
    this.detail = html("div", { id: "net", tabindex: "-1" });
    this.list = html("div");
    this.choice = settingChoice(names, (setting) => this.filter(setting));
    refill(place, names.size > 1 ? this.choice : null, this.list, this.detail);
    window.addEventListener("hashchange", () => this.showChosen({ isFocused: true }));
    this.draw();
    this.showChosen();
  }

  /** The nets of the chosen setting. */
  get chosen() {
    return this.nets.filter(({ setting }) => this.setting === "" || setting === Number(this.setting));
  }

  filter(setting) {
    this.setting = setting;
    this.first = 0;
    this.draw();
  }

  draw() {
    const nets = this.chosen.slice(this.first, this.first + PAGE_NETS);
    const heads = ["net", "setting", "seed", ...LISTED, "report"].map((head) => html("th", { scope: "col" }, head));
    const table = html(
      "table",
      {},
      html("caption", { class: "unseen" }, "The nets"),
      html("thead", {}, html("tr", {}, ...heads)),
      html("tbody", {}, ...nets.map((net) => this.row(net))),
    );
    const scroll = html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "The nets" }, table);
    refill(this.list, scroll, this.pages());
  }

  row(net) {
    const link = html("a", { href: `#net=${net.row}` }, `net ${net.row}`);
    const report = net.report ? html("a", { href: fileAddress(net.report), "aria-label": `Report of net ${net.row}` }, "open") : "";
    const cells = [link, this.names.get(net.setting) ?? "", String(net.seed), ...LISTED.map((name) => factOf(net, name)), report];
    return html("tr", {}, ...cells.map((cell) => html("td", {}, cell)));
  }

  pages() {
    const count = this.chosen.length;
    if (count <= PAGE_NETS) return null;
    const last = Math.min(this.first + PAGE_NETS, count);
    const turn = (step) => () => {
      this.first += step;
      this.draw();
    };
    const button = (text, step, isPossible) => html("button", { type: "button", disabled: !isPossible, onclick: turn(step) }, text);
    return html(
      "div",
      { class: "row unprinted" },
      button("Earlier nets", -PAGE_NETS, this.first > 0),
      html("span", { class: "quiet", role: "status" }, `${this.first + 1} to ${last} of ${grouped(count)}`),
      button("Later nets", PAGE_NETS, last < count),
    );
  }

  /** Shows the net that the address names, if it is listed. */
  showChosen({ isFocused = false } = {}) {
    const row = new URLSearchParams(location.hash.slice(1)).get("net");
    const net = row === null ? undefined : this.nets.find((each) => String(each.row) === row);
    const missing = row === null ? null : html("p", {}, `This page does not list net ${row}.`);
    refill(this.detail, ...(net ? this.detailParts(net) : [missing]));
    if (isFocused && row !== null) this.detail.focus();
  }

  detailParts(net) {
    return [
      html("h3", {}, `Net ${net.row}`),
      facts([["setting", this.names.get(net.setting)], ["seed", String(net.seed)], ...net.facts]),
      ...this.ways(net),
    ];
  }

  /** What leads to the net's report: the report itself, or the commands that make it. */
  ways(net) {
    if (net.facts.some(([name, text]) => name === "training" && text.startsWith("diverged"))) {
      return [html("p", { class: "quiet" }, "Its training diverged, so there is no net to export.")];
    }
    if (net.report) return [html("p", {}, html("a", { class: "button", href: fileAddress(net.report) }, "Open its report"))];
    const out = net.run ?? `runs/${this.path.split("/").at(-1)}-${net.row}`;
    const take = net.run ? [] : [`anylength take ${quoted(this.path)} ${net.row} --out ${quoted(out)}`];
    const words = net.run
      ? "It was exported. This makes its report:"
      : "These commands export it as a run and make its report; then make the summary again:";
    const commands = [...take, `anylength report ${quoted(out)} --complete`, `anylength summary ${quoted(this.path)}`];
    return [html("p", {}, words), html("pre", { tabindex: "0" }, commands.join("\n"))];
  }
}

function factOf({ facts: known }, name) {
  return known.find(([each]) => each === name)?.[1] ?? "";
}

function settingChoice(names, onChoose) {
  const options = [...names].map(([number, name]) => html("option", { value: String(number) }, name));
  const onchange = (event) => onChoose(event.target.value);
  const select = html("select", { id: "nets-setting", onchange }, html("option", { value: "" }, "all settings"), ...options);
  return html("div", { class: "row unprinted" }, html("label", { for: select.id }, "Setting"), select);
}

/** A path as a relative address: no name in it can be taken for a scheme. */
function fileAddress(path) {
  return `./${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** A path as a shell takes it. */
function quoted(path) {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
