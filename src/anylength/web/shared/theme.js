// Light and dark: what the system says, or what the reader chose on this page. Canvases ask here for colours.

/** A button that goes from the system's choice to the other one and back. `changed` is called after each change. */
export function themeSwitch(button, changed = () => {}) {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (systemIsDark() ? "dark" : "light")) === "dark";
  const say = () => {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", dark() ? "Switch to light colours" : "Switch to dark colours");
  };
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    say();
    changed();
  });
  paperIsLight(root, changed);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    say();
    changed();
  });
  say();
}

/** The value of a colour variable now, as "#rrggbb": "--s0" and the like. */
export function colourNow(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A colour between two: share 0 is the first. Both as "#rrggbb". */
export function mixed(first, second, share) {
  const parts = [first, second].map((colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)));
  const between = parts[0].map((value, i) => Math.round(value + (parts[1][i] - value) * share));
  return `rgb(${between.join(" ")})`;
}

/** Canvases go to paper in light colours, whatever the screen shows. */
function paperIsLight(root, changed) {
  let chosen;
  window.addEventListener("beforeprint", () => {
    chosen = root.dataset.theme;
    root.dataset.theme = "light";
    changed();
  });
  window.addEventListener("afterprint", () => {
    if (chosen === undefined) delete root.dataset.theme;
    else root.dataset.theme = chosen;
    changed();
  });
}

function systemIsDark() {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
