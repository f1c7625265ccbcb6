"""Stop stops, long tests leave room for others, and a waiting run says why it waits."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from anylength.experiments import Run, TrainOptions, layout
from anylength.server import limits
from anylength.server.trainer import stress_limit
from anylength.server.worker_pair import Outcome, ProcessWorkerPair
from tests.page_server import ENDLESS, ENDLESS_TESTS, Site, fresh, serving, stream, until
from tests.patience import PATIENCE

READY = "print('ready {}', flush=True)\n"

DEAF = "import time\n" + READY + "time.sleep(600)\n"
"""A process that answers nothing, as a compiled program that runs."""

STOPS = (
    READY
    + """
import sys
for line in sys.stdin:
    if '"do": "stop"' in line:
        print('finished {"status": "stopped"}', flush=True)
"""
)
"""A trainer that stops when it is asked."""

FILMED = READY + "print('film {}', flush=True)\nimport sys\nsys.stdin.read()\n"
"""An observer whose film is complete."""


def run_in_thread(scenario: Coroutine[Any, Any, Any]) -> Any:
    """Runs a coroutine on an event loop of its own thread: in this thread a browser's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, scenario).result()


async def pair_of(trainer: str, observer: str) -> ProcessWorkerPair:
    """A worker pair of two programs."""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", text, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
        )
        for text in (trainer, observer)
    ]
    return ProcessWorkerPair(*processes)


def says(*lines: str) -> str:
    """A process that answers its first command with some lines."""
    return READY + f"import sys\nsys.stdin.readline()\nprint(*{lines!r}, sep='\\n', flush=True)\nsys.stdin.read()\n"


@pytest.mark.parametrize(
    ("trainer", "observer"), [(DEAF, FILMED), (says('finished {"status": "stopped"}'), DEAF)], ids=["trainer", "observer"]
)
def test_a_stop_ends_processes_that_do_not_answer(trainer, observer, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "STOP_SECONDS", 0.3)

    async def scenario() -> tuple[Outcome, bool]:
        pair = await pair_of(trainer, observer)
        await pair.ready()
        work = asyncio.create_task(pair.work(tmp_path, lambda event, data: None))
        await asyncio.sleep(0.05)
        pair.stop()
        outcome = await asyncio.wait_for(work, PATIENCE)
        await pair.close()
        return outcome, pair.broken

    assert run_in_thread(scenario()) == (Outcome("stopped"), True)


def test_a_stop_that_is_answered_kills_nothing_later(tmp_path):
    async def scenario() -> tuple[Outcome, list[float]]:
        pair = await pair_of(STOPS, FILMED)
        await pair.ready()
        work = asyncio.create_task(pair.work(tmp_path, lambda event, data: None))
        await asyncio.sleep(0.05)
        pair.stop()
        outcome = await work
        pending = [handle.when() for handle in asyncio.get_running_loop()._scheduled if not handle.cancelled()]  # type: ignore[attr-defined]
        await pair.close()
        return outcome, pending

    assert run_in_thread(scenario()) == (Outcome("stopped"), [])


def test_workers_that_have_grown_too_large_are_not_used_again(tmp_path):
    async def scenario() -> tuple[Outcome, bool]:
        pair = await pair_of(says("too-large {}", 'finished {"status": "done"}'), FILMED)
        outcome = await pair.work(tmp_path, lambda event, data: None)
        broken = pair.broken
        await pair.close()
        return outcome, broken

    assert run_in_thread(scenario()) == (Outcome("done"), True)


# the queue


def in_status(site: Site, name: str, status: str) -> None:
    """Waits until a run is in a status."""
    until(lambda: name in site.run_service.job_queue.jobs and site.run_service.job_queue.jobs[name].status == status)


def message_of(site: Site, name: str) -> str | None:
    return site.run_service.job_queue.jobs[name].message


def stop(site: Site, name: str) -> None:
    assert site.json("POST", f"/api/runs/{name}/stop", {})[0] == 200
    until(lambda: name not in site.run_service.job_queue.jobs)


def test_a_waiting_run_says_its_place_and_what_it_waits_for(tmp_path):
    with serving(tmp_path) as site:
        names = []
        for epochs in (1, 2):
            names.append(fresh(site, ENDLESS, epochs=epochs))
            in_status(site, names[-1], "training")
        names += [fresh(site, ENDLESS, epochs=epochs) for epochs in (3, 4)]
        in_work = f"in work: {names[0]} (in training) and {names[1]} (in training)"
        assert message_of(site, names[2]) == f"place 1 of 2 in the queue; {in_work}"
        assert message_of(site, names[3]) == f"place 2 of 2 in the queue; {in_work}"
        stop(site, names[0])
        in_status(site, names[2], "training")
        in_work = f"in work: {names[1]} (in training) and {names[2]} (in training)"
        until(lambda: message_of(site, names[3]) == f"place 1 of 1 in the queue; {in_work}")
        stop(site, names[3])
        told = [data["message"] for _, event, data in stream(site, names[3]) if event == "status"]
        assert told[-1] is None


def test_long_tests_never_take_all_places_while_others_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LONG_TEST_SECONDS", 0.05)
    monkeypatch.setattr("anylength.server.job_queue.YIELD_CHECK_SECONDS", 0.02)
    with serving(tmp_path) as site:
        jobs = site.run_service.job_queue.jobs
        first, second = (fresh(site, ENDLESS_TESTS, epochs=epochs) for epochs in (1, 2))
        for name in (first, second):
            in_status(site, name, "testing")
        quick = [fresh(site, 1, epochs=epochs) for epochs in range(1, 4)]
        until(lambda: not set(quick) & set(jobs))
        assert all((tmp_path / name / layout.DONE).is_file() for name in quick)
        assert sorted(jobs[name].status for name in (first, second)) == ["testing", "waiting"]
        held_back = next(name for name in (first, second) if jobs[name].status == "waiting")
        until(lambda: message_of(site, held_back) is not None)
        assert "only one run with long tests is in work at a time" in (message_of(site, held_back) or "")
        stop(site, next(name for name in (first, second) if name != held_back))
        in_status(site, held_back, "testing")
        stop(site, held_back)


@pytest.mark.slow
def test_long_tests_may_take_all_places_while_nobody_waits(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LONG_TEST_SECONDS", 0.0)
    monkeypatch.setattr("anylength.server.job_queue.YIELD_CHECK_SECONDS", 0.01)
    with serving(tmp_path) as site:
        names = [fresh(site, ENDLESS_TESTS, epochs=epochs) for epochs in (1, 2)]
        for name in names:
            in_status(site, name, "testing")
        time.sleep(0.2)
        assert [site.run_service.job_queue.jobs[name].status for name in names] == ["testing", "testing"]
        for name in names:
            stop(site, name)


def test_the_stress_test_of_a_memory_is_short(tmp_path):
    for cell, longest in (("stack-rnn", 200), ("tape-rnn", 200), ("rnn", None), ("transformer-rotary", None)):
        Run.create(tmp_path / cell, TrainOptions(cell=cell).config())
        assert stress_limit(Run(tmp_path / cell)) == longest


@pytest.mark.slow
def test_a_frozen_training_is_stopped_and_can_be_continued(tmp_path):
    from tests.test_page import alive, children, command, token_of

    with command(tmp_path) as (process, site):
        token = token_of(site)
        wanted = {"task": "count", "recipe": "blog", "data": "post", "hidden": 3, "epochs": 200, "seed": 1}
        name = site.json("POST", "/api/runs", wanted, X_Token=token)[1]["name"]
        until((tmp_path / name / layout.METRICS).is_file)
        workers = children(process.pid)
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        assert site.json("POST", f"/api/runs/{name}/stop", {}, X_Token=token)[0] == 200
        assert stream(site, name)[-2][2]["status"] == "stopped"
        until(lambda: sum(map(alive, workers)) == len(workers) - 2)
        for pid in filter(alive, workers):
            os.kill(pid, signal.SIGCONT)
        assert site.json("POST", f"/api/runs/{name}/resume", {}, X_Token=token)[0] == 200
        stream(site, name)
        assert (tmp_path / name / layout.DONE).is_file()
        assert (tmp_path / name / layout.STRESS).is_file()
