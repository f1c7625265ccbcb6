"""Checks for every page: whether it fits the window, which controls a keyboard reaches, what axe-core finds."""

from pathlib import Path
from typing import Any

from anylength_check import check

NUMBER_CONTROLS = """() => {
  const all = document.querySelectorAll("a[href], button, input, select, summary, [tabindex]");
  const isReachable = (control) =>
    control.tabIndex >= 0 && !control.disabled && control.checkVisibility({visibilityProperty: true});
  const controls = [...all].filter(isReachable);
  controls.forEach((control, i) => control.setAttribute("data-stop", i));
  return controls.map((control) => control.outerHTML.slice(0, 120));
}"""

FOCUSED_CONTROL = """() => {
  const control = document.activeElement, style = getComputedStyle(control);
  const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [control.getAttribute("data-stop"), isOutlined, control.outerHTML.slice(0, 120)];
}"""

AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations
  .filter((violation) => ["serious", "critical"].includes(violation.impact))
  .map(({id, nodes}) => [id, nodes.map((node) => node.html.slice(0, 160)).slice(0, 4)]))"""


def fits(page: Any) -> bool:
    """Whether no part of the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def missed_by_tab(page: Any) -> list[str]:
    """Controls that the Tab key does not reach, and controls without a visible outline when they have the focus."""
    stops = page.evaluate(NUMBER_CONTROLS)
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    reached, not_outlined = set(), []
    for _ in range(len(stops) + 5):
        page.keyboard.press("Tab")
        stop, is_outlined, markup = page.evaluate(FOCUSED_CONTROL)
        if stop is not None:
            reached.add(int(stop))
            if not is_outlined:
                not_outlined.append(f"no outline: {markup}")
        if len(reached) == len(stops):
            break
    return [markup for i, markup in enumerate(stops) if i not in reached] + not_outlined


def serious_findings(page: Any) -> list[Any]:
    """The violations that axe-core rates serious or critical, each with the elements."""
    import axe_playwright_python

    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    return page.evaluate(AXE)


def assert_fits_and_is_accessible(page: Any) -> None:
    """The page fits its window, axe-core finds nothing serious in the page, and the Tab key reaches every control."""
    assert fits(page)
    assert serious_findings(page) == []
    assert missed_by_tab(page) == []


def assert_saved_proof_is_valid(page: Any, folder: Path) -> None:
    """The files that the page saves are accepted by the checker in Python, which says the lines that the page shows."""
    for name in ("certificate.json", "model.safetensors"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save {name}").click()
        download.value.save_as(folder / name)
    result = check(folder / "certificate.json", folder / "model.safetensors")
    assert result.valid, result.reason
    page.get_by_text("What the checker said").click()
    assert page.locator(".said-line").all_inner_texts() == list(result.lines)
