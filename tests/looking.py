"""What is the same for every page that tests look at: whether it fits, what a keyboard reaches, what axe-core finds."""

from pathlib import Path
from typing import Any

MARK = """() => {
  const all = document.querySelectorAll("a[href], button, input, select, summary, [tabindex]");
  const there = [...all].filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({visibilityProperty: true}));
  there.forEach((each, at) => each.setAttribute("data-stop", at));
  return there.map((each) => each.outerHTML.slice(0, 120));
}"""

HERE = """() => {
  const own = document.activeElement, style = getComputedStyle(own);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [own.getAttribute("data-stop"), seen, own.outerHTML.slice(0, 120)];
}"""

AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations
  .filter((each) => ["serious", "critical"].includes(each.impact))
  .map((each) => [each.id, each.nodes.map((node) => node.html.slice(0, 160)).slice(0, 4)]))"""


def fits(page: Any) -> bool:
    """Whether nothing sticks out to the side."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def missed_by_tab(page: Any) -> list[str]:
    """Controls that the Tab key does not come to, or where one does not see that it has."""
    stops = page.evaluate(MARK)
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    reached, unseen = set(), []
    for _ in range(len(stops) + 5):
        page.keyboard.press("Tab")
        at, seen, what = page.evaluate(HERE)
        if at is not None:
            reached.add(int(at))
            if not seen:
                unseen.append(f"no outline: {what}")
        if len(reached) == len(stops):
            break
    return [stop for at, stop in enumerate(stops) if at not in reached] + unseen


def serious_findings(page: Any) -> list[Any]:
    """What axe-core calls serious or critical."""
    import axe_playwright_python

    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    return page.evaluate(AXE)
