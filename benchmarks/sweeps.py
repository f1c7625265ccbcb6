"""Measures sweeps: speed against PyTorch, proofs, workers of Dask, memory, and whether all ways give the same bits.

    python -m benchmarks.sweeps [--only speed proofs dask memory bits] [--rounds 3]

Writes `docs/results/sweeps.json`. Parts named with --only replace their old results in the file; the others stay.
`python -m benchmarks.sweep_faults` measures killed sweeps.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from anylength.records import BlockTimes, SweepRow
from anylength.runs.environment import environment
from anylength.sweeps.blocks import block_at, job_of
from anylength.sweeps.config import plan_of
from anylength.sweeps.folder import open_folder, read_rows, sorted_lines
from anylength.sweeps.job import BlockJob, BlockResult
from anylength.sweeps.run import run_plan
from anylength.sweeps.summary import compute_summary
from benchmarks.results_file import RESULTS, save_part

ROOT = Path(__file__).parent.parent
FILE = RESULTS / "sweeps.json"

SPEED = """
seeds = 1000
[grid]
task = "count"
hidden = 16
recipe = "blog"
epochs = 6
[stress]
limit = 2000
"""
"""The sweep of the part `speed`: 1,000 of the post's nets."""

SPEED_NETS = 1000
PEERS = 20
"""Nets that PyTorch trains in each round, half of them before and half of them after our sweep."""

ROUNDS = 3
"""Repetitions of `speed` and `proofs`: the median is reported."""


def command(config: str, folder: Path, name: str, *more: str) -> tuple[Path, float]:
    """Runs `anylength sweep`: the sweep's folder and its seconds, with the start of the process."""
    file, out = folder / f"{name}.toml", folder / name
    file.write_text(config)
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "anylength", "sweep", str(file), "--out", str(out), "--quiet", *more],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return out, time.perf_counter() - started


def seconds_of_torch(count: int, threads: int) -> float:
    """Seconds for each net that PyTorch trains, one after another in one process, without the start of the process."""
    more = ["-m", "benchmarks.torch_nets", str(count), str(threads)]
    done = subprocess.run([sys.executable, "-W", "ignore", *more], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])["seconds"] / count


def speed(folder: Path, rounds: int) -> dict[str, object]:
    """A sweep of 1,000 nets, and 20 nets of PyTorch before and after it. PyTorch gets the faster number of threads, 1 or 2."""
    results = []
    threads = min((1, 2), key=lambda number: seconds_of_torch(3, number))
    for number in range(rounds):
        before = seconds_of_torch(PEERS // 2, threads)
        out, seconds = command(SPEED, folder, f"speed-{number}")
        peer = (before + seconds_of_torch(PEERS // 2, threads)) / 2
        results.append({"ours": seconds, "peer_a_net": peer, "ratio": SPEED_NETS * peer / seconds})
        print(
            f"speed: {SPEED_NETS} nets in {seconds:.1f} s; PyTorch {peer:.2f} s a net: ratio {results[-1]['ratio']:.0f}", flush=True
        )
    rows = list(read_rows(out))
    median = sorted(results, key=lambda result: result["ratio"])[rounds // 2]
    epochs = sum(row.epochs for row in rows) / len(rows)
    return {
        "nets": SPEED_NETS, "epochs_a_net": epochs, "peer_threads": threads, "peers": PEERS, "rounds": results, "median": median,
    }  # fmt: skip


def proofs(folder: Path, rounds: int) -> dict[str, object]:
    """The sweep `examples/sweep-proofs.toml`: 256 `certified` nets, trained and proved."""
    seconds = []
    for number in range(rounds):
        out, elapsed = command((ROOT / "examples" / "sweep-proofs.toml").read_text(), folder, f"proofs-{number}")
        seconds.append(elapsed)
    verdicts = [row.verdict for row in read_rows(out)]
    return {"nets": len(verdicts), "proved": verdicts.count("PROVED"), "seconds": sorted(seconds)[rounds // 2], "rounds": seconds}


BITS = """
seeds = 40
block = {block}
[grid]
task = "count"
recipe = ["blog", "certified"]
data = "hundred"
epochs = 3
[stress]
limit = 100
[verdict]
steps = 200
"""
"""The sweep of the part `bits`."""

WAYS = (("8", ()), ("8", ("--workers", "1")), ("8", ("--workers", "2")), ("8", ("--workers", "3")), ("40", ()), ("24", ()))
"""Nets in a block, and options of the command."""


def bits(folder: Path, rounds: int) -> dict[str, object]:
    """One sweep with different block sizes and numbers of processes: are the rows the same bytes?"""
    del rounds
    tables = [
        sorted_lines(command(BITS.format(block=block), folder, f"bits-{index}", *more)[0])
        for index, (block, more) in enumerate(WAYS)
    ]
    names = [f"block {block}, {' '.join(more) or 'in one process'}" for block, more in WAYS]
    return {"rows": len(tables[0]), "ways": names, "identical": [rows == tables[0] for rows in tables]}


ROWS = (1_000, 10_000, 100_000)
"""Rows of the simulated sweeps in the part `memory`."""

WARM_UP_ROWS, MEMORY_BLOCK, WEIGHTS_BYTES = 500, 50, 100_000
"""Rows of a simulated sweep before the measurement; rows in a block, and bytes of its weights."""


def memory(folder: Path, rounds: int) -> dict[str, object]:
    """The driver's memory while it stores rows of a simulated sweep, and while it summarises them."""
    del rounds
    grown, row = {}, real_row(folder)
    simulate_sweep(folder / "warm", row, WARM_UP_ROWS)
    compute_summary(folder / "warm")
    for rows in ROWS:
        before = psutil.Process().memory_info().rss
        started = time.perf_counter()
        simulate_sweep(folder / f"memory-{rows}", row, rows)
        seconds, written = time.perf_counter() - started, psutil.Process().memory_info().rss
        compute_summary(folder / f"memory-{rows}")
        after = psutil.Process().memory_info().rss
        grown[rows] = {
            "writing_mib": (written - before) / 2**20,
            "summary_mib": (after - written) / 2**20,
            "rows_a_second": rows / seconds,
        }
        print(f"memory: {rows:,} rows: {json.dumps(grown[rows])}", flush=True)
    return {"rows": grown, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def real_row(folder: Path) -> SweepRow:
    """A row of a real sweep."""
    config = 'seeds = 1\n[grid]\ntask = "count"\nepochs = 1\nrecipe = "blog"\n[stress]\nlimit = 2000\n'
    return next(read_rows(command(config, folder, "row")[0]))


def simulate_sweep(out: Path, row: SweepRow, rows: int) -> None:
    """Runs the driver of a sweep with workers that train nothing and return copies of a row."""
    import msgspec

    plan = plan_of({"seeds": rows, "block": MEMORY_BLOCK, "grid": {"task": "count", "recipe": "blog"}, "stress": {}})
    open_folder(out, plan, environment())

    def execute(jobs: Iterator[BlockJob]) -> Iterator[BlockResult]:
        for job in jobs:
            numbers = range(job.first, job.first + job.rows)
            lines = [msgspec.structs.replace(row, row=number, horizon=number % 2000).to_json() for number in numbers]
            times = BlockTimes(block=job.block, setting=0, rows=job.rows, worker="", threads=1, training_seconds=1,
                               stress_seconds=1, verdict_seconds=0, explain_seconds=0, total_seconds=2)  # fmt: skip
            yield BlockResult(job.block, job.first, lines, bytes(WEIGHTS_BYTES), times)

    run_plan(plan, out, execute)


DASK_ROUNDS, SEEDS_A_BLOCK, WARM_UP_SEEDS = 8, 88, 8
"""Rounds of the part `dask`, nets in a block (about 10 s of work), and nets of the block that compiles the program."""


def dask(folder: Path, rounds: int) -> dict[str, object]:
    """The speed-up from one worker of Dask to two.

    Each round runs two blocks on one of the two workers and then two blocks on both, so that a busy machine slows both alike.
    Start-up and compilation are not counted.
    """
    del folder
    from distributed import Client

    from anylength.sweeps.cluster import local_cluster
    from anylength.sweeps.run import RUN_BLOCK
    from anylength.sweeps.worker import run as run_block_of

    run = partial(run_block_of, module=RUN_BLOCK)
    grid = {"task": "count", "recipe": "certified", "data": "hundred"}
    plan = plan_of({"seeds": SEEDS_A_BLOCK, "block": SEEDS_A_BLOCK, "grid": grid})
    job, short = (job_of(plan, block_at(plan, 0), rows).to_json().encode() for rows in (SEEDS_A_BLOCK, WARM_UP_SEEDS))
    results, block_seconds = [], []
    started = time.perf_counter()
    with local_cluster(2, threads=1) as cluster, Client(cluster) as client:
        client.wait_for_workers(2)
        client.run(run, short)
        start_up = time.perf_counter() - started
        both = list(client.nthreads())
        for number in range(rounds):
            seconds = []
            for workers in ([both[number % 2]] * 2, both):
                elapsed, blocks = run_on(client, run, job, workers)
                seconds.append(elapsed)
                block_seconds += blocks
            results.append({"one": seconds[0], "two": seconds[1], "ratio": seconds[0] / seconds[1]})
            print(f"dask: one worker {seconds[0]:.1f} s, two workers {seconds[1]:.1f} s", flush=True)
    ratios = sorted(result["ratio"] for result in results)
    return {"blocks": 4 * rounds, "seconds_a_block": sum(block_seconds) / len(block_seconds), "rounds": results,
            "ratio": (ratios[(rounds - 1) // 2] + ratios[rounds // 2]) / 2, "start_up_seconds": start_up}  # fmt: skip


def run_on(client: Any, run: Callable[[bytes], BlockResult], job: bytes, workers: list[str]) -> tuple[float, list[float]]:
    """Runs the block once on each of these workers: seconds until all are done, and seconds of each block."""
    from distributed import wait

    started = time.perf_counter()
    futures = [client.submit(run, job, pure=False, workers=[worker]) for worker in workers]
    wait(futures)
    return time.perf_counter() - started, [future.result().times.total_seconds for future in futures]


PARTS: dict[str, Callable[[Path, int], dict[str, object]]] = {
    "speed": speed,
    "proofs": proofs,
    "dask": dask,
    "memory": memory,
    "bits": bits,
}


def main() -> None:
    """Measures the parts that the command line names and writes each result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS), help="parts to measure")
    parser.add_argument("--rounds", type=int, default=None, help=f"repetitions (default: {ROUNDS}; of dask {DASK_ROUNDS})")
    options = parser.parse_args()
    for name in options.only:
        rounds = options.rounds or (DASK_ROUNDS if name == "dask" else ROUNDS)
        with tempfile.TemporaryDirectory() as folder:
            result = PARTS[name](Path(folder), rounds)
        save_part(FILE, name, result)
        print(f"{name}: {json.dumps(result)}", flush=True)


if __name__ == "__main__":
    main()
