"""Benchmarks of kinds of nets on suites, one after another. Writes `docs/results/benchmark/SUITE-KIND-RECIPE.json`.

    python -m benchmarks.suites [--kinds rnn,gru] [--suites tomita,groups] [--recipes plain,certified] [--seconds 3600] [--out DIR]

Each benchmark has its own folder below `--out`. When the time is spent, the run ends after the block that it computes; the same
command continues. A results file is written when its benchmark is done. Kinds that cannot do a suite are named and left out.
"""

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

from anylength.base import InputError
from anylength.benchmark.options import BenchmarkOptions
from anylength.benchmark.run import benchmark
from anylength.records import Benchmark, Interval
from anylength.rules import SUITES
from anylength.runs.environment import environment
from anylength.sweeps.folder import TIMES, read_times
from anylength.sweeps.run import Progress
from benchmarks.results_file import RESULTS

KINDS = (
    "rnn", "gru", "lstm", "slstm", "mingru", "minlstm", "ssm", "deltanet", "rwkv7", "stack-rnn", "tape-rnn", "transformer-rotary",
    "transformer-none",
)  # fmt: skip
"""The kinds that are benchmarked where nobody asks for others."""

PLAIN, CERTIFIED = "plain", "certified"
"""The recipes. For a cell with a memory `plain` stands for the default recipe."""

DIGITS = 4
"""Decimals of accuracies in a results file."""

FOLDER = RESULTS / "benchmark"


class OutOfTimeError(Exception):
    """The time is spent."""


def main() -> None:
    """Runs the benchmarks that are not done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--suites", default=",".join(SUITES))
    parser.add_argument("--recipes", default=PLAIN)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--out", type=Path, default=Path("benchmarks-of-suites"))
    parser.add_argument("--results", type=Path, default=FOLDER)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=None)
    parser.add_argument("--tasks", default="")
    options = parser.parse_args()
    deadline = time.monotonic() + options.seconds
    for recipe in options.recipes.split(","):
        for suite in options.suites.split(","):
            for kind in options.kinds.split(","):
                try:
                    run(options, kind, suite, recipe, deadline)
                except OutOfTimeError:
                    print("the time is spent: the same command continues", flush=True)
                    return


def run(options: argparse.Namespace, kind: str, suite: str, recipe: str, deadline: float) -> None:
    """Runs one benchmark, or goes on with it, and writes its results file."""
    name = f"{suite}-{kind}-{recipe}"
    path, out = options.results / f"{name}.json", options.out / name
    if path.exists():
        return
    started, progress = spent(), progress_until(deadline, name)
    tasks = tuple(task for task in options.tasks.split(",") if task in SUITES[suite].names)
    try:
        table = benchmark(
            BenchmarkOptions(
                kind=kind, suite=suite, tasks=tasks, seeds=options.seeds, epochs=options.epochs,
                recipe=None if recipe == PLAIN else recipe,
            ),
            out, progress=progress,
        )  # fmt: skip
    except InputError as error:
        print(f"{name}: left out: {error}", flush=True)
        return
    save(path, table, out, spent() - started)


def progress_until(deadline: float, name: str) -> Progress:
    """Prints how far a benchmark is, and ends it after the block in which the time is spent."""

    def progress(done: int, total: int, left: float | None) -> None:
        del left
        print(f"{name}: {done} of {total} nets", flush=True)
        if time.monotonic() > deadline and done < total:
            raise OutOfTimeError

    return progress


def spent() -> float:
    """Processor seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def save(path: Path, table: Benchmark, out: Path, seconds: float) -> None:
    """Writes a results file: the table with rounded curves, the environment and the times."""
    content = json.loads(table.to_json())
    for row in content["rows"]:
        for score in row["scores"]:
            score["curve"] = [point(each) for each in score["curve"]]
    content["environment"] = json.loads(environment().to_json())
    content["block_seconds"] = [round(times.total_seconds, 1) for times in read_times(out)]
    content["processor_seconds_of_the_last_call"] = round(seconds, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(f"wrote {path} ({TIMES} has the times of the blocks)", flush=True)


def point(of_curve: dict[str, Any]) -> list[float | int | None]:
    """A point of a curve: length, mean, lower and upper end."""
    accuracy = Interval(**of_curve["accuracy"])
    ends = [None if end is None else round(end, DIGITS) for end in (accuracy.low, accuracy.high)]
    return [of_curve["length"], round(accuracy.mean, DIGITS), *ends]


if __name__ == "__main__":
    main()
