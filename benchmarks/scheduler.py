"""Which part of a sweep saturates first: a simulation of scheduler, workers and writer with measured times.

    python -m benchmarks.scheduler

Reads the cost of a net from `docs/results/scale.json` (`python -m benchmarks.scale` first); measures what scheduler and writer take
for a block here; checks the simulation against Dask; writes the parts `service` and `scheduler` of the same file.
"""

import heapq
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from anylength.sweeps.cluster import AHEAD

ROWS_A_BLOCK, NETS, WORKERS = 64, 1_000_000, 1_000
WIRE = 125e6
"""Bytes a second into the driver: gigabit Ethernet."""

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "scale.json"


@dataclass(frozen=True)
class Service:
    """Seconds that the parts which there is one of need for one block.

    Attributes:
        scheduler: Client and scheduler: a block sent, its result taken.
        wire: Its bytes over the network.
        writer: Weights, rows and times put on disk.
    """

    scheduler: float
    wire: float
    writer: float


@dataclass(frozen=True)
class Simulated:
    """What came of a simulated sweep: seconds in all, and the share of them that each part was busy."""

    seconds: float
    workers: float
    scheduler: float
    wire: float
    writer: float


def simulate(workers: int, blocks: int, draw: Callable[[], float], service: Service, ahead: int = AHEAD) -> Simulated:
    """Blocks go out one by one through the scheduler to the worker that is free first, back over the wire to the writer, and each
    one written lets the next one out; `ahead` blocks a worker are on their way."""
    free = [0.0] * workers  # when each worker is free
    going: list[float] = []  # when the blocks on their way will be done
    scheduler = wire = writer = busy = 0.0
    sent = 0

    def send(now: float) -> None:
        nonlocal scheduler, busy, sent
        scheduler = max(scheduler, now) + service.scheduler
        seconds = draw()
        end = max(heapq.heappop(free), scheduler) + seconds
        heapq.heappush(free, end)
        heapq.heappush(going, end)
        busy, sent = busy + seconds, sent + 1

    while sent < min(blocks, ahead * workers):
        send(0.0)
    while going:
        wire = max(wire, heapq.heappop(going)) + service.wire
        writer = max(writer, wire) + service.writer
        if sent < blocks:
            send(writer)
    shares = (busy / workers, *(blocks * each for each in (service.scheduler, service.wire, service.writer)))
    return Simulated(writer, *(share / writer for share in shares))


def measured_service() -> tuple[Service, int]:
    """What one block takes of the scheduler and of the writer here, and its bytes: 64 of the post's nets."""
    from dask import config
    from distributed import Client, LocalCluster

    from anylength.experiments.runs.environment import environment
    from anylength.sweeps import folder
    from anylength.sweeps.blocks import block_at, blocks, job_of, rows
    from anylength.sweeps.cluster import SETTINGS, spread
    from anylength.sweeps.config import plan_of
    from anylength.sweeps.run_block import run_block

    grid = {"task": "count", "recipe": "blog", "hidden": 16, "epochs": 6}
    plan = plan_of({"seeds": ROWS_A_BLOCK * 400, "block": ROWS_A_BLOCK, "grid": grid, "stress": {"limit": 2000}})
    done = run_block(job_of(plan, block_at(plan, 0), ROWS_A_BLOCK))
    size = len(done.weights) + sum(map(len, done.lines))
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "sweep"
        folder.begin(out, plan, environment())
        have, started, count = bytearray(rows(plan)), time.perf_counter(), 50
        for _ in range(count):
            have[:ROWS_A_BLOCK] = bytes(ROWS_A_BLOCK)
            folder.keep(out, done, have)
        writer = (time.perf_counter() - started) / count
    jobs = [job_of(plan, block_at(plan, number), ROWS_A_BLOCK) for number in range(blocks(plan))]
    with (
        config.set(SETTINGS),
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, memory_limit=0, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        given = client.scatter(done, broadcast=True)
        list(spread(client, iter(jobs[:50]), call=_given, more=(given,)))
        started = time.perf_counter()
        list(spread(client, iter(jobs), call=_given, more=(given,)))
        scheduler = (time.perf_counter() - started) / len(jobs)
    return Service(scheduler, size / WIRE, writer), size


def _given(job: bytes, done: object) -> object:
    """A worker that has known all along."""
    del job
    return done


CHECKED_WORKERS, CHECKED_BLOCKS, CHECKED_SECONDS = 100, 1_000, 0.5


def _slept(seconds: float) -> None:
    time.sleep(seconds)


def checked(service: Service) -> dict[str, float]:
    """Real workers, all threads of this process, that sleep: seconds beside those simulated."""
    from distributed import Client, LocalCluster, wait

    with (
        LocalCluster(
            n_workers=CHECKED_WORKERS, threads_per_worker=1, processes=False, memory_limit=0, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        wait(client.map(_slept, [0.01] * CHECKED_WORKERS, pure=False))
        started = time.perf_counter()
        wait(client.map(_slept, [CHECKED_SECONDS] * CHECKED_BLOCKS, pure=False))
        real = time.perf_counter() - started
    alone = Service(service.scheduler, 0.0, 0.0)
    found = simulate(CHECKED_WORKERS, CHECKED_BLOCKS, lambda: CHECKED_SECONDS, alone)
    return {"workers": CHECKED_WORKERS, "blocks": CHECKED_BLOCKS, "seconds_a_block": CHECKED_SECONDS, "dask": real,
            "simulated": found.seconds, "ideal": CHECKED_BLOCKS * CHECKED_SECONDS / CHECKED_WORKERS}  # fmt: skip


def main() -> None:
    from benchmarks.scale import keep

    whole = json.loads(RESULTS.read_text())["parts"]["costs"]["whole"]
    service, size = measured_service()
    keep("service", {**asdict(service), "bytes_a_block": size, "bytes_a_net": size / ROWS_A_BLOCK})
    rng, blocks = np.random.default_rng(0), NETS // ROWS_A_BLOCK
    found: dict[str, object] = {}
    for name, cost in whole.items():
        seconds = ROWS_A_BLOCK * cost["total"]

        def draw(seconds: float = seconds) -> float:
            return seconds * rng.lognormal(0.0, 0.2)

        found[name] = {"seconds_a_block": seconds, "core_hours_a_million": NETS * cost["total"] / 3600}
        for workers in (10, 100, WORKERS, 10 * WORKERS):
            found[name][str(workers)] = asdict(simulate(workers, blocks, draw, service))
        limit = max(asdict(service).items(), key=lambda pair: pair[1])
        found[name]["first_to_saturate"] = {"part": limit[0], "workers": seconds / limit[1]}
    keep("scheduler", {"nets": NETS, "rows_a_block": ROWS_A_BLOCK, "kinds": found, "check": checked(service)})


if __name__ == "__main__":
    main()
