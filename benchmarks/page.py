"""Measures reports in a browser: first paint, an answer to 10,000 digits, 200 digits in motion, sizes.

    python -m benchmarks.page

Writes `docs/results/page.json`. Needs Chromium (Debian's package) and the package playwright.

The benchmark trains a `blog` run and a `certified` run, writes their reports, and opens them from disk in headless Chromium.
Every visit has a browser context of its own, so nothing is cached. Times come from the page's own clock. The time of an answer ends
at the second animation frame after the click, when the answer is painted.
"""

import json
import os
import platform
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anylength.cli.main import configure_libraries
from anylength.experiments.options import TrainOptions
from anylength.experiments.report import report
from anylength.experiments.train import train

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OUT = Path(__file__).parents[1] / "docs" / "results" / "page.json"
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}
VISITS, ANSWERS, ROUNDS = 15, 9, 3
"""Visits of each page, answers to 10,000 digits, and animations of 200 digits."""

LATE = 34.0
"""Milliseconds between two frames from which on a person sees a jerk: just above two frames at 60 a second."""

POLL = 5
"""Milliseconds between two looks at whether the first paint has been recorded."""

RUNS = {"blog": TrainOptions(recipe="blog", seed=15), "certified": TrainOptions(recipe="certified", data="hundred")}

PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
"""Script: the time of the first paint in milliseconds; null if it is not recorded yet."""

ANSWER = """async () => {
  const field = document.querySelector(".viewer input");
  const digits = Array.from({length: 10000}, () => 1 + Math.floor(9 * Math.random()));
  field.value = digits.join("");
  const started = performance.now();
  document.querySelector(".viewer button[type=submit]").click();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const elapsed = performance.now() - started, text = document.querySelector(".answer").textContent;
  return [elapsed, text.includes("10,000 digits") && /right|wrong/.test(text)];
}"""
"""Script: milliseconds until the answer to 10,000 random digits is painted, and whether it is the answer."""

MOTION = """async () => {
  const buttons = [...document.querySelectorAll(".viewer button")];
  const named = (name) => buttons.find((button) => button.textContent === name);
  const speed = document.querySelector(".viewer input[id$=speed]"), play = named("Play");
  speed.value = speed.max;
  speed.dispatchEvent(new Event("input"));
  named("200 random digits").click();
  const times = [];
  await new Promise((done) => {
    const onFrame = (now) => {
      times.push(now);
      if (play.textContent === "Play") done();
      else requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
  return times.slice(1).map((now, i) => now - times[i]);
}"""
"""Script: milliseconds between the frames while 200 digits are played at the highest speed."""


def make_reports(root: Path) -> dict[str, Path]:
    """Trains both runs and writes the report of each and of both together: paths by name."""
    for name, options in RUNS.items():
        train(options, root / name)
    paths = {name: report([root / name], complete=True) for name in RUNS}
    return paths | {"both": report([root / name for name in RUNS], out=root / "both.html")}


@contextmanager
def open_page(browser: "Browser", address: str, selector: str) -> "Iterator[Page]":
    """Opens a page without any cache and waits for an element."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.locator(selector).first.wait_for(state="attached")
    yield page
    context.close()


def measure_visits(browser: "Browser", address: str, selector: str) -> dict[str, Any]:
    """The time of the first paint, and the time at which the element is there."""
    paints, ready = [], []
    for _ in range(VISITS):
        with open_page(browser, address, selector) as page:
            ready.append(page.evaluate("performance.now()"))
            while (paint := page.evaluate(PAINT)) is None:
                page.wait_for_timeout(POLL)
            paints.append(paint)
    return {"first_paint": summarise(paints), "ready": summarise(ready)}


def measure_answers(browser: "Browser", address: str) -> dict[str, Any]:
    """The time from the click to the painted answer to 10,000 digits."""
    with open_page(browser, address, ".viewer .answer") as page:
        results = [page.evaluate(ANSWER) for _ in range(ANSWERS)]
    assert all(answered for _, answered in results)
    return summarise([milliseconds for milliseconds, _ in results])


def measure_motion(browser: "Browser", address: str) -> dict[str, Any]:
    """The times between frames while 200 digits are animated at the highest speed."""
    with open_page(browser, address, ".viewer .answer") as page:
        gaps = [gap for _ in range(ROUNDS) for gap in page.evaluate(MOTION)]
    late = sum(gap > LATE for gap in gaps)
    return {"frames": len(gaps), "median_ms": round(statistics.median(gaps), 1), "later_than_34_ms": round(late / len(gaps), 4),
            "longest_ms": round(max(gaps), 1)}  # fmt: skip


def summarise(milliseconds: list[float]) -> dict[str, float]:
    """Median and maximum in seconds."""
    return {
        "median_s": round(statistics.median(milliseconds) / 1000, 3),
        "most_s": round(max(milliseconds) / 1000, 3),
        "runs": len(milliseconds),
    }


def main() -> None:
    """Measures everything and writes the results."""
    from playwright.sync_api import sync_playwright

    configure_libraries()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        root = Path(folder)
        files = make_reports(root)
        browser = tools.chromium.launch(**CHROMIUM)
        addresses = {name: path.as_uri() for name, path in files.items()}
        results = {
            "reports": {name: measure_visits(browser, address, ".viewer .answer") for name, address in addresses.items()},
            "ten_thousand_digits": {name: measure_answers(browser, addresses[name]) for name in RUNS},
            "two_hundred_digits": {name: measure_motion(browser, addresses[name]) for name in RUNS},
            "report_bytes": {name: path.stat().st_size for name, path in files.items()},
            "chromium": browser.version, "processors": os.cpu_count(), "platform": platform.machine(),
            "others_at_work": round(os.getloadavg()[0], 1),
        }  # fmt: skip
        browser.close()
    OUT.write_text(json.dumps(results, indent=1) + "\n")
    print(f"wrote {OUT}: {json.dumps(results, indent=1)}")


if __name__ == "__main__":
    main()
