"""The command line: help at once, one JSON object, exit codes, and every bad input told in one line."""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from anylength.base import InputError
from anylength.cells import CELLS
from anylength.cli.commands import COMMANDS, command_named
from anylength.cli.main import configure_libraries
from anylength.experiments.demo import demo
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove
from anylength.experiments.train import train
from anylength.nets import ARCHITECTURES
from anylength.rules import NAMED as WITH_STACKS
from anylength.rules import NAMED_TASKS, PARAMETRIC_NAMES, PARAMETRIC_TASKS, STRING_TASKS, TASKS, task_named
from anylength.rules import PATTERNS as STACK_PATTERNS
from anylength.sweeps import reproduce
from anylength.sweeps.config import plan_of
from tests.patience import PATIENCE
from tests.selection import thorough

HELP_WITHOUT_JAX = """
import sys
from anylength.cli.main import main
try:
    main(sys.argv[1:])
finally:
    loaded = [name for name in ("jax", "numpy", "scipy", "optax") if name in sys.modules]
    print("loaded:", loaded, file=sys.stderr)
"""

HUGE = str(10**30)

RELIED_ON = {
    "demo": {"runs"},
    "train": {"run", "epochs", "train_accuracy", "validation_accuracy", "seconds"},
    "ask": {"answers", "correct"},
    "count": {"sequence", "first_error"},
    "stress": {"horizon", "limit", "curve"},
    "audit": {"drift", "cells", "growth", "forgetting", "rest", "storage", "cures", "bounds"},
    "prove": {"verdict", "counterexample", "noise_budget", "reason"},
    "explain": {"findings", "fixed_points", "predicted_horizon", "measured_horizon"},
    "extract": {"states", "machine", "equivalent"},
    "report": {"path"},
    "check": {"valid", "claim", "reason", "machine"},
    "formalise": {"run", "path", "statement", "noise"},
    "harden": {"run", "verdict", "moved"},
    "import": {"run", "path"},
    "export": {"run", "path", "target", "covered", "statement"},
    "quantise": {"run", "path", "verdict", "weight_format", "total_bits", "file_bytes", "formats", "largest_change"},
    "sweep": {"rows", "path"},
    "summary": {"rows", "path"},
    "take": {"run", "path"},
    "benchmark": {"rows", "path"},
    "reproduce": {"path", "results"},
    "serve": {"url"},
    "site": {"path"},
    "tasks": {"names"},
    "cells": {"names"},
    "recipes": {"names"},
}
"""The `--json` keys of the design's interface table."""

ENDING = [name for name in COMMANDS if name != "serve"]
"""The commands that end by themselves."""

SMALLEST = Path(__file__).parent.parent / "docs" / "results" / "smallest" / "model.safetensors"

NOT_LEARNED = 3
"""The exit code of a training after which the net has not learned its training numbers."""

SMALL = ("train", "count", "--recipe", "blog", "--data", "hundred", "--hidden", "2")
"""A training that takes no time."""

TINY_BENCHMARK = (
    "benchmark", "rnn", "--suite", "tomita", "--tasks", "tomita-1", "--hidden", "2", "--epochs", "1", "--seeds", "1",
    "--limit", "41",
)  # fmt: skip
"""A benchmark that takes little time."""


@pytest.fixture(scope="session")
def smallest(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with the smallest counter that was proved, four units, and its certificate."""
    out = Path(shutil.copytree(run_folder, tmp_path_factory.mktemp("smallest") / "run"))
    config = json.loads((out / "config.json").read_bytes())
    (out / "config.json").write_text(json.dumps(config | {"hidden": 4}))
    shutil.copy(SMALLEST, out / "model.safetensors")
    assert prove(out).verdict == "PROVED"
    return out


def arguments_of(command: str, run: Path, out: Path) -> list[str]:
    """A good and quick call of every command."""
    return {
        "demo": ["demo", "--out", str(out)],
        "train": [*SMALL, "--epochs", "2", "--out", str(out)],
        "ask": ["ask", str(run), "999"],
        "count": ["count", str(run), "--start", "98", "--steps", "3"],
        "stress": ["stress", str(run), "--limit", "20"],
        "audit": ["audit", *small_audit(out), "--out", str(out)],
        "prove": ["prove", str(run)],
        "explain": ["explain", str(run)],
        "extract": ["extract", str(run), "--budget", "5"],
        "report": ["report", str(run), "--out", str(out)],
        "check": ["check", str(run / "certificate.json"), "--weights", str(run / "model.safetensors")],
        "formalise": ["formalise", str(run), "--out", str(out)],
        "harden": ["harden", str(run), "--out", str(out)],
        "quantise": ["quantise", str(run), "--to", "int8", "--out", str(out)],
        "import": ["import", str(as_pytorch(run, out) if command == "import" else out), "--task", "count", "--out", str(out)],
        "export": ["export", str(run), "--to", "json", "--out", str(out)],
        "sweep": ["sweep", str(small_sweep(out)), "--out", str(out)],
        "summary": ["summary", str(out.parent / "swept")],
        "take": ["take", str(out.parent / "swept"), "0", "--out", str(out)],
        "benchmark": [*TINY_BENCHMARK, "--out", str(out)],
        "site": ["site", "--out", str(out)],
        "reproduce": ["reproduce", "--quick", "--out", str(out)],
    }.get(command, [command])


def small_audit(out: Path) -> list[str]:
    """A net without memory in a Python file, and four clips of a second."""
    folder = out.with_name("audited")
    (folder / "clips").mkdir(parents=True, exist_ok=True)
    (folder / "net.py").write_text("class Net:\n    def feed(self, frame):\n        return float((frame**2).mean() > 0.001)\n")
    rng = np.random.default_rng(0)
    for number in range(4):
        np.save(folder / "clips" / f"{number}.npy", rng.normal(size=200) * np.repeat([0.1, 1], 100))
    feeding = ["--rate", "100", "--frame", "4", "--for", "5s", "--snr", "10", "--made", "white"]
    return [f"{folder / 'net.py'}:Net", "--inputs", str(folder / "clips"), *feeding]


def as_pytorch(run: Path, out: Path) -> Path:
    """The net of a run in a file with PyTorch's names."""
    named, path = load_file(run / "model.safetensors"), out.with_name("theirs.safetensors")
    theirs = {f"rnn.{kind}_l0": named[f"cell.{kind}"] for kind in ("weight_ih", "weight_hh")}
    biases = {"rnn.bias_ih_l0": named["cell.bias"], "rnn.bias_hh_l0": np.zeros_like(named["cell.bias"])}
    save_file(theirs | biases | {name: named[name] for name in ("readout.weight", "readout.bias")}, path)
    return path


def small_sweep(out: Path) -> Path:
    """The file of a sweep that takes no time."""
    path = out.with_name("small.toml")
    path.write_text('[grid]\ntask = "count"\nrecipe = "blog"\ndata = "hundred"\nhidden = 2\nepochs = 1\n')
    return path


def shorten_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small candidates, a second of attack, numbers of up to 30 digits, no explanations."""
    showing = sys.modules[demo.__module__]
    small = {"hidden": 4, "epochs": 2, "candidates": 2}
    monkeypatch.setattr(showing, "TrainOptions", lambda **given: TrainOptions(**given | (small if "candidates" in given else {})))
    monkeypatch.setattr(showing, "VERDICT_SECONDS", 1.0)
    monkeypatch.setattr(showing, "explain", lambda run: None)  # in the demo alone: the command explain keeps its own
    monkeypatch.setattr(showing, "demo", partial(demo, limit=30))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """`reproduce` and `demo` on less."""
    less = {"rnn": plan_of({"seeds": 2, "grid": {"recipe": "blog", "epochs": 2}, "stress": {"limit": 30}})}
    monkeypatch.setattr(reproduce, "post_plans", lambda *, quick: less)
    shorten_the_demo(monkeypatch)


def test_every_command_is_tried_here():
    assert set(RELIED_ON) == set(COMMANDS)


@pytest.mark.parametrize("command", thorough(["", *COMMANDS], quick=8))
def test_help_is_answered_with_the_usage(anylength, command):
    found = anylength(*([command] if command else []), "--help")
    assert (found.code, found.stderr) == (0, "")
    assert found.stdout.startswith(f"usage: anylength {command}".rstrip())


@pytest.mark.parametrize(("given", "level"), [({}, "3"), ({"TF_CPP_MIN_LOG_LEVEL": "0"}, "0")])
def test_xla_warns_nobody_of_a_slow_compilation_unless_the_user_asks_for_its_log(given, level, monkeypatch):
    monkeypatch.setattr(os, "environ", dict(given))
    configure_libraries()
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == level


@pytest.mark.parametrize("command", thorough(["", *COMMANDS], quick=8))
def test_help_loads_no_jax(command):
    given = [command, "--help"] if command else ["--help"]
    found = subprocess.run(
        [sys.executable, "-c", HELP_WITHOUT_JAX, *given], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert found.returncode == 0
    assert "usage:" in found.stdout
    assert found.stderr == "loaded: []\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_gives_the_summary_and_the_options_that_all_commands_have(called, command):
    text = called(command, "--help").stdout
    assert command_named(command).summary in " ".join(text.split())
    for option in ("--json", "--quiet"):
        assert option in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_tells_each_default_once(called, command):
    text = " ".join(called(command, "--help").stdout.split())
    assert "(default: None)" not in text and "(default: [])" not in text and "(default: False)" not in text
    assert re.search(r"\(default: [^()]*\) \(default:", text) is None


def test_help_tells_defaults_that_nobody_wrote_down(called):
    text = " ".join(called("train", "--help").stdout.split())
    assert "layers of the cell, 1 to 4 (default: 1)" in text and "time for --until (default: 300)" in text


def test_no_command_prints_the_help(called):
    found = called()
    assert found.code == 0
    assert all(name in found.stdout for name in COMMANDS)


def test_the_version_is_printed(called):
    found = called("--version")
    assert found.code == 0
    assert re.fullmatch(r"anylength \d+\.\d+\.\d+\n", found.stdout)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("command", thorough(ENDING, quick=6))
def test_json_is_one_object_with_the_keys_that_callers_rely_on_and_nothing_else(called, smallest, tmp_path, command):
    if command in ("summary", "take"):
        assert called("sweep", str(small_sweep(tmp_path / "out")), "--out", str(tmp_path / "swept"), "--quiet").code == 0
    found = called(*arguments_of(command, smallest, tmp_path / "out"), "--json", "--quiet")
    assert (found.code, found.stderr) == (NOT_LEARNED if command == "train" else 0, "")
    assert found.stdout.count("\n") == 1
    result = json.loads(found.stdout)
    assert isinstance(result, dict)
    assert result.keys() >= RELIED_ON[command]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("command", thorough(ENDING, quick=6))
def test_people_get_text_on_standard_output_and_nothing_on_standard_error_when_quiet(called, smallest, tmp_path, command):
    if command in ("summary", "take"):
        assert called("sweep", str(small_sweep(tmp_path / "out")), "--out", str(tmp_path / "swept"), "--quiet").code == 0
    found = called(*arguments_of(command, smallest, tmp_path / "out"), "--quiet")
    assert (found.code, found.stderr) == (NOT_LEARNED if command == "train" else 0, "")
    assert found.stdout.strip()
    assert "\x1b" not in found.stdout


@pytest.mark.parametrize("json_too", [False, True], ids=["text", "json"])
def test_serve_says_where_it_is_opens_it_and_serves_until_it_is_interrupted(called, tmp_path, monkeypatch, json_too):
    opened: list[str] = []

    def served(root: Path, *, port: int, started) -> None:
        assert (root, port) == (tmp_path / "runs", 0)
        started("http://127.0.0.1:1/")
        raise KeyboardInterrupt

    monkeypatch.setattr("anylength.web.serving.serve", served)
    monkeypatch.setattr("webbrowser.open", opened.append)
    given = ["serve", str(tmp_path / "runs"), "--port", "0"] + (["--json"] if json_too else [])
    for more in ([], ["--no-browser"]):
        found = called(*given, *more)
        assert (found.code, found.stderr) == (130, "anylength: interrupted\n")
        if json_too:
            assert json.loads(found.stdout).keys() >= RELIED_ON["serve"]
        assert found.stdout.count("http://127.0.0.1:1/") == found.stdout.count("\n") == 1
    end = time.monotonic() + PATIENCE
    while not opened and time.monotonic() < end:
        time.sleep(0.01)
    assert opened == ["http://127.0.0.1:1/"]


@pytest.mark.slow
def test_the_whole_program_in_a_process_of_its_own(anylength, tmp_path):
    out = str(tmp_path / "run")
    trained = anylength("train", "count", "--recipe", "blog", "--seed", "2", "--out", out, "--json")
    assert trained.code == 0
    result = json.loads(trained.stdout)
    assert (result["run"], result["train_accuracy"], result["validation_accuracy"]) == (out, 1.0, 1.0)
    assert trained.stderr.count("\n") == result["epochs"]
    assert all(word in trained.stderr for word in ("epoch", "loss", "training", "validation", "100.00%"))
    asked = anylength("ask", out, "-", "--json", stdin="41\n1476233998\n")
    assert json.loads(asked.stdout)["answers"] == ["42", "1476233999"]
    assert (asked.code, asked.stderr) == (0, "")


def test_progress_is_plain_lines_where_there_is_no_terminal(called, tmp_path):
    found = called(*SMALL, "--epochs", "3", "--out", str(tmp_path / "run"))
    *lines, told = found.stderr.splitlines()
    assert [line.split()[:2] for line in lines] == [["epoch", "1"], ["epoch", "2"], ["epoch", "3"]]
    assert re.fullmatch(r"not learned: .* of the training numbers are answered right as a whole; try --epochs 20", told)
    assert found.code == NOT_LEARNED
    assert "\x1b" not in found.stderr


def test_quiet_training_says_nothing_on_standard_error(called, tmp_path):
    found = called(
        *SMALL,
        "--epochs",
        "3",
        "--quiet",
        "--out",
        str(tmp_path / "r"),
    )
    assert (found.code, found.stderr) == (NOT_LEARNED, "")


def test_the_default_folder_names_the_configuration(called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = called(*SMALL, "--epochs", "1", "--seed", "7", "--json")
    run = Path(json.loads(found.stdout)["run"])
    assert (tmp_path / run / "DONE").is_file()
    assert all(part in run.name for part in ("count", "rnn", "blog", "hundred", "7"))


def test_a_seed_may_be_huge_and_its_run_can_be_asked(called, tmp_path):
    out = str(tmp_path / "run")
    options = [
        *SMALL,
        "--epochs",
        "1",
        "--seed",
        str(10**18),
        "--out",
        out,
    ]
    assert called(*options).code == NOT_LEARNED
    assert called(*options, "--resume").code == NOT_LEARNED
    assert called("ask", out, "1").code == 0


@pytest.mark.usefixtures("quick")
@pytest.mark.slow
def test_a_second_demo_takes_the_next_free_folder(called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = [json.loads(called("demo", "--json", "--quiet").stdout)["runs"][0]["run"] for _ in range(2)]
    assert runs == ["runs/demo/post", "runs/demo-2/post"]


@pytest.mark.usefixtures("quick")
def test_a_demo_into_an_existing_folder_is_refused(called, run_folder, tmp_path):
    out = Path(shutil.copytree(run_folder, tmp_path / "run"))
    found = called("demo", "--out", str(out), "--quiet")
    assert (found.code, found.stdout) == (2, "")
    assert "a new run folder" in found.stderr


def test_the_tasks_are_listed_with_their_families_and_the_range_of_k(called):
    found = json.loads(called("tasks", "--json").stdout)
    assert found["names"] == list(found["tasks"]) == [
        *TASKS, *(f"{family}-K" for family in PARAMETRIC_TASKS), *NAMED_TASKS, *STRING_TASKS, *WITH_STACKS, *STACK_PATTERNS,
        *PARAMETRIC_NAMES, "regex:PATTERN", "next:ACCEPTOR",
    ]  # fmt: skip
    for family in PARAMETRIC_TASKS:
        said = re.search(r"K = (\d+) to (\d+)$", found["tasks"][f"{family}-K"])
        assert said
        least, most = map(int, said.groups())
        assert task_named(f"{family}-{least}").name == f"{family}-{least}"
        assert task_named(f"{family}-{most}").name == f"{family}-{most}"
        for beyond in (least - 1, most + 1):
            with pytest.raises(InputError, match=f"expected {family}-{least} to {family}-{most}"):
                task_named(f"{family}-{beyond}")


def test_the_cells_are_listed_with_a_short_summary_each(called):
    found = json.loads(called("cells", "--json").stdout)
    assert found["names"] == list(ARCHITECTURES)
    assert all(found["cells"][name] == cell.summary for name, cell in CELLS.items())
    assert all(0 < len(cell.summary) <= 60 and cell.summary.isascii() for cell in CELLS.values())


@pytest.mark.parametrize("listing", ["tasks", "cells", "recipes"])
def test_a_listing_has_a_line_for_each_name(called, listing):
    names = json.loads(called(listing, "--json").stdout)["names"]
    lines = called(listing).stdout.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == names


def test_ask_answers_in_full_and_says_whether_it_is_right(called, smallest):
    found = called("ask", str(smallest), "1476233999", "9" * 200)
    lines = found.stdout.splitlines()
    assert lines == ["count 1476233999 -> 1476234000  right", f"count {'9' * 200} -> 1{'0' * 200}  right"]


def test_numbers_are_read_with_separators_too(called, smallest):
    found = called("ask", str(smallest), "1,000", "1 000", "1_000", "1’000", "1,5")
    assert (found.code, found.stderr.count("\n")) == (2, 1)
    found = called("ask", str(smallest), "1,000", "1 000", "1_000", "1’000")
    assert found.stdout.splitlines() == ["count 1000 -> 1001  right"] * 4
    assert called("count", str(smallest), "--start", "9,999", "--steps", "1").stdout.splitlines()[:2] == ["9999", "10000"]


def test_numbers_come_from_standard_input_among_others(called, smallest):
    found = called("ask", str(smallest), "1", "-", "4", "--json", stdin=" 2\n\n3\t99 ")
    assert json.loads(found.stdout)["answers"] == ["2", "3", "4", "100", "5"]


def test_a_hundred_thousand_digits_pass_through_standard_input(called, smallest):
    found = called("ask", str(smallest), "-", "--json", stdin="9" * 100_000)
    assert json.loads(found.stdout)["answers"] == ["1" + "0" * 100_000]


def test_count_prints_each_number_and_marks_the_first_wrong_step(called, smallest, run_folder):
    right = called("count", str(smallest), "--start", "98", "--steps", "3").stdout
    assert right.splitlines()[:4] == ["98", "99", "100", "101"]
    broken = called("count", str(run_folder), "--start", "9" * 400, "--steps", "2")
    sequence = json.loads(called("count", str(run_folder), "--start", "9" * 400, "--steps", "2", "--json").stdout)
    assert ("the first wrong step" in broken.stdout) == (sequence["first_error"] is not None)


def test_stress_writes_its_record_into_the_run(called, smallest, tmp_path):
    out = Path(shutil.copytree(smallest, tmp_path / "run"))
    found = json.loads(called("stress", str(out), "--limit", "20", "--json").stdout)
    assert (found["horizon"], found["limit"]) == (None, 20)
    assert json.loads((out / "stress.json").read_bytes()) == found


def test_colour_is_used_where_it_is_forced_and_never_under_no_color(called, smallest, monkeypatch):
    colours = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert colours.search(called("ask", str(smallest), "1").stdout)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colours.search(called("ask", str(smallest), "1").stdout)


BAD = {
    "unknown command": (["trian", "count"], r"a known command, got 'trian': did you mean 'train'\?"),
    "unknown option": (["tasks", "--colour"], "--colour"),
    "unknown task": (["train", "cuont", "--out", "OUT"], r"a known task, got 'cuont': did you mean 'count'\?"),
    "unknown task, nothing near": (["train", "zzz", "--out", "OUT"], "a known task, got 'zzz': anylength tasks lists count, add, "),
    "no task": (["train"], "TASK"),
    "unknown cell": (["train", "count", "--cell", "rn", "--out", "OUT"], r"a known cell, got 'rn': did you mean 'rnn'\?"),
    "unknown recipe": (
        ["train", "count", "--recipe", "blob", "--out", "OUT"],
        r"a known recipe, got 'blob': did you mean 'blog'\?",
    ),
    "unknown data": (["train", "count", "--data", "hundert", "--out", "OUT"], r"got 'hundert': did you mean 'hundred'\?"),
    "hidden size 0": (["train", "count", "--hidden", "0", "--out", "OUT"], "1 to 8192 hidden units, got 0: pass"),
    "hidden size too large": (["train", "count", "--hidden", HUGE, "--out", "OUT"], "1 to 8192 hidden units"),
    "hidden size no number": (["train", "count", "--hidden", "many", "--out", "OUT"], "--hidden.*'many'"),
    "base 1": (["train", "count", "--base", "1", "--out", "OUT"], "a base from 2 to 36, got 1: pass"),
    "base 37": (["train", "count", "--base", "37", "--out", "OUT"], "a base from 2 to 36, got 37: pass"),
    "negative seed": (["train", "count", "--seed", "-1", "--out", "OUT"], "a seed of 0 or more, got -1: pass"),
    "no epochs": (["train", "count", "--epochs", "0", "--out", "OUT"], "1 to 1,000,000 epochs, got 0: pass"),
    "existing folder": (["train", "count", "--out", "RUN"], "a new run folder, got .*, which exists: pass --resume"),
    "resumed with another seed": (
        ["train", "count", "--recipe", "blog", "--resume", "--seed", "9", "--out", "RUN"],
        r"\(seed 2\), got seed 9",
    ),
    "folder below a file": (["train", "count", "--out", "RUN/DONE/x"], "to write"),
    "no run": (["ask"], "RUN"),
    "no numbers": (["ask", "RUN"], "NUMBER"),
    "missing run": (["ask", "OUT", "1"], "a run folder, got nothing at .*: make one with"),
    "run that is none": (["ask", ".", "1"], r"a run folder, got .* without config\.json: make one with"),
    "letters": (["ask", "RUN", "12x"], "digits of base 10, got '12x': leave out 'x'"),
    "words": (["ask", "RUN", "twelve!"], "digits only, got 'twelve!': leave out"),
    "nothing": (["ask", "RUN", ""], "a number, got an empty string: write at least one digit"),
    "nothing among others": (["ask", "RUN", "1", ""], "a number, got an empty string"),
    "nothing on standard input": (["ask", "RUN", "-"], "a number"),
    "minus": (["ask", "RUN", "-5"], "digits only, got '-5': leave out signs"),
    "plus": (["ask", "RUN", "+5"], r"digits only, got '\+5': leave out signs"),
    "point": (["ask", "RUN", "1.0"], "digits only, got '1.0'"),
    "line feed": (["ask", "RUN", "1\n2"], r"digits only, got '1\\n2'"),
    "a long bad number": (["ask", "RUN", "9" * 100_000 + "!"], r"digits only, got .*\(100,001 characters\)"),
    "count from nowhere": (["count", "RUN", "--start", ""], "a number, got an empty string"),
    "count from a word": (["count", "RUN", "--start", "one"], "digits"),
    "count no steps": (["count", "RUN", "--steps", "0"], "1 to 1,000,000 steps, got 0: pass"),
    "count in halves": (["count", "RUN", "--steps", "1.5"], "--steps.*'1.5'"),
    "stress to 2 digits": (["stress", "RUN", "--limit", "2"], "a limit of 3 to 1,000,000 digits, got 2: pass"),
    "stress for ever": (["stress", "RUN", "--limit", HUGE], "a limit of 3 to 1,000,000 digits"),
    "stress with a negative seed": (["stress", "RUN", "--limit", "20", "--seed", "-1"], "a seed of 0 or more, got -1: pass"),
    "demo with a negative seed": (["demo", "--seed", "-1", "--out", "OUT"], "a seed of 0 or more, got -1: pass"),
    "demo below a file": (["demo", "--out", "RUN/DONE/x"], "to write"),
    "prove no run": (["prove", "OUT"], "a run folder, got nothing at"),
    "prove in no time": (["prove", "RUN", "--budget", "0"], r"a budget of 0\.1 to 86400 seconds, got 0"),
    "prove for ever": (["prove", "RUN", "--budget", "inf"], r"a budget of 0\.1 to 86400 seconds, got inf"),
    "prove within no number": (["prove", "RUN", "--budget", "nan"], r"a budget of 0\.1 to 86400 seconds, got nan"),
    "check without weights": (["check", "OUT"], "--weights"),
    "check what is not there": (["check", "OUT", "--weights", "OUT"], "two readable files, got No such file"),
    "check a folder": (["check", ".", "--weights", "."], "two readable files, got Is a directory"),
    "check no path": (["check", "\0", "--weights", "\0"], "two readable files, got"),
    "harden no run": (["harden", "nowhere", "--out", "OUT"], "a run folder, got nothing at"),
    "harden into an existing folder": (["harden", "RUN", "--out", "RUN"], "a new run folder"),
    "quantise no run": (["quantise", "nowhere", "--to", "int8", "--out", "OUT"], "a run folder, got nothing at"),
    "quantise into an existing folder": (["quantise", "RUN", "--to", "int8", "--out", "RUN"], "a new run folder"),
    "quantise to what is no format": (["quantise", "RUN", "--to", "int9", "--out", "OUT"], "a known format, got 'int9'"),
    "quantise with scales by column": (
        ["quantise", "RUN", "--to", "int8", "--scales", "column", "--out", "OUT"],
        "a known share of an exponent, got 'column'",
    ),
    "quantise in no time": (["quantise", "RUN", "--to", "int8", "--budget", "0", "--out", "OUT"], r"a budget of 0\.1 to 86400 s"),
    "quantise to nothing": (["quantise", "RUN", "--out", "OUT"], "arguments are required: --to"),
    "no candidates": (["train", "count", "--candidates", "0", "--out", "OUT"], "1 to 256 candidates, got 0: pass"),
    "too many candidates": (["train", "count", "--candidates", HUGE, "--out", "OUT"], "1 to 256 candidates"),
    "reproduce below a file": (["reproduce", "--quick", "--out", "RUN/DONE/x"], "to write"),
}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("json_too", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_line_on_standard_error_and_exit_code_2(called, run_folder, tmp_path, kind, json_too):
    given, says = BAD[kind]
    before = sorted(entry.name for entry in run_folder.iterdir())
    places = {"RUN": str(run_folder), "OUT": str(tmp_path / "out"), "RUN/DONE/x": str(run_folder / "DONE" / "x")}
    places["RUN/DONE/x.json"] = str(run_folder / "DONE" / "x.json")
    given = [places.get(word, word) for word in given] + (["--json"] if json_too else [])
    found = called(*given)
    assert found.code == 2
    assert found.stdout == ""
    assert found.stderr.count("\n") == 1
    assert len(found.stderr) < 600
    assert re.search(says, found.stderr), found.stderr
    assert sorted(entry.name for entry in run_folder.iterdir()) == before
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["ask", "count", "stress", "prove", "explain", "extract", "harden", "quantise"])
def test_a_damaged_run_is_one_line_and_exit_code_2(called, run_folder, tmp_path, command):
    for name in ("config.json", "DONE", "model.safetensors"):
        out = Path(shutil.copytree(run_folder, tmp_path / f"{command}-{name}"))
        (out / name).write_bytes((out / name).read_bytes()[:20])
        found = called(*arguments_of(command, out, tmp_path))
        assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
        assert name in found.stderr


def test_a_half_written_run_is_one_line_with_the_command_that_finishes_it(called, run_folder, tmp_path):
    out = Path(shutil.copytree(run_folder, tmp_path / "run"))
    (out / "DONE").unlink()
    found = called("ask", str(out), "1")
    assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert "anylength train count " in found.stderr
    assert f"--seed 2 --epochs 20 --candidates 1 --out {out} --resume" in found.stderr


def test_the_command_that_a_half_written_run_names_does_finish_it(called, tmp_path):
    out = tmp_path / "run"

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=3, seed=5), out, progress=stop)
    told = called("ask", str(out), "1").stderr
    command = told.split("finish it with: anylength ")[1].split()
    assert called(*command).code == NOT_LEARNED
    assert called("ask", str(out), "1").code == 0


@pytest.mark.parametrize(
    "command", thorough(["train", "stress", "prove", "explain", "extract", "harden", "quantise", "demo"], quick=3)
)
def test_a_full_disk_is_one_line_and_exit_code_2(called, smallest, tmp_path, monkeypatch, command):
    def full_disk(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    run = Path(shutil.copytree(smallest, tmp_path / "run"))
    monkeypatch.setattr(os, "fsync", full_disk)
    found = called(*arguments_of(command, run, tmp_path / "out"), "--quiet")
    assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert "No space left on device: free some space" in found.stderr
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.slow
def test_bad_usage_in_a_process_of_its_own_is_exit_code_2(anylength, run_folder):
    for given in (["ask", str(run_folder), "x"], ["nonsense"], ["train"]):
        found = anylength(*given)
        assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)


def test_the_shell_completes_commands_and_options(tmp_path):
    def completed(line: str) -> set[str]:
        found = tmp_path / "found"
        shell = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_STDOUT_FILENAME": str(found)}
        command = [sys.executable, "-m", "anylength"]
        subprocess.run(command, env=os.environ | shell | {"_ARGCOMPLETE_IFS": "\n"}, check=False, timeout=PATIENCE)
        return {word.strip() for word in found.read_text().split("\n")}

    assert completed("anylength pro") == {"prove"}
    assert "--budget" in completed("anylength prove run --b")


@pytest.mark.slow
def test_ctrl_c_in_training_is_exit_code_130_and_the_run_goes_on_from_there(tmp_path):
    out, epochs = tmp_path / "run", 1_000_000
    options = [
        *SMALL,
        "--epochs",
        str(epochs),
        "--out",
        str(out),
    ]
    command = [sys.executable, "-m", "anylength", *options]
    # a shell that starts a job in the background lets it ignore Ctrl-C: the child must not inherit that
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        signal.signal(signal.SIGINT, before)
        assert process.stderr is not None
        try:
            next(line for line in process.stderr if line.startswith("epoch   5"))
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert (process.returncode, stdout) == (130, "")
    messages = [line for line in stderr.splitlines() if not line.startswith("epoch")]
    assert "Traceback" not in stderr
    assert any(f"--resume --out {out}" in line for line in messages)
    heard: list[int] = []

    def stop(epoch, limit) -> None:
        heard.append(epoch.epoch)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=epochs), out, resume=True, progress=stop)
    assert heard[0] > 5
    lines = [json.loads(line)["epoch"] for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert lines == list(range(1, heard[0] + 1))


@pytest.mark.slow
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_reader_that_goes_away_is_no_crash_and_no_verdict(smallest, form):
    command = [sys.executable, "-m", "anylength", "ask", str(smallest), *["9" * 1000] * 300, *form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=PATIENCE) == 0


def test_a_suite_is_listed_with_sizes_and_sources(called):
    found = json.loads(called("tasks", "--suite", "tomita", "--json").stdout)
    assert found["names"] == [f"tomita-{number}" for number in range(1, 8)]
    assert found["tasks"]["tomita-4"]["states"] == 4 and "Tomita" in found["tasks"]["tomita-4"]["source"]
    assert "no 000" in called("tasks", "--suite", "tomita").stdout
    assert called("tasks", "--suite", "tomato").stderr.endswith("did you mean 'tomita'?\n")


def test_a_task_is_shown_with_its_machine_and_ten_words_with_answers(called):
    found = json.loads(called("tasks", "show", "tomita-4", "--json").stdout)
    task = task_named("tomita-4")
    assert found["machine"]["symbols"] == ["0", "1"] and len(found["words"]) == 10
    assert all(("000" in word) == (answer == "reject") for [word], answer in found["words"])
    assert task.machine.states == len(found["machine"]["delta"])
    shown = called("tasks", "show", "regex:(ab)*c").stdout
    assert "is the word matched by (ab)*c?" in shown and "--[a / reject]-->" in shown
    assert called("tasks", "show", "s3", "--format", "dot").stdout.startswith("digraph")
    assert called("tasks", "s3").code == 2
