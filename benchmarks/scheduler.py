"""Simulates the scheduler, workers and writer of a sweep with measured times: which part saturates first?

    python -m benchmarks.scale && python -m benchmarks.scheduler

Reads the cost of a net from the part `costs` of `docs/results/scale.json`, measures the time that the scheduler and the writer take
for a block, checks the simulation against Dask, and writes the parts `service` and `scheduler` of the same file.
"""

import heapq
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from anylength.records import SweepPlan
from anylength.sweeps.cluster import BLOCKS_PER_THREAD
from anylength.sweeps.job import BlockResult
from benchmarks.results_file import RESULTS, read_parts, save_part

ROWS_A_BLOCK, NETS = 64, 1_000_000
"""Nets in a block, and in the simulated sweep."""

CLUSTERS = (10, 100, 1_000, 10_000)
"""Numbers of workers that are simulated."""

NETWORK_SPEED = 125e6
"""Bytes a second into the driver: gigabit Ethernet (assumed)."""

BLOCK_TIME_SPREAD = 0.2
"""Standard deviation of the logarithm of a block's time (assumed)."""

WRITER_BLOCKS, WARM_UP_JOBS, SCHEDULER_JOBS = 50, 50, 400
"""Blocks that the writer stores; jobs sent before the measurement of the scheduler, and jobs sent during it."""

FILE = RESULTS / "scale.json"


@dataclass(frozen=True)
class Service:
    """Seconds that each part which exists once needs for one block.

    Attributes:
        scheduler: The client and the scheduler: sending a block and taking its result.
        wire: The network: the bytes of the result.
        writer: Storing weights, rows and times on disk.
    """

    scheduler: float
    wire: float
    writer: float


@dataclass(frozen=True)
class SimulatedSweep:
    """The result of a simulated sweep.

    Attributes:
        seconds: Its time.
        workers: The share of that time in which the workers are busy; likewise for the other parts.
        scheduler: See `workers`.
        wire: See `workers`.
        writer: See `workers`.
    """

    seconds: float
    workers: float
    scheduler: float
    wire: float
    writer: float


def simulate(
    workers: int, blocks: int, draw: Callable[[], float], service: Service, ahead: int = BLOCKS_PER_THREAD
) -> SimulatedSweep:
    """Simulates a sweep event by event.

    Blocks go one by one through the scheduler to the worker that is free first, and back over the network to the writer. Each block
    that is written releases the next one. At most `ahead` blocks for each worker are under way.
    """
    free = [0.0] * workers  # when each worker is free
    under_way: list[float] = []  # when each block under way will be computed
    scheduler = wire = writer = busy = 0.0
    sent = 0

    def send(now: float) -> None:
        nonlocal scheduler, busy, sent
        scheduler = max(scheduler, now) + service.scheduler
        seconds = draw()
        end = max(heapq.heappop(free), scheduler) + seconds
        heapq.heappush(free, end)
        heapq.heappush(under_way, end)
        busy, sent = busy + seconds, sent + 1

    while sent < min(blocks, ahead * workers):
        send(0.0)
    while under_way:
        wire = max(wire, heapq.heappop(under_way)) + service.wire
        writer = max(writer, wire) + service.writer
        if sent < blocks:
            send(writer)
    shares = (busy / workers, *(blocks * seconds for seconds in (service.scheduler, service.wire, service.writer)))
    return SimulatedSweep(writer, *(share / writer for share in shares))


def measure_service() -> tuple[Service, int]:
    """The times of the scheduler and the writer for one block of the post's nets on this machine, and the block's bytes."""
    from anylength.sweeps.blocks import block_at, job_of
    from anylength.sweeps.config import plan_of
    from anylength.sweeps.run_block import run_block

    grid = {"task": "count", "recipe": "blog", "hidden": 16, "epochs": 6}
    seeds = ROWS_A_BLOCK * SCHEDULER_JOBS
    plan = plan_of({"seeds": seeds, "block": ROWS_A_BLOCK, "grid": grid, "stress": {"limit": 2000}})
    result = run_block(job_of(plan, block_at(plan, 0), ROWS_A_BLOCK))
    size = len(result.weights) + sum(map(len, result.lines))
    return Service(scheduler_seconds(plan, result), size / NETWORK_SPEED, writer_seconds(plan, result)), size


def writer_seconds(plan: SweepPlan, result: BlockResult) -> float:
    """Seconds that the writer takes to store a block."""
    from anylength.runs.environment import environment
    from anylength.sweeps import folder
    from anylength.sweeps.blocks import row_count

    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "sweep"
        folder.open_folder(out, plan, environment())
        stored, started = bytearray(row_count(plan)), time.perf_counter()
        for _ in range(WRITER_BLOCKS):
            stored[:ROWS_A_BLOCK] = bytes(ROWS_A_BLOCK)
            folder.save_block(out, result, stored)
        return (time.perf_counter() - started) / WRITER_BLOCKS


def scheduler_seconds(plan: SweepPlan, result: BlockResult) -> float:
    """Seconds that the client and the scheduler take for a block, with a worker that returns a finished result at once."""
    from dask import config
    from distributed import Client, LocalCluster

    from anylength.sweeps.blocks import block_at, block_count, job_of
    from anylength.sweeps.cluster import SETTINGS, run_jobs

    jobs = [job_of(plan, block_at(plan, number), ROWS_A_BLOCK) for number in range(block_count(plan))]
    with (
        config.set(SETTINGS),
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, memory_limit=0, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        client.run(_keep_result, result)
        list(run_jobs(client, _kept_result, iter(jobs[:WARM_UP_JOBS])))
        started = time.perf_counter()
        list(run_jobs(client, _kept_result, iter(jobs)))
        return (time.perf_counter() - started) / len(jobs)


def _keep_result(result: BlockResult, dask_worker: Any = None) -> None:
    """Stores the result at the worker."""
    dask_worker.kept_result = result


def _kept_result(job: bytes) -> BlockResult:
    """What the worker runs: nothing."""
    from distributed import get_worker

    del job
    worker: Any = get_worker()
    return worker.kept_result


CHECKED_WORKERS, CHECKED_BLOCKS, CHECKED_SECONDS = 100, 1_000, 0.5
"""Workers, blocks and seconds of a block in the check against Dask."""


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


def check_against_dask(service: Service) -> dict[str, float]:
    """The time of a sweep with real Dask workers (threads of this process) that sleep, and the simulated time."""
    from distributed import Client, LocalCluster, wait

    with (
        LocalCluster(
            n_workers=CHECKED_WORKERS, threads_per_worker=1, processes=False, memory_limit=0, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        wait(client.map(_sleep, [0.01] * CHECKED_WORKERS, pure=False))
        started = time.perf_counter()
        wait(client.map(_sleep, [CHECKED_SECONDS] * CHECKED_BLOCKS, pure=False))
        real = time.perf_counter() - started
    scheduler_only = Service(service.scheduler, 0.0, 0.0)
    simulated = simulate(CHECKED_WORKERS, CHECKED_BLOCKS, lambda: CHECKED_SECONDS, scheduler_only)
    return {"workers": CHECKED_WORKERS, "blocks": CHECKED_BLOCKS, "seconds_a_block": CHECKED_SECONDS, "dask": real,
            "simulated": simulated.seconds, "ideal": CHECKED_BLOCKS * CHECKED_SECONDS / CHECKED_WORKERS}  # fmt: skip


def simulate_clusters(net_seconds: float, service: Service, rng: np.random.Generator) -> dict[str, object]:
    """A million nets of this cost on clusters of different sizes, and the part that saturates first."""
    seconds = ROWS_A_BLOCK * net_seconds
    result: dict[str, object] = {"seconds_a_block": seconds, "core_hours_a_million": NETS * net_seconds / 3600}

    def draw() -> float:
        return seconds * rng.lognormal(0.0, BLOCK_TIME_SPREAD)

    for workers in CLUSTERS:
        result[str(workers)] = asdict(simulate(workers, NETS // ROWS_A_BLOCK, draw, service))
    part, limit = max(asdict(service).items(), key=lambda pair: pair[1])
    return result | {"first_to_saturate": {"part": part, "workers": seconds / limit}}


def main() -> None:
    """Measures, simulates, checks and writes the results."""
    whole = read_parts(FILE)["parts"]["costs"]["whole"]
    service, size = measure_service()
    save_part(FILE, "service", {**asdict(service), "bytes_a_block": size, "bytes_a_net": size / ROWS_A_BLOCK})
    rng = np.random.default_rng(0)
    kinds = {name: simulate_clusters(cost["total"], service, rng) for name, cost in whole.items()}
    check = check_against_dask(service)
    save_part(FILE, "scheduler", {"nets": NETS, "rows_a_block": ROWS_A_BLOCK, "kinds": kinds, "check": check})
    for name, kind in kinds.items():
        first = kind["first_to_saturate"]
        print(f"{name}: the {first['part']} saturates first, at {first['workers']:,.0f} workers")  # type: ignore[index]
    print(f"check: Dask took {check['dask']:.1f} s, the simulation says {check['simulated']:.1f} s")


if __name__ == "__main__":
    main()
