"""The one door to files: nothing outside a run or sweep folder is read, created or changed, and no read waits for ever."""

import fcntl
import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from anylength.base import Folder, InputError, exclusive, free_name, new_folder, read_file, write_atomic
from anylength.experiments.options import TrainOptions
from anylength.experiments.train import train
from anylength.formal import checker, library_folder
from anylength.runs import Run, layout
from anylength.sweeps import folder
from anylength.sweeps.export_run import export_run
from anylength.sweeps.summary import compute_summary
from benchmarks import coq

FIXTURES = Path(__file__).parent / "fixtures" / "runs"

LIMIT = 1000
"""Most bytes that these tests read."""


@pytest.fixture
def inside(tmp_path: Path) -> Folder:
    """A folder with a file, beside a file that no test may read or change."""
    (tmp_path / "outside").write_text("secret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(b"one\ntwo\nthr")
    return Folder(tmp_path / "folder")


def make_pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path, _: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(path.parent)
        server.bind(path.name)


KINDS = {
    "a symbolic link": lambda path, outside: path.symlink_to(outside),
    "a pipe": make_pipe,
    "a folder": lambda path, outside: path.mkdir(),
    "a socket": make_socket,
}
"""What may lie in place of a regular file."""


@pytest.mark.parametrize("kind", KINDS)
def test_only_regular_files_are_read_or_appended_to(inside, kind, monkeypatch):
    monkeypatch.chdir(inside.path)  # the socket's path is short enough then, and the folder is restored
    outside = inside.path.parent / "outside"
    KINDS[kind](inside.path / "other", outside)
    for call in (
        lambda: inside.has("other"),
        lambda: inside.read("other", limit=LIMIT),
        lambda: inside.open("other"),
        lambda: list(inside.lines("other", limit=LIMIT)),
        lambda: inside.append("other", b"x"),
        lambda: inside.truncate("other", 0),
    ):
        with pytest.raises(InputError, match=f"expected a regular file 'other', got {kind}"):
            call()
    assert outside.read_text() == "secret"


def test_a_link_to_nowhere_creates_nothing(inside):
    (inside.path / "link").symlink_to(inside.path.parent / "new")
    with pytest.raises(InputError, match="a symbolic link"):
        inside.append("link", b"x")
    inside.write("link", b"x")
    assert not (inside.path.parent / "new").exists()
    assert inside.read("link", limit=LIMIT) == b"x"


def test_a_linked_subfolder_is_not_entered(inside):
    (inside.path.parent / "other").mkdir()
    (inside.path / "weights").symlink_to(inside.path.parent / "other")
    for call in (
        lambda: inside.write("weights/file", b"x"),
        lambda: inside.read("weights/file", limit=LIMIT),
        lambda: inside.make_folder("weights/000"),
        lambda: inside.make_folder("weights"),
        lambda: inside.remove("weights/file"),
    ):
        with pytest.raises(InputError):
            call()
    assert not list((inside.path.parent / "other").iterdir())


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "", ".", "a//b", "x\0y"])
def test_no_name_leads_out(inside, name):
    with pytest.raises((InputError, ValueError)):
        inside.read(name, limit=LIMIT)
    with pytest.raises((InputError, ValueError)):
        inside.write(name, b"x")
    assert (inside.path.parent / "outside").read_text() == "secret"


def test_a_link_in_place_of_the_temporary_file_is_not_followed(inside):
    outside = inside.path.parent / "outside"
    (inside.path / f".file.{os.getpid()}.tmp").symlink_to(outside)
    inside.write("file", b"new")
    assert (inside.read("file", limit=LIMIT), outside.read_text()) == (b"new", "secret")


def test_a_file_with_a_second_name_is_not_changed_in_place(inside):
    outside = inside.path.parent / "outside"
    os.link(outside, inside.path / "hard")
    with pytest.raises(InputError, match="a hard link: copy the folder"):
        inside.append("hard", b"x")
    with pytest.raises(InputError, match="a hard link: copy the folder"):
        inside.truncate("hard", 0)
    assert outside.read_text() == "secret"


def test_a_long_file_is_refused_before_it_is_read(inside):
    with open(inside.path / "sparse", "wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InputError, match=r"expected a file of at most 1 MiB, got 1,048,576\.0 MiB in 'sparse'"):
        inside.read("sparse", limit=1 << 20)
    with pytest.raises(InputError, match="expected a file of at most 1 MiB"):
        read_file(inside.path / "sparse", limit=1 << 20)
    with pytest.raises(InputError, match="expected lines of at most 1,000 bytes"):
        list(inside.lines("sparse", limit=LIMIT))


def test_complete_lines_are_read_and_a_cut_one_is_skipped(inside):
    assert list(inside.lines("file", limit=LIMIT)) == [b"one\n", b"two\n"]


def test_a_missing_file_is_none(inside):
    assert inside.read("nothing", limit=LIMIT) is None
    assert not inside.has("nothing")
    inside.remove("nothing")


def test_leftovers_of_killed_processes_are_removed_and_nothing_else(inside):
    outside = inside.path.parent / "outside"
    (inside.path / "sub").mkdir()
    for name in (".file.12.tmp", "sub/.file.13.tmp"):
        (inside.path / name).write_text("half")
    (inside.path / ".file.14.tmp").symlink_to(outside)
    (inside.path / ".other.tmp").write_text("a user's")
    inside.remove_leftovers()
    assert {path.name for path in inside.path.rglob("*")} == {"file", "sub", ".other.tmp"}
    assert outside.read_text() == "secret"


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_a_device_that_a_user_names_is_refused(path):
    with pytest.raises(InputError, match="a device"):
        read_file(Path(path), limit=LIMIT)


def test_a_user_may_name_a_link(inside):
    (inside.path / "link").symlink_to(inside.path / "file")
    assert read_file(inside.path / "link", limit=LIMIT) == b"one\ntwo\nthr"


def test_a_new_folder_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new"
    with pytest.raises(KeyboardInterrupt), new_folder(path) as folder:
        (folder / "file").write_text("half")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())
    (tmp_path / ".new.12.tmp").mkdir()  # a killed process left it
    with new_folder(path) as folder:
        (folder / "file").write_text("whole")
        assert not path.exists()
    assert {entry.name for entry in tmp_path.rglob("*")} == {"new", "file"}


def test_a_free_name_is_not_that_of_a_dangling_link(tmp_path):
    (tmp_path / "run").symlink_to(tmp_path / "nowhere")
    assert free_name(tmp_path / "run") == tmp_path / "run-2"


def test_a_name_that_is_too_long_is_told(tmp_path):
    with pytest.raises(InputError, match="choose a shorter name"):
        write_atomic(tmp_path / ("x" * 300), b"")


# the folders of runs and sweeps


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file outside of every folder."""
    path = tmp_path / "canary"
    path.write_text("secret\n")
    return path


def linked(path: Path, target: Path) -> None:
    """Puts a link in place of a file."""
    path.unlink(missing_ok=True)
    path.symlink_to(target)


@pytest.mark.parametrize("name", [layout.VERDICT, layout.STRESS, layout.CONFIG, layout.DONE, layout.MODEL, layout.CERTIFICATE])
def test_a_linked_file_of_a_run_is_refused_and_put_into_no_report(tmp_path, called, canary, name):
    run = Path(shutil.copytree(FIXTURES / "hundred", tmp_path / "run"))
    canary.write_bytes((run / name).read_bytes())
    linked(run / name, canary)
    result = called("report", str(run), "--out", str(tmp_path / "report.html"))
    assert result.code == 2
    assert f"a regular file '{name}', got a symbolic link" in result.stderr
    assert not (tmp_path / "report.html").exists()


def test_resuming_creates_no_file_through_a_link(tmp_path):
    run = Path(shutil.copytree(FIXTURES / "post", tmp_path / "run"))
    options = options_of(run)
    (run / layout.CONFIG).write_bytes(options.config().to_file())  # the recipe's numbers of today
    (run / layout.DONE).unlink()
    (run / layout.METRICS).unlink()
    linked(run / layout.METRICS, tmp_path / "new")
    with pytest.raises(InputError, match=r"a regular file 'metrics\.jsonl', got a symbolic link"):
        train(options, run, resume=True)
    assert not (tmp_path / "new").exists()


def options_of(run: Path) -> TrainOptions:
    """The options that a run was begun with."""
    config = Run(run).config
    names = ("task", "base", "cell", "hidden", "recipe", "data", "seed", "epochs")
    return TrainOptions(**{name: getattr(config, name) for name in names})


@pytest.mark.parametrize("name", [folder.RESULTS, folder.TIMES])
def test_a_sweep_changes_nothing_through_a_link(tmp_path, canary, name):
    sweep = Path(shutil.copytree(FIXTURES / "sweep", tmp_path / "sweep"))
    linked(sweep / name, canary)
    plan = folder.plan_of(sweep)
    with pytest.raises(InputError, match="a symbolic link"):
        folder.stored_rows(sweep, plan)
    assert canary.read_text() == "secret\n"


def test_a_sweep_is_checked_before_a_cut_line_is_removed(tmp_path):
    sweep = Path(shutil.copytree(FIXTURES / "sweep", tmp_path / "sweep"))
    damaged = (sweep / folder.RESULTS).read_bytes() + b"{}\nhalf"
    (sweep / folder.RESULTS).write_bytes(damaged)
    with pytest.raises(InputError, match="each row once"):
        folder.stored_rows(sweep, folder.plan_of(sweep))
    assert (sweep / folder.RESULTS).read_bytes() == damaged


def test_a_sweep_exports_and_summarises_nothing_through_a_link(tmp_path, canary):
    sweep = Path(shutil.copytree(FIXTURES / "sweep", tmp_path / "sweep"))
    (sweep / folder.WEIGHTS).rename(tmp_path / "weights")
    (sweep / folder.WEIGHTS).symlink_to(tmp_path / "weights")
    with pytest.raises(InputError):
        export_run(sweep, 0, tmp_path / "net")
    linked(sweep / folder.RESULTS, canary)
    with pytest.raises(InputError, match="a symbolic link"):
        compute_summary(sweep)


def test_a_hostile_header_of_a_weights_file_costs_nothing(tmp_path):
    run = Path(shutil.copytree(FIXTURES / "hundred", tmp_path / "run"))
    for header in ("[" * 100_000, json.dumps({"x": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}), "{"):
        (run / layout.MODEL).write_bytes(len(header).to_bytes(8, "little") + header.encode())
        with pytest.raises(InputError, match="expected a readable safetensors file"):
            Run.open(run)
    (run / layout.MODEL).write_bytes((1 << 60).to_bytes(8, "little"))
    with pytest.raises(InputError, match="its header does not fit"):
        Run.open(run)


def is_free(folder: Path) -> bool:
    """Whether nobody is in an exclusive block for this folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def test_nobody_else_is_in_an_exclusive_block_whether_it_ends_well_or_not(tmp_path):
    folder = tmp_path / "new" / "folder"
    with exclusive(folder):
        assert not is_free(folder)
    assert is_free(folder)
    with pytest.raises(ZeroDivisionError), exclusive(folder):
        raise ZeroDivisionError
    assert is_free(folder)


def test_an_exclusive_block_for_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as error, exclusive(tmp_path / "file"):
        pass
    assert "\n" not in str(error.value)


def test_programs_that_coq_makes_are_made_by_one_process_at_a_time(tmp_path, monkeypatch):
    cache, states = tmp_path / "anylength", list[bool]()

    def make(_: dict[str, str], target: Path) -> None:
        states.append(is_free(cache))
        target.mkdir()
        (target / checker.PROGRAM).write_text("")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(checker, "_make", make)
    assert checker.verified_checker() == checker.verified_checker()
    monkeypatch.setattr(coq.subprocess, "run", lambda *_, **__: states.append(is_free(library_folder())))
    coq.compile_library()
    assert states == [False, False]
