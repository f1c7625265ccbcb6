"""Sweeps measured: speed beside PyTorch, proofs, Dask's workers, memory, the same bits. Writes `docs/results/sweeps.json`.

    python -m benchmarks.sweeps [--only speed proofs dask memory bits] [--rounds 3]

Parts named with --only replace their old figures in the file; the others stay. Faults: `python -m benchmarks.sweep_faults`.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from anylength.experiments.runs.environment import environment
from anylength.records import BlockTimes, SweepRow
from anylength.sweeps.blocks import block_at, job_of
from anylength.sweeps.config import plan_of
from anylength.sweeps.folder import begin, read_rows, table
from anylength.sweeps.job import BlockResult, BlockJob
from anylength.sweeps.run import run_plan
from anylength.sweeps.summary import counted

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "docs" / "results" / "sweeps.json"
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
PEERS, ROUNDS = 20, 3


def keep(name: str, found: dict[str, object]) -> None:
    """Puts one part into the results file."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "parts": {}}
    results["parts"][name] = found
    results["environment"] = json.loads(environment().to_json())
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(name, json.dumps(found), flush=True)


def command(config: str, folder: Path, name: str, *more: str) -> tuple[Path, float]:
    """One sweep by the command line, in a process of its own: its folder and its seconds, start-up included."""
    file, out = folder / f"{name}.toml", folder / name
    file.write_text(config)
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "anylength", "sweep", str(file), "--out", str(out), "--quiet", *more],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return out, time.perf_counter() - started


def torch_nets(count: int, threads: int) -> float:
    """Seconds a net of PyTorch's, one after another in one process, the start-up left out."""
    more = ["-m", "benchmarks.torch_nets", str(count), str(threads)]
    done = subprocess.run([sys.executable, "-W", "ignore", *more], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])["seconds"] / count


def speed(folder: Path) -> dict[str, object]:
    """1,000 nets, and 20 of PyTorch's before and after them, three times over."""
    rounds = []
    threads = min((1, 2), key=lambda number: torch_nets(3, number))
    for number in range(ROUNDS):
        before = torch_nets(PEERS // 2, threads)
        out, seconds = command(SPEED, folder, f"speed-{number}")
        after = torch_nets(PEERS // 2, threads)
        rounds.append({"ours": seconds, "peer_a_net": (before + after) / 2, "ratio": 1000 * (before + after) / 2 / seconds})
        print(json.dumps(rounds[-1]), flush=True)
    rows = list(read_rows(out))
    middle = sorted(rounds, key=lambda one: one["ratio"])[ROUNDS // 2]
    epochs = sum(row.epochs for row in rows) / len(rows)
    return {"nets": 1000, "epochs_a_net": epochs, "peer_threads": threads, "peers": PEERS, "rounds": rounds, "median": middle}


def proofs(folder: Path) -> dict[str, object]:
    """256 `certified` nets trained and proved."""
    rounds = []
    for number in range(ROUNDS):
        out, seconds = command((ROOT / "examples" / "sweep-proofs.toml").read_text(), folder, f"proofs-{number}")
        rounds.append(seconds)
    verdicts = [row.verdict for row in read_rows(out)]
    return {"nets": len(verdicts), "proved": verdicts.count("PROVED"), "seconds": sorted(rounds)[ROUNDS // 2], "rounds": rounds}


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


def bits(folder: Path) -> dict[str, object]:
    """One sweep with blocks of several sizes, in this many processes: are the rows the same bytes?"""
    ways = [("8", ()), ("8", ("--workers", "1")), ("8", ("--workers", "2")), ("8", ("--workers", "3")), ("40", ()), ("24", ())]
    tables = [table(command(BITS.format(block=block), folder, f"bits-{at}", *more)[0]) for at, (block, more) in enumerate(ways)]
    names = [f"block {block}, {' '.join(more) or 'in one process'}" for block, more in ways]
    return {"rows": len(tables[0]), "ways": names, "identical": [one == tables[0] for one in tables]}


ROWS = (1_000, 10_000, 100_000)


def memory(folder: Path) -> dict[str, object]:
    """The driver's memory while it keeps rows that nobody trained, and while it counts them."""
    grown, line = {}, row_like(folder)
    follow_simulated(folder / "warm", line, 500)
    counted(folder / "warm")
    for rows in ROWS:
        before = psutil.Process().memory_info().rss
        started = time.perf_counter()
        follow_simulated(folder / f"memory-{rows}", line, rows)
        seconds, kept = time.perf_counter() - started, psutil.Process().memory_info().rss
        counted(folder / f"memory-{rows}")
        after = psutil.Process().memory_info().rss
        grown[rows] = {
            "writing_mib": (kept - before) / 2**20,
            "summary_mib": (after - kept) / 2**20,
            "rows_a_second": rows / seconds,
        }
        print(rows, grown[rows], flush=True)
    return {"rows": grown, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def row_like(folder: Path) -> SweepRow:
    """A real row."""
    config = 'seeds = 1\n[grid]\ntask = "count"\nepochs = 1\nrecipe = "blog"\n[stress]\nlimit = 2000\n'
    return next(read_rows(command(config, folder, "row")[0]))


def follow_simulated(out: Path, like: SweepRow, rows: int) -> None:
    """The whole driver, but for the work."""
    import msgspec

    plan = plan_of({"seeds": rows, "block": 50, "grid": {"task": "count", "recipe": "blog"}, "stress": {}})
    begin(out, plan, environment())

    def spread(jobs: Iterator[BlockJob]) -> Iterator[BlockResult]:
        for job in jobs:
            lines = [
                msgspec.structs.replace(like, row=job.first + at, horizon=(job.first + at) % 2000).to_json()
                for at in range(job.rows)
            ]
            times = BlockTimes(block=job.block, setting=0, rows=job.rows, worker="", threads=1, training=1, stress=1,
                               verdict=0, explain=0, total=2)  # fmt: skip
            yield BlockResult(job.block, job.first, lines, bytes(100_000), times)

    run_plan(plan, out, spread)


DASK_ROUNDS, SEEDS_A_BLOCK = 8, 88


def dask(folder: Path) -> dict[str, object]:
    """32 blocks of about 10 s: two by one of two workers, then two by both, in turn, so that a busy machine disturbs both alike.

    Start-up and compiling are left out.
    """
    del folder
    from distributed import Client, wait

    from anylength.sweeps.cluster import local_cluster
    from anylength.sweeps.worker import run

    plan = plan_of(
        {"seeds": SEEDS_A_BLOCK, "block": SEEDS_A_BLOCK, "grid": {"task": "count", "recipe": "certified", "data": "hundred"}}
    )
    job, short = (job_of(plan, block_at(plan, 0), rows).to_json().encode() for rows in (SEEDS_A_BLOCK, 8))
    rounds, each = [], []
    started = time.perf_counter()
    with local_cluster(2, threads=1) as cluster, Client(cluster) as client:
        client.wait_for_workers(2)
        client.run(run, short)
        start_up = time.perf_counter() - started
        both = list(client.nthreads())
        for number in range(DASK_ROUNDS):
            seconds = []
            for workers in ([both[number % 2]] * 2, both):
                started = time.perf_counter()
                futures = [client.submit(run, job, pure=False, workers=[worker]) for worker in workers]
                wait(futures)
                seconds.append(time.perf_counter() - started)
                each += [future.result().times.total for future in futures]
            rounds.append({"one": seconds[0], "two": seconds[1], "ratio": seconds[0] / seconds[1]})
            print(json.dumps(rounds[-1]), flush=True)
    middle = sorted(one["ratio"] for one in rounds)
    return {"blocks": 4 * DASK_ROUNDS, "seconds_a_block": sum(each) / len(each), "rounds": rounds,
            "ratio": (middle[(DASK_ROUNDS - 1) // 2] + middle[DASK_ROUNDS // 2]) / 2, "start_up_seconds": start_up}  # fmt: skip


PARTS: dict[str, Callable[[Path], dict[str, object]]] = {
    "speed": speed,
    "proofs": proofs,
    "dask": dask,
    "memory": memory,
    "bits": bits,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=None, help="rounds of what is measured several times")
    options = parser.parse_args()
    if options.rounds is not None:
        globals().update(ROUNDS=options.rounds, DASK_ROUNDS=options.rounds)
    for name in options.only:
        with tempfile.TemporaryDirectory() as folder:
            keep(name, PARTS[name](Path(folder)))


if __name__ == "__main__":
    main()
