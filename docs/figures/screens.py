"""Takes the screenshots of README and docs: of the playground, in which the post's net is trained, and of the static site.

    python -m docs.figures.screens

Writes `docs/figures/film.png` and `playground.png`, and of the static site `nines.png`, `patterns.png` and
`laboratory.png`. Needs Chromium (Debian's package) at /usr/bin/chromium and the package playwright.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from anylength.experiments import write_site
from benchmarks.served import served

HERE = Path(__file__).parent
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}
POST = "?task=count&cell=rnn&hidden=12&recipe=blog&data=post&seed=15"
"""The settings of the net in the screenshots: this seed of the post's net fails visibly."""

PORT = "8799"
WIDTH, HEIGHT, SCALE = 1180, 900, 1.5
"""The size of the browser window in CSS pixels, and image pixels for each of them."""

MARGIN = 14
"""Pixels above and below the photographed part."""

TIMEOUT = 120_000
"""Milliseconds in which the training and the verdict must end."""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Serves a folder: the address."""
    command = [sys.executable, "-m", "anylength", "serve", str(folder), "--port", PORT, "--no-browser", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait(30)


def open_playground(browser: Browser, address: str, color_scheme: str) -> Page:
    """The playground, after its settings have loaded."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=color_scheme, device_scale_factor=SCALE)
    page.goto(address)
    page.get_by_role("button", name="Train", exact=True).wait_for()
    return page


def train_in_page(browser: Browser, address: str) -> Page:
    """The playground after the post's net was trained, verified and explained in it."""
    page = open_playground(browser, f"{address}{POST}", "light")
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator("#live .status", has_text="Done").wait_for(timeout=TIMEOUT)
    page.locator("#ask .answer", has_text="wrong").wait_for(timeout=TIMEOUT)
    return page


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
    photograph_laboratory(browser, address)


def photograph_laboratory(browser: Browser, address: str) -> None:
    """Saves the laboratory from the verdict to the word that is read."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce", device_scale_factor=SCALE
    )
    page.goto(f"{address}laboratory.html")
    page.locator("#stress .plot").wait_for(timeout=TIMEOUT)
    screenshot(page, "#result", "#viewer canvas.strip", "laboratory.png")


def main() -> None:
    """Takes all screenshots."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        browser = tools.chromium.launch(**CHROMIUM)
        with server(Path(folder)) as address:
            page = train_in_page(browser, address)
            screenshot(page, "#live", "#live", "film.png")
            screenshot(page, "#verdict", "#ask canvas.strip", "playground.png")
        write_site(Path(folder) / "site")
        with served(Path(folder) / "site") as address:
            photograph_site(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
