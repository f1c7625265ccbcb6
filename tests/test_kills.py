"""Processes killed at random moments: what was whole stays whole, and the same command makes the rest, to the same bytes."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from anylength.base import InputError
from anylength.runs import Run

KILLS = int(os.environ.get("ANYLENGTH_KILLS", "3"))
"""Kills of every command. `make test-kills` takes 30."""

KILLS_OF_ONE = 4
"""Most kills before a command may end. Then the next one begins, so that early moments are tried as well."""

FIXTURES = Path(__file__).parent / "fixtures" / "runs"

TIMES = frozenset(
    {"seconds", "total_seconds", "training_seconds", "stress_seconds", "verdict_seconds", "explain_seconds", "worker"}
)
"""JSON keys of durations, which differ from run to run, and of the process that worked."""

NOT_COMPARED = (".html", "environment.json", "run.json", "times.jsonl")
"""Files that hold little but durations or versions."""

SEARCHED = ("verdict.json", "explain.json")
"""Files that depend on how far a search got in its seconds, where the net is not proved at once."""

SMALL = ("--data", "hundred", "--hidden", "8", "--seed", "3")
SWEEP = """
seeds = 6

[grid]
task = "count"
recipe = "blog"
data = "hundred"
hidden = [3, 4, 5]
epochs = 2

[stress]
limit = 20
"""


@dataclass(frozen=True)
class Case:
    """A command that is killed.

    Attributes:
        command: The command line. RUN stands for a copy of the fixture `run`, OUT for the folder that the command writes.
        run: The fixture.
        whole: Checks what must hold after every kill.
        searches: Whether it searches wrong answers for some seconds, so that these are not compared.
    """

    command: str
    run: str | None = None
    whole: Callable[[Path], None] = lambda folder: None
    searches: bool = False


def opens(folder: Path) -> None:
    """The run is finished and whole, or is refused in one line."""
    try:
        Run.open(folder / "out")
    except InputError as error:
        assert "\n" not in str(error)


def still_proved(folder: Path) -> None:
    """The proof that was there before holds."""
    assert Run(folder / "run").verdict.verdict == "PROVED"


CASES = {
    "train": Case(f"train count --recipe blog --epochs 60 {' '.join(SMALL)} --out OUT --resume", whole=opens),
    "candidates": Case(
        f"train count --recipe certified --epochs 3 --candidates 9 {' '.join(SMALL)} --out OUT --resume", whole=opens
    ),
    "certified": Case(f"train count --recipe certified --epochs 6 {' '.join(SMALL)} --out OUT --resume", whole=opens),
    "harden": Case("harden RUN --out OUT --resume", "post", opens),
    "quantise": Case("quantise RUN --to int3 --tune --out OUT --resume", "hundred", opens),
    "prove": Case("prove RUN", "hundred", still_proved),
    "sweep": Case("sweep SWEEP --out OUT"),
    "demo": Case("demo --out OUT --resume", searches=True),
    "reproduce": Case("reproduce --quick --out OUT", searches=True),
}


def started(case: Case, folder: Path) -> subprocess.Popen[bytes]:
    """The command in a process group of its own."""
    words = {"RUN": str(folder / "run"), "OUT": str(folder / "out"), "SWEEP": str(folder / "sweep.toml")}
    command = [words.get(word, word.replace("OUT/", f"{folder / 'out'}/")) for word in case.command.split()]
    cache = {"JAX_COMPILATION_CACHE_DIR": str(folder.parent / "cache")}
    with (folder / "messages").open("ab") as messages:
        return subprocess.Popen(
            [sys.executable, "-m", "anylength", *command, "--quiet"], stdout=messages, stderr=messages, start_new_session=True,
            env=os.environ | cache, cwd=folder,
        )  # fmt: skip


def prepared(case: Case, folder: Path) -> Path:
    """A folder with what the command reads."""
    folder.mkdir()
    (folder / "sweep.toml").write_text(SWEEP)
    if case.run is not None:
        shutil.copytree(FIXTURES / case.run, folder / "run")
    return folder


def content(case: Case, folder: Path) -> dict[str, Any]:
    """What the command wrote, without durations."""
    ignored_files = NOT_COMPARED + (SEARCHED if case.searches else ())
    ignored_keys = TIMES | ({"verdict"} if case.searches else set())
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in ("messages", "sweep.toml")]
    compared = [path for path in files if not path.name.endswith(ignored_files)]
    return {str(path.relative_to(folder)): without_keys(path, folder, ignored_keys) for path in compared}


def without_keys(path: Path, folder: Path, ignored: Set[str]) -> Any:
    """The bytes of a file. Of a JSON file: its values, without ignored keys and without the name of the folder."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: stripped(part) for key, part in value.items() if key not in ignored}
        if isinstance(value, list):
            return [stripped(part) for part in value]
        return value.replace(str(folder), "") if isinstance(value, str) else value

    if path.suffix not in (".json", ".jsonl") and path.name != "DONE":
        return path.read_bytes() if path.suffix != ".md" else None
    text = path.read_text()
    lines = text.splitlines() if path.suffix == ".jsonl" else [text]
    return [stripped(json.loads(line)) for line in lines]


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", CASES)
def test_a_command_killed_at_random_moments_ends_in_the_same_bytes(name, tmp_path):
    case, moments = CASES[name], random.Random(name)
    undisturbed = prepared(case, tmp_path / "undisturbed")
    assert started(case, undisturbed).wait() in (0, 1, 3)
    begun = time.monotonic()
    again = prepared(case, tmp_path / "again")
    assert started(case, again).wait() in (0, 1, 3)
    duration, expected = time.monotonic() - begun, content(case, undisturbed)
    assert content(case, again) == expected
    kills, number = 0, 0
    while kills < KILLS:
        folder, number = prepared(case, tmp_path / f"killed-{number}"), number + 1
        for attempt in range(KILLS_OF_ONE):
            process, begun = started(case, folder), time.monotonic()
            try:
                process.wait(moments.uniform(0, duration))
                if attempt == 0:  # a whole one that was faster than the one that was measured
                    duration = min(duration, time.monotonic() - begun)
                break
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                kills += 1
                case.whole(folder)
        assert started(case, folder).wait() in (0, 1, 3), (folder / "messages").read_text()
        assert content(case, folder) == expected
        assert not list(folder.rglob(".*.tmp"))
