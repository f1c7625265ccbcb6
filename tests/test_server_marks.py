"""Only runs that this user's server has started in this folder are continued when it starts, and only within its limits."""

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import msgspec
import numpy as np
import pytest

from anylength.experiments import Run, TrainOptions, layout
from anylength.records import RunConfig
from anylength.server.marks import FOREIGN, MARKER, OURS, Marks
from anylength.server.user_key import KEY_BYTES, KEY_FILE, state_folder, user_key
from tests.page_server import KEY, SMALL, Site, fresh, serving, stream, until
from tests.selection import thorough

MARKS = Marks(KEY)


def unfinished(path: Path, **changed: Any) -> RunConfig:
    """A run folder whose training has not begun."""
    config = TrainOptions(recipe="blog", data="hundred", hidden=2, seed=3).config()
    Run.create(path, msgspec.structs.replace(config, **changed))
    return config


def unsigned(path: Path) -> None:
    (path / MARKER).write_text('{"format": 1}\n')


def signed_with_another_key(path: Path) -> None:
    Marks(b"the sender's key").add(path)


def signed_elsewhere(path: Path) -> None:
    """The mark of a folder of this server that was copied."""
    unfinished(path.parent.parent / "other" / path.name)
    MARKS.add(path.parent.parent / "other" / path.name)
    shutil.copy(path.parent.parent / "other" / path.name / MARKER, path / MARKER)


def signed_for_another_configuration(path: Path) -> None:
    MARKS.add(path)
    config = json.loads((path / layout.CONFIG).read_text())
    (path / layout.CONFIG).write_text(json.dumps(config | {"seed": 4}))


def a_link(path: Path) -> None:
    MARKS.add(path)
    (path / MARKER).rename(path.parent.parent / "mark")
    (path / MARKER).symlink_to(path.parent.parent / "mark")


def a_pipe(path: Path) -> None:
    os.mkfifo(path / MARKER)


def not_json(path: Path) -> None:
    (path / MARKER).write_bytes(b"[" * 4000)


FOREIGN_MARKS = [
    unsigned, signed_with_another_key, signed_elsewhere, signed_for_another_configuration, a_link, a_pipe, not_json,
]  # fmt: skip


@pytest.mark.parametrize("mark", thorough(FOREIGN_MARKS, quick=2), ids=lambda mark: mark.__name__)
def test_a_folder_that_this_server_did_not_start_waits_for_a_click(mark: Callable[[Path], None], tmp_path):
    root = tmp_path / "root"
    unfinished(root / "sent")
    mark(root / "sent")
    with serving(root) as site:
        assert site.run_service.job_queue.jobs == {}
        assert [row["status"] for row in site.json("GET", "/api/runs")[1]["runs"]] == ["interrupted"]
        assert stream(site, "sent")[-2][2] == {"status": "interrupted", "message": None}
        assert not (root / "sent" / layout.METRICS).exists()
        assert site.json("POST", "/api/runs/sent/resume", {})[0] == 200
        until(lambda: not site.run_service.job_queue.jobs)
        assert (root / "sent" / layout.DONE).is_file()


def test_a_run_that_a_killed_server_left_is_continued_by_the_next_one(tmp_path):
    unfinished(tmp_path / "left")
    MARKS.add(tmp_path / "left")
    assert MARKS.kind(tmp_path / "left") == OURS
    with serving(tmp_path) as site:
        until(lambda: not site.run_service.job_queue.jobs)
        assert (tmp_path / "left" / layout.DONE).is_file()


def test_a_whole_root_that_was_sent_is_not_continued(tmp_path):
    unfinished(tmp_path / "mine" / "left")
    MARKS.add(tmp_path / "mine" / "left")
    shutil.copytree(tmp_path / "mine", tmp_path / "sent")
    assert MARKS.kind(tmp_path / "sent" / "left") == FOREIGN
    with serving(tmp_path / "sent") as site:
        assert site.run_service.job_queue.jobs == {}


TOO_LARGE = {"hidden": 1024, "epochs": 100_000, "candidates": 2, "seed": 2**40, "machine": "x" * 70_000}


@pytest.mark.parametrize("field", thorough(TOO_LARGE, quick=2))
def test_the_limits_of_the_page_hold_for_folders_too(field, tmp_path):
    unfinished(tmp_path / "large", **{field: TOO_LARGE[field]})
    MARKS.add(tmp_path / "large")
    with serving(tmp_path) as site:
        assert site.run_service.job_queue.jobs == {}
        status, found = site.json("POST", "/api/runs/large/resume", {})
        assert (status, found["error"][:9]) == (400, "expected ")
        assert "anylength train … --resume" in found["error"]
        assert site.run_service.job_queue.jobs == {}


# the key


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "anylength"


def test_the_key_is_private_and_stays_the_same(state, tmp_path):
    key = user_key(tmp_path / "runs")
    assert (len(key), user_key(tmp_path / "elsewhere")) == (KEY_BYTES, key)
    assert stat.S_IMODE((state / KEY_FILE).stat().st_mode) == 0o600
    assert [entry.name for entry in state.iterdir()] == [KEY_FILE]


def readable_by_others(file: Path) -> None:
    file.chmod(0o644)


def shorter(file: Path) -> None:
    file.write_bytes(b"x")


def linked(file: Path) -> None:
    file.rename(file.with_name("other"))
    file.symlink_to(file.with_name("other"))


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("change", [readable_by_others, shorter, linked, a_folder], ids=lambda change: change.__name__)
def test_a_key_that_others_may_know_is_not_used(change, state, tmp_path):
    key = user_key(tmp_path / "runs")
    change(state / KEY_FILE)
    keys = {key, user_key(tmp_path / "runs"), user_key(tmp_path / "runs")}
    assert len(keys) == 3


def test_without_a_place_for_the_key_every_start_has_its_own(tmp_path, monkeypatch):
    (tmp_path / "state").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert user_key(tmp_path / "runs") != user_key(tmp_path / "runs")


def test_a_key_within_the_served_folder_is_not_used(state, tmp_path):
    state.mkdir(parents=True)
    (state / KEY_FILE).write_bytes(b"k" * KEY_BYTES)
    (state / KEY_FILE).chmod(0o600)
    assert user_key(tmp_path / "runs") == b"k" * KEY_BYTES
    assert user_key(tmp_path) != b"k" * KEY_BYTES


def test_a_relative_state_folder_is_ignored(monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "here")
    assert state_folder() == Path.home() / ".local" / "state" / "anylength"


# files of a run folder that are no files


def finished_with(site: Site, name: str) -> Path:
    """A finished run in whose folder `name` can be put."""
    run = fresh(site, 1)
    until(lambda: not site.run_service.job_queue.jobs)
    path = site.root / run
    (path / name).unlink(missing_ok=True)
    return path


RUN_FILES = (layout.VERDICT, layout.STRESS, layout.EXPLANATION, layout.METRICS, layout.FILM, layout.CERTIFICATE, layout.DONE)


@pytest.mark.parametrize("name", thorough(RUN_FILES, quick=2))
def test_a_pipe_in_a_run_folder_blocks_nothing(name, tmp_path):
    with serving(tmp_path) as site:
        path = finished_with(site, name)
        os.mkfifo(path / name)
        for _ in range(3):
            assert site.ask("GET", "/api/runs")[0] == 200
            assert stream(site, path.name)[-1][1] == "end"
            assert site.ask("GET", f"/api/runs/{path.name}")[0] in (200, 400)
            assert site.ask("GET", f"/runs/{path.name}/report")[0] in (200, 400)


@pytest.mark.parametrize("name", thorough([*RUN_FILES, layout.CONFIG, layout.MODEL, layout.ENVIRONMENT], quick=2))
def test_a_link_out_of_a_run_folder_is_not_served(name, tmp_path):
    (tmp_path / "secret").write_text('{"format": 1, "secret": "a secret"}\n')
    root = tmp_path / "root"
    with serving(root) as site:
        path = finished_with(site, name)
        (path / name).symlink_to(tmp_path / "secret")
        for address in ("/api/runs", f"/api/runs/{path.name}", f"/api/runs/{path.name}/events", f"/runs/{path.name}/report"):
            assert b"a secret" not in site.ask("GET", address)[2]


def test_links_to_run_folders_are_not_followed(tmp_path):
    outside = tmp_path / "outside"
    unfinished(outside / "run")
    MARKS.add(outside / "run")
    root = tmp_path / "root"
    root.mkdir()
    (root / "linked").symlink_to(outside / "run")
    (root / "group").symlink_to(outside)
    with serving(root) as site:
        assert site.json("GET", "/api/runs") == (200, {"runs": []})
        for name in ("linked", "group:run"):
            assert site.json("GET", f"/api/runs/{name}")[0] == 404
            assert site.json("POST", f"/api/runs/{name}/resume", {})[0] == 404


def test_a_training_of_the_page_has_a_film_file_and_one_of_the_command_line_is_not_taken_for_it(tmp_path):
    with serving(tmp_path) as site:
        name = fresh(site, 1)
        until(lambda: not site.run_service.job_queue.jobs)
        (tmp_path / name / layout.FILM).unlink()
        again = fresh(site, 1)
        assert again == f"{name}-2"
        until(lambda: not site.run_service.job_queue.jobs)
        assert site.json("POST", "/api/runs", {**SMALL, "seed": 1})[1]["name"] == again


# proofs


def other_weights(path: Path) -> None:
    run = Run(path)
    run.save_net(jax.tree.map(lambda weights: weights * np.float32(1.25), run.net))


def no_certificate(path: Path) -> None:
    (path / layout.CERTIFICATE).unlink()


def another_task(path: Path) -> None:
    config = json.loads((path / layout.CONFIG).read_text())
    (path / layout.CONFIG).write_text(json.dumps(config | {"task": "decrement"}))


@pytest.mark.parametrize("change", [other_weights, no_certificate, another_task], ids=lambda change: change.__name__)
def test_nothing_says_proved_where_the_certificate_does_not_prove_this_run(change, whole_certified_run, tmp_path):
    shutil.copytree(whole_certified_run, tmp_path / "run")
    with serving(tmp_path) as site:
        assert [row["verdict"] for row in site.json("GET", "/api/runs")[1]["runs"]] == ["PROVED"]
        assert "PROVED" in [data["verdict"] for _, event, data in stream(site, "run") if event == "verdict"]
        change(tmp_path / "run")
        assert [row["verdict"] for row in site.json("GET", "/api/runs")[1]["runs"]] != ["PROVED"]
        assert "PROVED" not in [data["verdict"] for _, event, data in stream(site, "run") if event == "verdict"]
