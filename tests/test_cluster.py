# ruff: noqa: E402 - the module is skipped if Dask is not installed
"""Sweeps on Dask workers: rows equal those of one process, blocks of a killed worker are repeated, other versions are refused."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from anylength.base import InputError
from anylength.records import SweepPlan

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install '.[cluster]'")

from anylength.sweeps import blocks, cluster, folder
from anylength.sweeps import run as driver
from anylength.sweeps.config import read
from anylength.sweeps.job import versions
from tests.patience import PATIENCE

TOML = """
seeds = 12
block = 2
[grid]
task = "count"
hidden = 3
recipe = "blog"
data = "hundred"
epochs = 2
"""
pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own warnings while it closes


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / "small.toml"
    path.write_text(TOML)
    return path


@pytest.fixture(scope="module")
def plan(config: Path) -> SweepPlan:
    return read(config)


@pytest.fixture(scope="module")
def calm(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sweep, computed by this process alone."""
    out = tmp_path_factory.mktemp("sweeps") / "calm"
    driver.sweep(config, out)
    return out


@pytest.fixture(scope="module")
def running() -> Iterator["distributed.LocalCluster"]:
    """A scheduler and two workers."""
    with cluster.local_cluster(2, threads=1) as found:
        yield found


@pytest.mark.slow
def test_two_workers_make_the_rows_and_weights_of_one_process(config, calm, running, tmp_path):
    out = tmp_path / "sweep"
    driver.sweep(config, out, scheduler=running.scheduler_address)
    assert folder.sorted_lines(out) == folder.sorted_lines(calm)
    for block in range(6):
        assert (out / folder.weights_name(block)).read_bytes() == (calm / folder.weights_name(block)).read_bytes()
    assert {times.worker for times in folder.read_times(out)} <= {"0", "1"}


@pytest.mark.slow
def test_the_blocks_of_a_killed_worker_are_computed_again(config, calm, running, tmp_path, monkeypatch):
    out, save_block, victims = tmp_path / "sweep", folder.save_block, []

    def save_and_kill(*given):
        if not victims:
            victims.append(next(iter(running.workers.values())).process.pid)
            os.kill(victims[0], signal.SIGKILL)
        return save_block(*given)

    monkeypatch.setattr(folder, "save_block", save_and_kill)
    driver.sweep(config, out, scheduler=running.scheduler_address)
    assert victims
    assert folder.sorted_lines(out) == folder.sorted_lines(calm)


@pytest.mark.slow
def test_a_worker_killed_while_it_starts_is_replaced(running):
    with distributed.Client(running) as client:
        for _ in range(3):
            for worker in list(running.workers.values()):
                if worker.process is not None and worker.process.pid is not None:
                    os.kill(worker.process.pid, signal.SIGKILL)
            time.sleep(0.3)
        client.wait_for_workers(2, timeout=PATIENCE)
        assert client.submit(os.getpid, pure=False).result(timeout=PATIENCE) > 0


def test_workers_of_another_version_are_refused(config, running, tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "versions", lambda: versions() | {"anylength": "99.0"})
    with pytest.raises(InputError, match=r"expected anylength 99\.0, as the driver has it, got anylength \S+ on the worker [01]"):
        driver.sweep(config, tmp_path / "sweep", scheduler=running.scheduler_address)
    assert not (tmp_path / "sweep" / "results.jsonl").read_bytes()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1", "nonsense://x"])
def test_a_scheduler_that_does_not_answer_is_an_error(config, tmp_path, monkeypatch, address):
    monkeypatch.setattr(cluster, "TIMEOUT", 0.5)
    with pytest.raises(InputError, match="a Dask scheduler that answers"):
        driver.sweep(config, tmp_path / "sweep", scheduler=address)
    assert threading.active_count() < 50
