"""The pages in a browser: first paint, an answer to 10,000 digits, 200 digits in motion, sizes. `python -m benchmarks.page`.

Makes the post's run and a certified one with all their records, writes their reports, serves them, and looks at both with
headless Chromium (Debian's package). Every visit is a cold one: a browser context of its own, with nothing in any cache. Times
are those of the page's own clock; an answer counts from the click to the second animation frame after it, when it is painted.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from anylength.cli.main import configure_libraries
from anylength.experiments import TrainOptions, report, train

OUT = Path(__file__).parents[1] / "docs" / "results" / "page.json"
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}
VISITS, ANSWERS, ROUNDS = 15, 9, 3
LATE = 34.0
"""Milliseconds between two frames after which a person sees a jerk: two frames of 60 a second, and a little."""

RUNS = {"blog": TrainOptions(recipe="blog", seed=15), "certified": TrainOptions(recipe="certified", data="hundred")}

PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"

ANSWER = """async () => {
  const field = document.querySelector(".viewer input");
  const digits = Array.from({length: 10000}, () => 1 + Math.floor(9 * Math.random()));
  field.value = digits.join("");
  const started = performance.now();
  document.querySelector(".viewer button[type=submit]").click();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const took = performance.now() - started, said = document.querySelector(".answer").textContent;
  return [took, said.includes("10,000 digits") && /right|wrong/.test(said)];
}"""

MOTION = """async () => {
  const buttons = [...document.querySelectorAll(".viewer button")];
  const named = (name) => buttons.find((own) => own.textContent === name);
  const speed = document.querySelector(".viewer input[id$=speed]"), play = named("Play");
  speed.value = speed.max;
  speed.dispatchEvent(new Event("input"));
  named("200 random digits").click();
  const times = [];
  await new Promise((done) => {
    const look = (now) => {
      times.push(now);
      if (play.textContent === "Play") done();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return times.slice(1).map((now, at) => now - times[at]);
}"""


def made(root: Path) -> dict[str, Path]:
    """Both runs, with all their records and their reports, and the report of both: by name."""
    for name, wanted in RUNS.items():
        train(wanted, root / name)
    paths = {name: report([root / name], complete=True) for name in RUNS}
    return paths | {"both": report([root / name for name in RUNS], out=root / "both.html")}


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of a server over a folder."""
    command = [sys.executable, "-m", "anylength", "serve", str(root), "--port", "0", "--no-browser", "--json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["url"]
    finally:
        server.terminate()
        server.communicate(timeout=60)


@contextmanager
def opened(browser: Browser, address: str, ready: str) -> Iterator[Page]:
    """A cold page, once what `ready` selects is there."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.locator(ready).first.wait_for(state="attached")
    yield page
    context.close()


def visits(browser: Browser, address: str, ready: str) -> dict[str, Any]:
    """First paint, and when all is there: medians and maxima in seconds."""
    paints, whole = [], []
    for _ in range(VISITS):
        with opened(browser, address, ready) as page:
            whole.append(page.evaluate("performance.now()"))
            while (paint := page.evaluate(PAINT)) is None:
                page.wait_for_timeout(5)
            paints.append(paint)
    return {"first_paint": summary(paints), "ready": summary(whole)}


def answers(browser: Browser, address: str) -> dict[str, Any]:
    """Seconds from the click to the painted answer to 10,000 digits."""
    with opened(browser, address, ".viewer .answer") as page:
        found = [page.evaluate(ANSWER) for _ in range(ANSWERS)]
    assert all(answered for _, answered in found)
    return summary([took for took, _ in found])


def motion(browser: Browser, address: str) -> dict[str, Any]:
    """How steadily 200 digits are animated at the highest speed."""
    with opened(browser, address, ".viewer .answer") as page:
        gaps = [gap for _ in range(ROUNDS) for gap in page.evaluate(MOTION)]
    late = sum(gap > LATE for gap in gaps)
    return {"frames": len(gaps), "median_ms": round(statistics.median(gaps), 1), "later_than_34_ms": round(late / len(gaps), 4),
            "longest_ms": round(max(gaps), 1)}  # fmt: skip


def summary(milliseconds: list[float]) -> dict[str, float]:
    """Median and maximum in seconds."""
    return {
        "median_s": round(statistics.median(milliseconds) / 1000, 3),
        "most_s": round(max(milliseconds) / 1000, 3),
        "runs": len(milliseconds),
    }


def main() -> None:
    """Measures all and writes the results."""
    configure_libraries()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as tools:
        root = Path(place)
        files = made(root)
        browser = tools.chromium.launch(**CHROMIUM)
        addresses = {name: path.as_uri() for name, path in files.items()}
        with served(root) as url:
            found = {
                "playground": visits(browser, url, "#setting-task option"),
                "reports": {name: visits(browser, address, ".viewer .answer") for name, address in addresses.items()},
                "ten_thousand_digits": {name: answers(browser, addresses[name]) for name in RUNS},
                "two_hundred_digits": {name: motion(browser, addresses[name]) for name in RUNS},
                "report_bytes": {name: path.stat().st_size for name, path in files.items()},
                "chromium": browser.version, "processors": os.cpu_count(), "platform": platform.machine(),
                "others_at_work": round(os.getloadavg()[0], 1),
            }  # fmt: skip
        browser.close()
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
