"""Measures how much a watched training is slowed down, and how many updates a second the page gets.

    python -m benchmarks.watching

Writes `docs/results/watching.json`. The same runs are trained watched and unwatched in turn, in folders of their own, by the same
warm worker processes. The server's processes and a client of its event stream share the machine with them, as they do when a person
watches.
"""

import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from anylength.cli.main import configure_libraries
from anylength.experiments import Run, TrainOptions, layout
from anylength.server import limits
from anylength.server.app import protected_application
from anylength.server.run_index import STAGES
from anylength.server.run_service import RunService
from anylength.server.serving import Server, listening_socket, settings
from anylength.server.worker_pair import OnEvent, Outcome, ProcessWorkerPair, WorkerPair

OUT = Path(__file__).parents[1] / "docs" / "results" / "watching.json"

ROUNDS = 9
"""Watched and unwatched trainings of each net, after one pair that compiles."""

SEED = 11
"""The seed of all trainings: each pair trains the same net."""

TIMEOUT = 120
"""Seconds that a request may take."""

NETS: dict[str, dict[str, Any]] = {
    "blog, rnn": {"recipe": "blog", "hidden": 3},
    "certified, rnn": {"recipe": "certified"},
    "robust, rnn on 0…100": {"recipe": "robust", "data": "hundred"},
    "plain, gru of 32": {"recipe": "plain", "cell": "gru", "hidden": 32, "epochs": 12},
}
"""The trainings. A blog net of 3 units never reaches 100 %, so it is trained to the last epoch."""


class OptionallyWatched:
    """Workers that watch a run unless its folder is named `unwatched…`."""

    def __init__(self, workers: ProcessWorkerPair) -> None:
        self._workers = workers

    @property
    def broken(self) -> bool:
        return self._workers.broken

    @property
    def loaded(self) -> bool:
        return self._workers.loaded

    async def work(self, path: Path, on_event: OnEvent) -> Outcome:
        return await self._workers.work(path, on_event, watched=not path.name.startswith("unwatched"))

    def stop(self) -> None:
        self._workers.stop()

    async def ready(self) -> None:
        await self._workers.ready()

    async def close(self) -> None:
        await self._workers.close()


async def open_workers() -> WorkerPair:
    """Starts the worker processes."""
    return OptionallyWatched(await ProcessWorkerPair.open())


async def train(
    client: httpx.AsyncClient, run_service: RunService, root: Path, options: TrainOptions, name: str
) -> tuple[float, list[float]]:
    """Trains a run: seconds of all epochs after the first (which includes the compilation), and the times of the frames."""
    path = root / name
    Run.create(path, options.config())
    for file in STAGES[1:]:
        (path / file).write_text("{}")  # so that the workers only train
    run_service.index.changed()
    await run_service.resume(name)
    frames, event = [], ""
    async with client.stream("GET", f"/api/runs/{name}/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event == "frame":
                frames.append(time.perf_counter())
            elif line.startswith("data: ") and event == "status" and json.loads(line.removeprefix("data: "))["status"] == "failed":
                raise RuntimeError(line)
    epochs = [json.loads(line)["seconds"] for line in (path / layout.METRICS).read_text().splitlines()]
    return sum(epochs[1:]), frames


async def measure_net(
    client: httpx.AsyncClient, run_service: RunService, root: Path, index: int, options: dict[str, Any]
) -> tuple[dict[str, list[float]], list[list[float]]]:
    """Trains one net watched and unwatched in turn: seconds of each training, and the times of the frames of the watched ones."""
    seconds: dict[str, list[float]] = {"watched": [], "unwatched": []}
    frames = []
    for number in range(-1, ROUNDS):
        for kind in ("watched", "unwatched") if number % 2 else ("unwatched", "watched"):
            name = f"{kind}-{index}-{number + 1}"
            spent, times = await train(client, run_service, root, TrainOptions(**options, seed=SEED), name)
            if number < 0:
                continue  # the first pair compiles
            seconds[kind].append(spent)
            if kind == "watched":
                frames.append(times)
    return seconds, frames


async def measure(client: httpx.AsyncClient, run_service: RunService, root: Path) -> list[dict[str, Any]]:
    """One row for each net."""
    rows = []
    for index, (net, options) in enumerate(NETS.items()):
        seconds, frames = await measure_net(client, run_service, root, index, options)
        medians = {kind: statistics.median(values) for kind, values in seconds.items()}
        ratios = [watched / unwatched for watched, unwatched in zip(seconds["watched"], seconds["unwatched"], strict=True)]
        rates = [(len(times) - 1) / (times[-1] - times[0]) for times in frames]
        row = {
            "net": net, "unwatched_s": round(medians["unwatched"], 3), "watched_s": round(medians["watched"], 3),
            "ratio": round(statistics.median(ratios), 3), "ratios": [round(min(ratios), 3), round(max(ratios), 3)],
            "frames": statistics.median(len(times) for times in frames), "frames_per_second": round(statistics.median(rates), 1),
        }  # fmt: skip
        print(
            f"{net}: {row['unwatched_s']} s unwatched, {row['watched_s']} s watched, median ratio {row['ratio']}, "
            f"{row['frames_per_second']} updates a second",
            flush=True,
        )
        rows.append(row)
    return rows


async def main() -> None:
    """Starts the server, measures everything and writes the results."""
    configure_libraries()
    load_before = os.getloadavg()[0]
    limits.MAX_TRAININGS = 1
    with tempfile.TemporaryDirectory() as folder, listening_socket(0) as listener:
        root, port = Path(folder), listener.getsockname()[1]
        run_service = RunService(root, b"the key of a benchmark", open_workers)
        server = Server(settings(protected_application(run_service, "token", port, closing=lambda: server.should_exit)))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.05)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=TIMEOUT) as client:
            rows = await measure(client, run_service, root)
        server.should_exit = True
        await serving
    results = {
        "rounds": ROUNDS,
        "processors": os.cpu_count(),
        "platform": platform.machine(),
        "python": platform.python_version(),
        "load_before_and_after": [round(load_before, 2), round(os.getloadavg()[0], 2)],
        "rows": rows,
    }
    OUT.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
