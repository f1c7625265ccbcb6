"""Takes the screenshots of the static site for README and docs.

    python -m docs.figures.screens

Writes `docs/figures/nines.png`, `patterns.png` and `turn.png`.
Needs Chromium (Debian's package) at /usr/bin/chromium and the package playwright.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from anylength.experiments.site import write_site
from anylength.web.serving import serving

HERE = Path(__file__).parent
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}
WIDTH, HEIGHT, SCALE = 1180, 900, 1.5
"""The size of the browser window in CSS pixels, and image pixels for each of them."""

MARGIN = 14
"""Pixels above and below the photographed part."""

TIMEOUT = 120_000
"""Milliseconds in which a page must have learned its net."""


def screenshot(page: Page, first: str, last: str, name: str) -> None:
    """Saves the part of a page from the top of one element to the bottom of another."""
    page.evaluate("window.scrollTo(0, 0)")
    top, bottom = page.locator(first).bounding_box(), page.locator(last).bounding_box()
    assert top is not None
    assert bottom is not None
    height = bottom["y"] + bottom["height"] - top["y"] + 2 * MARGIN
    page.screenshot(path=HERE / name, clip={"x": 0, "y": top["y"] - MARGIN, "width": WIDTH, "height": height}, full_page=True)


def photograph_site(browser: Browser, address: str) -> None:
    """Saves the pages of the static site, each at its end."""
    for name, selector in {"nines": "#post[data-outcome=wrong]", "patterns": ".cell.past"}.items():
        page = browser.new_page(viewport={"width": WIDTH, "height": 740}, color_scheme="light", device_scale_factor=SCALE)
        page.goto(f"{address}{name}.html")
        page.locator(selector).first.wait_for(timeout=TIMEOUT)
        page.screenshot(path=HERE / f"{name}.png")
    photograph_turning(browser, address)


def photograph_turning(browser: Browser, address: str) -> None:
    """Saves the page of one weight, where two fixed points have just appeared."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce", device_scale_factor=SCALE
    )
    page.goto(f"{address}turn.html")
    page.locator("#says .stamp").wait_for(timeout=TIMEOUT)
    page.get_by_label("Add to the weight").fill("0.1")
    page.locator(".held-says", has_text="bifurcation").wait_for(timeout=TIMEOUT)
    screenshot(page, "#turning", "#held .portrait", "turn.png")


def main() -> None:
    """Takes all screenshots."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        browser = tools.chromium.launch(**CHROMIUM)
        write_site(Path(folder) / "site")
        with serving(Path(folder) / "site") as address:
            photograph_site(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
