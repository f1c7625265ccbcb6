"""Hostile folders: whatever they hold, each command ends soon, needs little memory, and changes nothing outside."""

import json
import shutil
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.hostile_child import Children, Ended
from tests.hostile_folders import FIXTURES, Damage, apply, damages

SECONDS, MEBIBYTES = 100, 700
"""Most processor time and memory of a call."""

CODES = {0, 1, 2, 3, 4}
"""All exit codes but those of a bug and of signals: harmless damage leaves the verdicts 0, 1 and 3."""

RUNS = ("hardened", "hundred", "int8", "post")
"""Finished runs."""

COMMANDS = (
    ["ask", "FOLDER", "999"], ["count", "FOLDER", "--steps", "3"], ["stress", "FOLDER", "--limit", "20"],
    ["prove", "FOLDER", "--budget", "0.5"], ["explain", "FOLDER"], ["extract", "FOLDER", "--budget", "0.5"], ["report", "FOLDER"],
    ["report", "FOLDER", "OTHER", "--out", "out.html"], ["export", "FOLDER", "--to", "c", "--out", "out.c"],
    ["export", "FOLDER", "--to", "onnx", "--out", "out.onnx"], ["explain", "--compare", "FOLDER", "OTHER"],
    ["quantise", "FOLDER", "--to", "int8", "--budget", "0.5", "--out", "out"],
    ["check", "FOLDER/certificate.json", "--weights", "FOLDER/model.safetensors"],
    ["train", "FOLDER/config.json", "--hidden", "0"], ["import", "FOLDER/model.safetensors", "--task", "count", "--out", "out"],
)  # fmt: skip
"""Commands on a run."""

CENTRAL = ("config.json", "model.safetensors", "DONE", "certificate.json", "plan.json", "results.jsonl")
"""Files that nearly every command reads."""

FILE_COMMANDS = (
    ["import", "FOLDER/net.onnx", "--task", "count", "--out", "out"],
    ["import", "FOLDER/theirs.safetensors", "--task", "count", "--out", "out"],
    ["import", "FOLDER/theirs.safetensors", "--task", "FOLDER/machine.json", "--out", "out"],
    ["import", "FOLDER/theirs.safetensors", "--task", "FOLDER/machine.toml", "--out", "out"],
    ["sweep", "FOLDER/sweep.toml", "--out", "other"],
)  # fmt: skip
"""Commands on files: nets of other libraries, machines, and a sweep whose folder is refused once its file has been read."""

MACHINE = """
name = "threes"
base = 10
start = "a"
states.a = { 3 = ["b", 1], "*" = ["a", 0] }
states.b = { 3 = ["b", 1], "*" = ["a", 0] }
"""

SWEEP_COMMANDS = (["summary", "FOLDER"], ["take", "FOLDER", "0", "--out", "out"], ["sweep", "sweep.toml", "--out", "FOLDER"])
"""Commands on a sweep."""


@dataclass(frozen=True)
class Case:
    """A damaged copy of a fixture and a command on it.

    Attributes:
        fixture: The fixture's name.
        file: Chooses the damaged file.
        damage: The damage.
        words: The command.
        json: Whether it prints JSON.
    """

    fixture: str
    file: int
    damage: Damage
    words: tuple[str, ...]
    json: bool


def cases() -> st.SearchStrategy[Case]:
    """Any case: three in five on a run."""
    run = st.tuples(st.sampled_from(RUNS), st.sampled_from([tuple(words) for words in COMMANDS]))
    sweep = st.tuples(st.just("sweep"), st.sampled_from([tuple(words) for words in SWEEP_COMMANDS]))
    files = st.tuples(st.just("files"), st.sampled_from([tuple(words) for words in FILE_COMMANDS]))
    pairs = st.sampled_from([run, run, run, sweep, files]).flatmap(lambda pair: pair)
    return st.builds(
        lambda pair, file, damage, as_json: Case(pair[0], file, damage, pair[1], as_json),
        pairs, st.integers(0, 1 << 10), damages(), st.booleans(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Children]:
    """The processes that run the commands."""
    made = Children(tmp_path_factory.mktemp("log") / "log")
    make_files(made, tmp_path_factory.mktemp("files"))
    yield made
    made.close()


FILES: dict[str, bytes] = {}
"""The files of `FILE_COMMANDS` by name."""


def make_files(children: Children, folder: Path) -> None:
    """Makes the files of `FILE_COMMANDS`. Without the package onnx, the ONNX file is empty."""
    post = FIXTURES / "post"
    children.call(["export", str(post), "--to", "onnx", "--out", str(folder / "net.onnx")], folder)
    children.call(["export", str(post), "--to", "torch", "--out", str(folder / "theirs.safetensors")], folder)
    (folder / "machine.toml").write_text(MACHINE)
    (folder / "machine.json").write_text(json.dumps(tomllib.loads(MACHINE)))
    shutil.copy(FIXTURES / "sweep.toml", folder)
    FILES.update({path.name: path.read_bytes() for path in folder.iterdir()})


def tree_of(folder: Path) -> dict[str, tuple[int, int, bytes | None]]:
    """Every path below a folder with its mode, its time of change, and its content."""
    return {
        str(path): (status.st_mode, status.st_mtime_ns, path.read_bytes() if stat.S_ISREG(status.st_mode) else None)
        for path in [folder, *sorted(folder.rglob("*"))]
        for status in [path.lstat()]
    }


def damaged_file(folder: Path, number: int) -> Path:
    """The file that is damaged. Half of the time it is one that nearly every command reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    central = [path for path in files if path.name in CENTRAL] or files
    return files[number // 2 % len(files)] if number % 2 else central[number // 2 % len(central)]


def prepare(case: Case, place: Path) -> None:
    """Makes the folder of a case: the damaged fixture `folder`, a good run `other`, and the canary tree `outside`."""
    (place / "outside" / "inner").mkdir(parents=True)
    (place / "outside" / "secret").write_text('{"secret": 1}\n')
    (place / "outside" / "inner" / "file").write_text("secret")
    if case.fixture == "files":
        (place / "folder").mkdir()
        for name, content in FILES.items():
            (place / "folder" / name).write_bytes(content)
    else:
        shutil.copytree(FIXTURES / case.fixture, place / "folder")
    shutil.copytree(FIXTURES / "post", place / "other")
    shutil.copy(FIXTURES / "sweep.toml", place / "sweep.toml")
    damaged = damaged_file(place / "folder", case.file)
    apply(case.damage, damaged)
    note(f"damaged: {damaged.name}")


def words_of(case: Case) -> list[str]:
    """The command line of a case."""
    words = [word.replace("FOLDER", "folder").replace("OTHER", "other") for word in case.words]
    return [*words, "--json"] if case.json else words


def judge(ended: Ended) -> list[str]:
    """What is wrong about how a call ended."""
    wrong = {
        f"exit code {ended.code}": ended.code not in CODES,
        "a traceback": "Traceback" in ended.messages,
        "a wait without end": ended.waited,
        f"{ended.seconds:.1f} seconds": ended.seconds > SECONDS,
        f"{ended.mebibytes} MiB": ended.mebibytes > MEBIBYTES,
        "control characters": not (ended.output + ended.messages).replace("\n", "").isprintable(),
        "no message of one line": ended.code == 2 and ended.messages.count("anylength: expected") != 1,
    }
    return [text for text, found in wrong.items() if found]


def faults(case: Case, children: Children, place: Path) -> list[str]:
    """What a case shows to be wrong."""
    prepare(case, place)
    outside = tree_of(place / "outside")
    ended = children.call(words_of(case), place)
    note(f"{words_of(case)}\n{ended}")
    found = judge(ended)
    if tree_of(place / "outside") != outside:
        found.append("a change outside the folder")
    allowed = {"outside", "folder", "other", "sweep.toml"} | {path.name for path in place.iterdir() if path.name.startswith("out")}
    if {path.name for path in place.iterdir()} - allowed:
        found.append("new files outside the folder")
    return found


def fuzz(children: Children, tmp_path: Path, examples: int) -> None:
    """Tries cases until one shows a fault. They are the same in every run."""
    number = iter(range(1 << 30))

    @settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases())
    def attempt(case: Case) -> None:
        place = tmp_path / str(next(number))
        place.mkdir()
        try:
            assert not faults(case, children, place)
        finally:
            for path in [place / "folder", *(place / "folder").rglob("*")]:
                if not path.is_symlink():
                    path.chmod(0o755)
            shutil.rmtree(place)

    attempt()


@pytest.mark.slow
def test_hostile_folders_are_refused_or_harmless(children, tmp_path):
    fuzz(children, tmp_path, 25)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_five_hundred_more_hostile_folders_are_refused_or_harmless(children, tmp_path):
    fuzz(children, tmp_path, 500)
