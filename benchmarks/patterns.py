"""Measures the page of patterns: from Enter to PROVED in Chromium, and whether the checker in Python accepts each proof.

    python -m benchmarks.patterns [--only …] [--seeds N]

Writes `docs/results/patterns.json`. Needs Chromium and node (Debian's packages) and the package playwright.

A script in the page puts a pattern and a seed into its address, which starts it as Enter does; the time ends at the second animation frame after the page
says PROVED, without its film. Each pattern is learned from `--seeds` seeds, one after the other in one page, whose worker is warm from
another pattern. The files behind its links are checked by `anylength_check`.
"""

import argparse
import base64
import functools
import http.server
import random
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from anylength.experiments import write_site
from anylength_check import check
from benchmarks.drawn_patterns import drawn_pattern
from benchmarks.page import CHROMIUM
from benchmarks.results_file import save_part

FILE = Path(__file__).parents[1] / "docs" / "results" / "patterns.json"

SMALL, LARGE, NAMED = "patterns of 2 to 8 states", "patterns of 9 to 26 states", "tasks by name"
SIZES = {SMALL: (2, 8, 60), LARGE: (9, 26, 20)}
"""The least and most states, and how many patterns."""

NAMES = ("count", "s3-generators", "add")
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
  for (const link of document.querySelectorAll("a[download]")) {
    const bytes = new Uint8Array(await (await fetch(link.href)).arrayBuffer());
    files[link.download] = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }
  return files;
}"""
"""Script: the files of the proof in base64."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def opened_site() -> Iterator[str]:
    """The address of a new site on a server of files."""
    with tempfile.TemporaryDirectory() as folder:
        write_site(Path(folder) / "site")
        handler = functools.partial(Quiet, directory=str(Path(folder) / "site"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def drawn_patterns(least: int, most: int, count: int) -> list[str]:
    """Different patterns whose acceptors have so many states."""
    from tests.in_node import in_node

    body = """const { machineOfPattern } = await module("learning/machines.js");
    return given.map((pattern) => { try { return machineOfPattern(pattern).names.length; } catch { return 0; } });"""
    draw = random.Random(DRAWN_FROM)
    depth = 3 if most <= SIZES[SMALL][1] else 4
    drawn = list(dict.fromkeys(drawn_pattern(draw, depth) for _ in range(60 * count)))
    return [pattern for pattern, states in zip(drawn, in_node(body, drawn), strict=True) if least <= states <= most][:count]


def measure(page: Page, pattern: str, seed: int, folder: Path) -> dict[str, Any]:
    """Learns a pattern in the page, and checks the files of its proof."""
    found = page.evaluate(ENTER, [pattern, seed])
    assert not found["error"], found
    proved = found["said"].startswith("PROVED")
    record = {"pattern": pattern, "seed": seed, "proved": proved, "seconds": round(found["seconds"], 4)}
    if not proved:
        return record
    for name, content in page.evaluate(FILES).items():
        (folder / name).write_bytes(base64.b64decode(content))
    result = check(folder / "certificate.json", folder / "model.safetensors")
    machine = next(line for line in result.lines if line.startswith("Machine: ")) if result.valid else ""
    return record | {"valid": result.valid, "states": int(machine.split()[1]) if machine else None}


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


def measure_part(page: Page, name: str, patterns: list[str], seeds: int) -> None:
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


def main() -> None:
    """Measures all parts, or those of `--only`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=[*SIZES, NAMED], default=[*SIZES, NAMED])
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    parts = {name: drawn_patterns(*size) for name, size in SIZES.items()} | {NAMED: list(NAMES)}
    with opened_site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        page = browser.new_context(reduced_motion="reduce", bypass_csp=True).new_page()
        page.goto(f"{address}patterns.html")
        for name in options.only:
            measure_part(page, name, parts[name], options.seeds)
        browser.close()


if __name__ == "__main__":
    main()
