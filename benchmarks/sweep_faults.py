"""Kills the driver and the workers of a sweep at random moments, and compares the finished table with that of an undisturbed sweep.

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

from anylength.sweeps.folder import RESULTS as ROWS_FILE
from anylength.sweeps.folder import sorted_lines, weights_name
from benchmarks.results_file import RESULTS, save_part

BLOCKS, NETS = 64, 8
"""Blocks of the sweep, and nets in a block."""

DRIVER_SECONDS, WORKER_SECONDS = (1.0, 12.0), (0.5, 5.0)
"""The shortest and the longest time before a kill: from the start of the driver, and between two kills of workers."""

MAX_LOG = 2000
"""Characters of the driver's log that an error message repeats."""

CONFIG = f"""
seeds = {NETS * BLOCKS}
block = {NETS}
[grid]
task = "count"
hidden = 16
recipe = "blog"
epochs = 4
[stress]
limit = 1000
"""
COMMAND = [sys.executable, "-m", "anylength", "sweep", "--quiet"]


def start(config: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    """Starts the driver of a sweep, or lets it resume one."""
    with open(config.with_suffix(".log"), "ab") as log:
        return subprocess.Popen([*COMMAND, str(config), "--out", str(out), *more], stdout=subprocess.DEVNULL, stderr=log)


def rows_written(out: Path) -> int:
    """The number of rows in a sweep's folder."""
    return (out / ROWS_FILE).read_bytes().count(b"\n") if (out / ROWS_FILE).exists() else 0


def workers_of(driver: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The worker processes of a driver: the spawned children. One other child only tracks resources."""
    try:
        children = psutil.Process(driver.pid).children(recursive=True)
        return [child for child in children if any("spawn_main" in word for word in child.cmdline())]
    except psutil.Error:
        return []


class KilledSweeps:
    """Runs sweeps one after another and kills their processes.

    Attributes:
        sweeps: The folders of the sweeps.
        kills: The number of kills that hit a running driver or worker.
    """

    def __init__(self, config: Path, folder: Path, rng: random.Random) -> None:
        self.config, self.folder, self.rng = config, folder, rng
        self.sweeps: list[Path] = []
        self.kills = {"driver": 0, "worker": 0}

    def run(self, target: str, kills: int) -> None:
        """Runs sweeps until this number of drivers or workers has been killed, and the last sweep to its end."""
        kill = {"driver": self._kill_driver, "worker": self._kill_workers}[target]
        while self.kills[target] < kills:
            out = self.folder / f"{target}-{len(self.sweeps)}"
            self.sweeps.append(out)
            while rows_written(out) < NETS * BLOCKS:
                driver = start(self.config, out, "--workers", "2")
                kill(driver, kills)
                code = driver.wait()
                if code not in (0, -signal.SIGKILL):
                    log = self.config.with_suffix(".log").read_text()[-MAX_LOG:]
                    raise RuntimeError(f"the driver ended with exit code {code}: {log}")

    def _kill_driver(self, driver: subprocess.Popen[bytes], kills: int) -> None:
        """Kills the driver at a random moment, if it still runs then."""
        if self.kills["driver"] >= kills:
            return
        try:
            driver.wait(timeout=self.rng.uniform(*DRIVER_SECONDS))
        except subprocess.TimeoutExpired:
            os.kill(driver.pid, signal.SIGKILL)
            self.kills["driver"] += 1

    def _kill_workers(self, driver: subprocess.Popen[bytes], kills: int) -> None:
        """Kills workers at random moments until the driver ends."""
        while driver.poll() is None:
            time.sleep(self.rng.uniform(*WORKER_SECONDS))
            workers = workers_of(driver)
            if workers and self.kills["worker"] < kills:
                try:
                    self.rng.choice(workers).kill()
                    self.kills["worker"] += 1
                except psutil.Error:
                    pass


def same_results(first: Path, second: Path) -> bool:
    """Whether two sweeps have the same rows in the same order, and the same weights."""
    same = all((first / weights_name(block)).read_bytes() == (second / weights_name(block)).read_bytes() for block in range(BLOCKS))
    return same and sorted_lines(first) == sorted_lines(second)


def main() -> None:
    """Runs the undisturbed sweep and the killed ones, compares them and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="kills of drivers, and kills of workers")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the random moments")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config, undisturbed = folder / "faults.toml", folder / "undisturbed"
        config.write_text(CONFIG)
        started = time.perf_counter()
        if start(config, undisturbed).wait():
            raise RuntimeError("the undisturbed sweep failed")
        undisturbed_seconds = time.perf_counter() - started
        killed = KilledSweeps(config, folder, random.Random(options.seed))
        for target in ("driver", "worker"):
            killed.run(target, options.kills)
            drivers, workers = killed.kills["driver"], killed.kills["worker"]
            print(f"killed {drivers} drivers and {workers} workers in {len(killed.sweeps)} sweeps", flush=True)
        same = [same_results(undisturbed, out) for out in killed.sweeps]
        result = {
            "blocks": BLOCKS, "rows": NETS * BLOCKS, "killed": killed.kills, "sweeps": len(same), "identical": sum(same),
            "undisturbed_seconds": undisturbed_seconds, "seconds": time.perf_counter() - started,
        }  # fmt: skip
        save_part(RESULTS / "sweeps.json", "faults", result)
        print(f"{sum(same)} of {len(same)} killed sweeps give the same rows and weights as the undisturbed one")


if __name__ == "__main__":
    main()
