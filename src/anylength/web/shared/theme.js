// Light and dark: the choice of the system, or the reader's own, which is kept. Scripts that draw on a canvas get colours here.

import { hashValues, setHashValues } from "./address-hash.js";

const THEMES = ["light", "dark"];

/** The name under which the browser keeps the choice for all pages of this origin. */
const THEME_KEY = "anylength-theme";

/** Makes a button switch between light and dark. `onChange` is called after each change of colours. */
export function themeSwitch(button, onChange = () => {}) {
  const kept = keptTheme();
  if (THEMES.includes(kept)) document.documentElement.dataset.theme = kept;
  const update = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Switch to light colours" : "Switch to dark colours");
  };
  const changed = () => {
    update();
    onChange();
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    keepTheme(document.documentElement.dataset.theme);
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  window.addEventListener("hashchange", () => {
    if (document.documentElement.dataset.theme) keepTheme(document.documentElement.dataset.theme);
  });
  printInLight(onChange);
  update();
}

/** The reader's choice. A page without storage keeps it in its address. */
function keptTheme() {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    return hashValues("theme")[0];
  }
}

function keepTheme(theme) {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    setHashValues("theme", [theme]);
  }
}

/** The colour class of a machine state by its place in `names`; "cn" for a state that is not among them. */
export function stateColour(names, name) {
  const index = names.indexOf(name);
  return index < 0 ? "cn" : `c${index % 8}`;
}

/** The present values of colour variables such as "--s0", as [red, green, blue] from 0 to 255, by variable. */
export function currentColours(variables) {
  const probe = document.body.appendChild(document.createElement("span"));
  const entries = variables.map((variable) => {
    probe.style.color = `var(${variable})`;
    return [
      variable,
      getComputedStyle(probe)
        .color.match(/[\d.]+/g)
        .slice(0, 3)
        .map(Number),
    ];
  });
  probe.remove();
  return Object.fromEntries(entries);
}

/** A colour between two [red, green, blue] colours as CSS text: share 0 is the first, share 1 the second. */
export function mixedColour(first, second, share) {
  const parts = first.map((value, i) => Math.round(value + (second[i] - value) * share));
  return `rgb(${parts.join(" ")})`;
}

/** Prints in light colours. Style sheets do so by themselves; a canvas must be drawn again. */
function printInLight(redraw) {
  const root = document.documentElement;
  let chosen;
  window.addEventListener("beforeprint", () => {
    chosen = root.dataset.theme;
    root.dataset.theme = "light";
    redraw();
  });
  window.addEventListener("afterprint", () => {
    if (chosen === undefined) delete root.dataset.theme;
    else root.dataset.theme = chosen;
    redraw();
  });
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
