"""Takes the screenshots of README and docs: `python docs/figures/screens.py`. Trains what they show, serves it, looks at it.

Needs Chromium (Debian's package) at /usr/bin/chromium.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}
POST = "?task=count&cell=rnn&hidden=12&recipe=blog&data=post&seed=15"
WIDTH, PATIENCE = 1180, 120_000


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server over a folder."""
    command = [sys.executable, "-m", "anylength", "serve", str(folder), "--port", "8799", "--no-browser", "--json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["url"]
    finally:
        server.terminate()
        server.wait(30)


def page_of(browser: Browser, address: str, scheme: str) -> Page:
    """The playground, once its settings are there."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme=scheme, device_scale_factor=1.5)
    page.goto(address)
    page.get_by_role("button", name="Train", exact=True).wait_for()
    return page


def trained(browser: Browser, address: str) -> Page:
    """The playground after the post's net was trained, judged and explained in it."""
    page = page_of(browser, f"{address}{POST}", "light")
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator("#live .status", has_text="Done").wait_for(timeout=PATIENCE)
    page.locator("#ask .answer", has_text="wrong").wait_for(timeout=PATIENCE)
    return page


def shot(page: Page, first: str, last: str, name: str) -> None:
    """The part of a page from the top of one element to the bottom of another."""
    page.evaluate("window.scrollTo(0, 0)")
    top, bottom = page.locator(first).bounding_box(), page.locator(last).bounding_box()
    assert top is not None
    assert bottom is not None
    clip = {"x": 0, "y": top["y"] - 14, "width": WIDTH, "height": bottom["y"] + bottom["height"] - top["y"] + 28}
    page.screenshot(path=HERE / name, clip=clip, full_page=True)


def main() -> None:
    """All screenshots."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        browser = tools.chromium.launch(**CHROMIUM)
        with served(Path(folder)) as address:
            page = trained(browser, address)
            shot(page, "#live", "#live", "film.png")
            shot(page, "#verdict", "#ask canvas.strip", "playground.png")
        browser.close()


if __name__ == "__main__":
    main()
