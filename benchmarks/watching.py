"""Watching a training: how much it slows the training down, and how many updates a second a page gets.

`python -m benchmarks.watching`: the same runs are trained by the same warm desk, watched and unwatched in turn, in folders of their
own. The server's own processes and a client of its event stream share the machine with them, as they do when a person looks on.
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
import uvicorn

from anylength.cli.main import configure_libraries
from anylength.experiments import Run, TrainOptions, layout
from anylength.server import limits
from anylength.server.app import guarded
from anylength.server.job_queue import JobQueue
from anylength.server.run_index import STAGES, RunIndex, mark
from anylength.server.run_service import RunService
from anylength.server.serving import bound, settings
from anylength.server.worker_pair import OnEvent, Outcome, ProcessWorkerPair

OUT = Path(__file__).parents[1] / "docs" / "results" / "watching.json"
ROUNDS = 9

NETS: dict[str, dict[str, Any]] = {
    "blog, rnn": {"recipe": "blog", "hidden": 3},
    "certified, rnn": {"recipe": "certified"},
    "robust, rnn on 0…100": {"recipe": "robust", "data": "hundred"},
    "plain, gru of 32": {"recipe": "plain", "cell": "gru", "hidden": 32, "epochs": 12},
}
"""A blog net of 3 units never gets to 100 %: it is trained to the last epoch."""


class Half:
    """A desk that watches only the runs whose folders say so."""

    def __init__(self, workers: ProcessWorkerPair) -> None:
        self._desk = workers

    @property
    def broken(self) -> bool:
        return self._desk.broken

    async def work(self, path: Path, on_event: OnEvent) -> Outcome:
        return await self._desk.work(path, on_event, watched=not path.name.startswith("unwatched"))

    def stop(self) -> None:
        self._desk.stop()

    async def ready(self) -> None:
        await self._desk.ready()

    async def close(self) -> None:
        await self._desk.close()


async def opened() -> Half:
    return Half(await ProcessWorkerPair.open())


async def trained(
    client: httpx.AsyncClient, run_service: RunService, root: Path, wanted: TrainOptions, name: str
) -> tuple[float, list[float]]:
    """Seconds of the epochs after the first (which holds the compilation), and when the frames came to a client."""
    path = root / name
    Run.create(path, wanted.config())
    for file in STAGES[1:]:
        (path / file).write_text("{}")  # trained and not judged
    mark(path)
    run_service.index.changed()
    await run_service.resume(name)
    frames, event = [], ""
    async with client.stream("GET", f"/api/runs/{name}/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                event = line[7:]
            elif line.startswith("data: ") and event == "frame":
                frames.append(time.perf_counter())
            elif line.startswith("data: ") and event == "status" and json.loads(line[6:])["status"] == "failed":
                raise RuntimeError(line)
    epochs = [json.loads(line)["seconds"] for line in (path / layout.METRICS).read_text().splitlines()]
    return sum(epochs[1:]), frames


async def measured(client: httpx.AsyncClient, run_service: RunService, root: Path) -> list[dict[str, Any]]:
    rows = []
    for at, (says, options) in enumerate(NETS.items()):
        seconds: dict[str, list[float]] = {"watched": [], "unwatched": []}
        rates, counts = [], []
        for number in range(-1, ROUNDS):
            for kind in ("watched", "unwatched") if number % 2 else ("unwatched", "watched"):
                spent, frames = await trained(
                    client, run_service, root, TrainOptions(**options, seed=11), f"{kind}-{at}-{number + 1}"
                )
                if number < 0:
                    continue  # the first pair compiles
                seconds[kind].append(spent)
                if kind == "watched":
                    rates.append((len(frames) - 1) / (frames[-1] - frames[0]))
                    counts.append(len(frames))
        medians = {kind: statistics.median(each) for kind, each in seconds.items()}
        pairs = [a / b for a, b in zip(seconds["watched"], seconds["unwatched"], strict=True)]
        row = {
            "net": says, "unwatched_s": round(medians["unwatched"], 3), "watched_s": round(medians["watched"], 3),
            "ratio": round(statistics.median(pairs), 3), "ratios": [round(min(pairs), 3), round(max(pairs), 3)],
            "frames": statistics.median(counts), "frames_per_second": round(statistics.median(rates), 1),
        }  # fmt: skip
        print(row, flush=True)
        rows.append(row)
    return rows


async def main() -> None:
    configure_libraries()
    before = os.getloadavg()[0]
    limits.TRAININGS = 1
    with tempfile.TemporaryDirectory() as place, bound(0) as listener:
        root, port = Path(place), listener.getsockname()[1]
        run_service = RunService(RunIndex(root), JobQueue(opened))
        server = uvicorn.Server(settings(guarded(run_service, "token", port, closing=lambda: server.should_exit)))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.05)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            rows = await measured(client, run_service, root)
        server.should_exit = True
        await serving
    load = [round(before, 2), round(os.getloadavg()[0], 2)]
    found = {
        "rounds": ROUNDS,
        "processors": os.cpu_count(),
        "platform": platform.machine(),
        "python": platform.python_version(),
        "load_before_and_after": load,
        "rows": rows,
    }
    OUT.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
