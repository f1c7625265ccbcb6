"""The table of the Chomsky benchmark: fifteen tasks × four nets × ten seeds. Writes `docs/results/benchmark/chomsky-v1-KIND.json`.

    python -m benchmarks.chomsky_table [--kinds lstm,stack-rnn] [--seconds 3600] [--out DIR]

Nets train on fresh words of 1 to 40 symbols, as published, with `UPDATES` updates of `BATCH` words; the published nets were
trained for far longer. Each kind has its own folder below `--out`. When the time is spent, the run ends after the block that
it computes; the same command continues.
"""

import argparse
import time
from pathlib import Path

from anylength.benchmark.options import BenchmarkOptions
from anylength.benchmark.run import benchmark
from anylength.rules import BENCHMARK
from benchmarks.suites import FOLDER, OutOfTimeError, progress_until, save, spent

HIDDEN = {"lstm": 64, "stack-rnn": 32, "tape-rnn": 32, "transformer-rotary": 32}
"""The nets, with their hidden units. The published ones have 256, the transformer 64 in 5 layers."""

UPDATES, BATCH, SEEDS = 1000, 16, 10
"""The budget of each net, and the number of nets."""

WORDS = 16
"""Test words of each length; 25 lengths from 41 to 497."""

CONVENTION = "chomsky-v1"


def main() -> None:
    """Makes the results of the kinds that have none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kinds", default=",".join(HIDDEN))
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--out", type=Path, default=Path("chomsky-table"))
    options = parser.parse_args()
    deadline = time.monotonic() + options.seconds
    try:
        for kind in options.kinds.split(","):
            run(kind, options.out / kind, deadline)
    except OutOfTimeError:
        print("the time is spent: the same command continues", flush=True)


def run(kind: str, out: Path, deadline: float) -> None:
    """Runs the benchmark of one kind, or goes on with it, and writes its results file."""
    path, started = FOLDER / f"{CONVENTION}-{kind}.json", spent()
    if path.exists():
        return
    options = BenchmarkOptions(
        kind=kind, suite="chomsky", tasks=tuple(BENCHMARK), hidden=HIDDEN[kind], seeds=SEEDS, convention=CONVENTION,
        updates=UPDATES, batch=BATCH, words=WORDS,
    )  # fmt: skip
    save(path, benchmark(options, out, progress=progress_until(deadline, kind)), out, spent() - started)


if __name__ == "__main__":
    main()
