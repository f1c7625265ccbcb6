"""SIGKILLs of the driver and of workers at random moments in a sweep of 64 blocks: is the table the undisturbed one, row by row?

    python -m benchmarks.sweep_faults [--kills 20] [--seed 0]

Writes the part `faults` of `docs/results/sweeps.json`.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from anylength.sweeps.folder import RESULTS, table, weights_file
from benchmarks.sweeps import keep

BLOCKS = 64
CONFIG = f"""
seeds = {8 * BLOCKS}
block = 8
[grid]
task = "count"
hidden = 16
recipe = "blog"
epochs = 4
[stress]
limit = 1000
"""
COMMAND = [sys.executable, "-m", "anylength", "sweep", "--quiet"]


def begun(config: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    with open(config.with_suffix(".log"), "ab") as log:
        return subprocess.Popen([*COMMAND, str(config), "--out", str(out), *more], stdout=subprocess.DEVNULL, stderr=log)


def lines(out: Path) -> int:
    return (out / RESULTS).read_bytes().count(b"\n") if (out / RESULTS).exists() else 0


def workers_of(driver: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Its worker processes: the children that were spawned to run something (one of them only tracks resources)."""
    try:
        children = psutil.Process(driver.pid).children(recursive=True)
        return [child for child in children if any("spawn_main" in word for word in child.cmdline())]
    except psutil.Error:
        return []


class Disturbed:
    """One sweep after another, each disturbed until it is done."""

    def __init__(self, config: Path, folder: Path, rng: random.Random) -> None:
        self.config, self.folder, self.rng = config, folder, rng
        self.sweeps: list[Path] = []
        self.landed = {"driver": 0, "worker": 0}
        self.torn = 0

    def until(self, kills: int, what: str) -> None:
        """Kills until so many kills have landed, and then lets the last sweep end."""
        while self.landed[what] < kills:
            out = self.folder / f"{what}-{len(self.sweeps)}"
            self.sweeps.append(out)
            while lines(out) < 8 * BLOCKS:
                driver = begun(self.config, out, "--workers", "2")
                getattr(self, f"_{what}")(driver, kills)
                code = driver.wait()
                if code not in (0, -signal.SIGKILL):
                    raise RuntimeError(f"the driver ended with {code}: {self.config.with_suffix('.log').read_text()[-2000:]}")

    def _driver(self, driver: subprocess.Popen[bytes], kills: int) -> None:
        if self.landed["driver"] >= kills:
            return
        try:
            driver.wait(timeout=self.rng.uniform(1.0, 12.0))
        except subprocess.TimeoutExpired:
            os.kill(driver.pid, signal.SIGKILL)
            self.landed["driver"] += 1

    def _worker(self, driver: subprocess.Popen[bytes], kills: int) -> None:
        while driver.poll() is None:
            time.sleep(self.rng.uniform(0.5, 5.0))
            found = workers_of(driver)
            if found and self.landed["worker"] < kills:
                try:
                    self.rng.choice(found).kill()
                    self.landed["worker"] += 1
                except psutil.Error:
                    pass


def alike(one: Path, other: Path) -> bool:
    """The same rows in the same order of numbers, and the same weights."""
    same = all(weights_file(one, at).read_bytes() == weights_file(other, at).read_bytes() for at in range(BLOCKS))
    return same and table(one) == table(other)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config, calm = folder / "faults.toml", folder / "calm"
        config.write_text(CONFIG)
        started = time.perf_counter()
        if begun(config, calm).wait():
            raise RuntimeError("the undisturbed sweep failed")
        undisturbed = time.perf_counter() - started
        found = Disturbed(config, folder, random.Random(options.seed))
        for what in ("driver", "worker"):
            found.until(options.kills, what)
            print(what, found.landed, len(found.sweeps), flush=True)
        same = [alike(calm, out) for out in found.sweeps]
        keep(
            "faults",
            {
                "blocks": BLOCKS,
                "rows": 8 * BLOCKS,
                "killed": found.landed,
                "sweeps": len(same),
                "identical": sum(same),
                "undisturbed_seconds": undisturbed,
                "seconds": time.perf_counter() - started,
            },
        )


if __name__ == "__main__":
    main()
