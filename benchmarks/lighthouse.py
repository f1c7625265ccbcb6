"""Runs Lighthouse on the pages of the static site.

    python -m benchmarks.lighthouse [--lighthouse "npx --yes lighthouse@12.2.3"] [--only PAGE …]

Writes `docs/results/lighthouse.json`. Needs Chromium, and Lighthouse from npm. Each page is audited `RUNS` times with the settings
that Lighthouse has (a slow phone, simulated); the scores are medians.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import tempfile
from pathlib import Path

from anylength.experiments.site import write_site
from anylength.web.render import TITLES
from anylength.web.serving import serving
from benchmarks.page import CHROMIUM
from benchmarks.results_file import save_part

FILE = Path(__file__).parents[1] / "docs" / "results" / "lighthouse.json"
RUNS = 5
CATEGORIES = ("performance", "accessibility", "best-practices")
FLAGS = "--headless --no-sandbox --disable-dev-shm-usage"


def audit(command: list[str], address: str) -> dict[str, float]:
    """The scores of a page, 0 to 100."""
    options = ["--quiet", f"--chrome-flags={FLAGS}", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    env = os.environ | {"CHROME_PATH": str(CHROMIUM["executable_path"])}
    done = subprocess.run([*command, address, *options], capture_output=True, text=True, check=True, env=env)
    categories = json.loads(done.stdout)["categories"]
    return {name: round(100 * categories[name]["score"]) for name in CATEGORIES}


def main() -> None:
    """Audits all pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lighthouse", default="npx --yes lighthouse@12.2.3", help="the command that runs it")
    parser.add_argument("--only", nargs="*", choices=TITLES, default=list(TITLES), help="the pages that are audited")
    options = parser.parse_args()
    command = shlex.split(options.lighthouse)
    version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept) / "site"
        write_site(folder)
        with serving(folder) as address:
            for page in options.only:
                runs = [audit(command, f"{address}{page}.html") for _ in range(RUNS)]
                scores = {name: statistics.median(run[name] for run in runs) for name in CATEGORIES}
                save_part(FILE, f"{page}.html", {"lighthouse": version, "scores": scores, "runs": runs})
                print(page, scores, flush=True)


if __name__ == "__main__":
    main()
