"""Measures the static site in Chromium: first paint, a training, and from Enter to PROVED.

    python -m benchmarks.site [--only …] [--seeds N]

Writes `docs/results/site.json`. Needs Chromium and node (Debian's packages) and the package playwright.

Visits: every visit has a browser context of its own, so nothing is cached; the bytes are those of the files, compressed by gzip.

The post's net: the button of the page of nines is pressed; the time is the worker's. The frames a second are the page's meanwhile.

Patterns: a script in the page puts a pattern and a seed into its address, which starts it as Enter does; the time ends at the
second animation frame after the page says PROVED, without its film. Each pattern is learned from `--seeds` seeds, in one page whose
worker is warm from another pattern. The files behind its buttons are checked by `anylength_check`.

Long tasks: each page opens, and is used once as a reader would: a net is trained and its proof is looked for. The browser's own
records (`longtask`) say for how many milliseconds the page's main thread did not answer.
"""

import argparse
import base64
import gzip
import random
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anylength.experiments.site import write_site
from anylength.web.serving import serving
from anylength_check import check
from benchmarks.drawn_patterns import drawn_pattern
from benchmarks.page import CHROMIUM, PAINT, POLL
from benchmarks.results_file import save_part

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FILE = Path(__file__).parents[1] / "docs" / "results" / "site.json"

SMALL, LARGE, NAMED = "patterns of 2 to 8 states", "patterns of 9 to 26 states", "tasks by name"
SIZES = {SMALL: (2, 8, 60), LARGE: (9, 26, 20)}
"""The least and most states, and how many patterns."""

NAMES = ("count", "s3-generators", "add")
LONG_TASKS = "long tasks of the main thread"
TRAININGS = "the post's net, trained in the page"
VISITS = 15
FIRST_SEED = 1001
"""No setting was chosen on these seeds, nor on these patterns."""

DRAWN_FROM = 19
WARM = "(b|ab*a)*"

ENTER = """async ([pattern, seed]) => {
  const count = document.body.dataset.proved;
  const started = performance.now();
  location.hash = new URLSearchParams({ p: pattern, seed });
  const isOver = () => document.querySelector("#error").textContent || document.querySelector("#said .big-stamp");
  while (!(document.querySelector("#error").textContent || (document.body.dataset.proved !== count && isOver()))) {
    if (document.querySelector("#said .big-stamp")?.textContent === "NOT PROVED") break;
    await new Promise(requestAnimationFrame);
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const said = document.querySelector("#said").textContent;
  return { seconds: (performance.now() - started) / 1000, said, error: document.querySelector("#error").textContent };
}"""
"""Script: what the page says of a pattern, and after how many seconds."""

FILES = """async () => {
  const files = {};
  const { createObjectURL } = URL;
  let kept;
  URL.createObjectURL = (blob) => { kept = blob; return "data:,"; };
  for (const name of ["certificate.json", "model.safetensors"]) {
    [...document.querySelectorAll("#take-away button")].find((button) => button.textContent === `Save ${name}`).click();
    const bytes = new Uint8Array(await kept.arrayBuffer());
    files[name] = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }
  URL.createObjectURL = createObjectURL;
  return files;
}"""
"""Script: the files of the proof in base64, as its buttons save them."""

READY = {
    "nines.html": "#counting-figure table", "patterns.html": "#said .big-stamp", "turn.html": "#says .stamp",
    "stacks.html": "#said .big-stamp", "attention.html": "#net .answer",
}  # fmt: skip
"""What shows that a page's nets answer: a number was put to both; the first net is proved, without a film, or has a verdict."""

TRAIN = """async () => {
  const figure = document.querySelector("#training-figure > div");
  const before = figure.dataset.trained;
  const frames = [];
  let isOver = false;
  const watch = (now) => { frames.push(now); if (!isOver) requestAnimationFrame(watch); };
  requestAnimationFrame(watch);
  figure.querySelector("button").click();
  while (figure.dataset.trained === before) await new Promise((done) => setTimeout(done, 20));
  isOver = true;
  const said = figure.querySelector("p[aria-live]").textContent;
  const seconds = Number(figure.dataset.milliseconds) / 1000;
  return { seconds, frames_a_second: 1000 * (frames.length - 1) / (frames.at(-1) - frames[0]), said };
}"""
"""Script: trains a net in the page of nines."""


RECORD_LONG_TASKS = """window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: "longtask", buffered: true });"""
"""Script: keeps the milliseconds of each task of the main thread that takes 50 or more."""

QUIET_MILLISECONDS = 4000
"""How long a page is left to itself before and after it is used: its figures come one after the other."""


def drawn_patterns(least: int, most: int, count: int) -> list[str]:
    """Different patterns whose acceptors have so many states."""
    from tests.in_node import in_node

    body = """const { machineOfPattern } = await module("learning/machines.js");
    return given.map((pattern) => { try { return machineOfPattern(pattern).names.length; } catch { return 0; } });"""
    draw = random.Random(DRAWN_FROM)
    depth = 3 if most <= SIZES[SMALL][1] else 4
    drawn = list(dict.fromkeys(drawn_pattern(draw, depth) for _ in range(60 * count)))
    return [pattern for pattern, states in zip(drawn, in_node(body, drawn), strict=True) if least <= states <= most][:count]


def measure(page: "Page", pattern: str, seed: int, folder: Path) -> dict[str, Any]:
    """Learns a pattern in the page, and checks the files of its proof."""
    found = page.evaluate(ENTER, [pattern, seed])
    assert not found["error"], found
    proved = found["said"].startswith("PROVED")
    record = {"pattern": pattern, "seed": seed, "proved": proved, "seconds": round(found["seconds"], 4)}
    return record | checked_files(page, folder) if proved else record


def checked_files(page: "Page", folder: Path) -> dict[str, Any]:
    """What `anylength_check` says of the files behind the buttons of a page."""
    for name, content in page.evaluate(FILES).items():
        (folder / name).write_bytes(base64.b64decode(content))
    result = check(folder / "certificate.json", folder / "model.safetensors")
    machine = next(line for line in result.lines if line.startswith("Machine: ")) if result.valid else ""
    return {"valid": result.valid, "states": int(machine.split()[1]) if machine else None}


def summary(records: list[dict[str, Any]]) -> dict[str, Any]:
    """The shares and times of some nets."""
    seconds = sorted(record["seconds"] for record in records)
    return {
        "nets": len(records),
        "proved": sum(record["proved"] for record in records),
        "valid": sum(record.get("valid", False) for record in records),
        "median_seconds": statistics.median(seconds),
        "seconds_95_percent": seconds[int(0.95 * (len(seconds) - 1))],
        "most_seconds": seconds[-1],
    }


def measure_part(page: "Page", name: str, patterns: list[str], seeds: int) -> None:
    """Measures and saves a part."""
    records = []
    with tempfile.TemporaryDirectory() as folder:
        page.evaluate(ENTER, [WARM, 1])
        for pattern in patterns:
            for seed in range(FIRST_SEED, FIRST_SEED + seeds):
                records.append(measure(page, pattern, seed, Path(folder)))
            print(pattern, records[-1], flush=True)
    save_part(
        FILE, name, {"patterns": len(patterns), "seeds": seeds, "first_seed": FIRST_SEED} | summary(records) | {"records": records}
    )


def measure_visits(browser: "Browser", address: str, folder: Path) -> None:
    """Measures and saves cold visits of all pages."""
    part = {}
    for name, selector in READY.items():
        paints, answers = [], []
        for _ in range(VISITS):
            context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(address + name)
            page.locator(selector).first.wait_for(state="attached")
            answers.append(page.evaluate("performance.now()") / 1000)
            while (paint := page.evaluate(PAINT)) is None:
                page.wait_for_timeout(POLL)
            paints.append(paint / 1000)
            context.close()
        stem = name.removesuffix(".html")
        files = {
            file.name: len(gzip.compress(file.read_bytes())) for file in sorted([*folder.glob(f"{stem}*"), *folder.glob("*.woff2")])
        }
        part[name] = {
            "median_first_paint_seconds": statistics.median(paints), "most_first_paint_seconds": max(paints),
            "median_first_answer_seconds": statistics.median(answers), "compressed_bytes": files,
            "compressed_bytes_in_all": sum(files.values()),
        }  # fmt: skip
    save_part(FILE, "visits", {"visits": VISITS, "pages": part})


def measure_long_tasks(browser: "Browser", address: str, seeds: int) -> None:
    """Measures and saves the long tasks of each page, with and without reduced motion."""
    part = {}
    for name, selector in READY.items():
        for motion in ("no-preference", "reduce"):
            context = browser.new_context(reduced_motion=motion, viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.add_init_script(RECORD_LONG_TASKS)
            page.goto(address + name)
            page.locator(selector).first.wait_for(state="attached")
            page.wait_for_timeout(QUIET_MILLISECONDS)
            if name == "nines.html":
                for _ in range(seeds):
                    page.evaluate(TRAIN)
                    page.locator("#post-verdict:not([hidden])").wait_for()
            page.wait_for_timeout(QUIET_MILLISECONDS)
            tasks = sorted(round(task) for task in page.evaluate("window.longTasks"))
            part[f"{name}, motion {motion}"] = {"most_milliseconds": max(tasks, default=0), "milliseconds": tasks}
            print(name, motion, tasks, flush=True)
            context.close()
    save_part(FILE, LONG_TASKS, {"trainings_on_the_page_of_nines": seeds, "pages": part})


def measure_trainings(browser: "Browser", address: str, seeds: int) -> None:
    """Measures and saves trainings of the post's net in the page."""
    page = browser.new_page()
    page.goto(f"{address}nines.html")
    nets = [page.evaluate(TRAIN) for _ in range(seeds)]
    seconds = [net["seconds"] for net in nets]
    part = {
        "nets": len(nets), "perfect": sum("100 % right on its 9,000 training numbers, 100 %" in net["said"] for net in nets),
        "median_seconds": statistics.median(seconds), "most_seconds": max(seconds),
        "median_frames_a_second": statistics.median(net["frames_a_second"] for net in nets),
        "least_frames_a_second": min(net["frames_a_second"] for net in nets), "records": nets,
    }  # fmt: skip
    save_part(FILE, TRAININGS, part)


def main() -> None:
    """Measures all parts, or those of `--only`."""
    parts = {**dict.fromkeys(SIZES), NAMED: list(NAMES)}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    everything = ["visits", LONG_TASKS, TRAININGS, *parts]
    parser.add_argument("--only", nargs="*", choices=everything, default=everything)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as kept, sync_playwright() as playwright:
        folder = Path(kept) / "site"
        write_site(folder)
        browser = playwright.chromium.launch(**CHROMIUM)
        with serving(folder) as address:
            if "visits" in options.only:
                measure_visits(browser, address, folder)
            if LONG_TASKS in options.only:
                measure_long_tasks(browser, address, options.seeds)
            if TRAININGS in options.only:
                measure_trainings(browser, address, options.seeds)
            page = browser.new_context(reduced_motion="reduce", bypass_csp=True).new_page()
            page.goto(f"{address}patterns.html")
            for name, patterns in parts.items():
                if name in options.only:
                    measure_part(page, name, patterns or drawn_patterns(*SIZES[name]), options.seeds)
        browser.close()


if __name__ == "__main__":
    main()
