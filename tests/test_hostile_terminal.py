"""What reaches a terminal: no control character from a file or an argument, no huge number; one line where nothing can be shown."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text
from safetensors.numpy import load_file, save_file

from anylength.cli import show, streams
from anylength.cli.commands import COMMANDS
from tests.conftest import Finished
from tests.patience import PATIENCE
from tests.selection import thorough

FIXTURES = Path(__file__).parent / "fixtures" / "runs"

HOSTILE = "\x1b[31mred\x07\x9b2J\u202e\r\ud800"
"""Escape sequences of seven and of eight bits, a bell, a turn of the direction, a return, half a character."""

ESCAPED = r"\x1b[31mred\x07\x9b2J\u202e\r\ud800"

NO_INPUT = ("tasks", "cells", "recipes", "train", "demo", "benchmark", "reproduce", "serve", "site")
"""Commands that read no path, or make the path that they are given."""

Called = Callable[..., Finished]


def test_texts_and_cells_of_tables_are_printed_with_escapes(capsys):
    table = Table("name")
    table.add_row(HOSTILE)
    table.add_row(Text(HOSTILE, style="red"))
    for shown in (HOSTILE, Text(HOSTILE), table):
        show.console().print(shown)
    show.plain(f"{HOSTILE}\n")
    streams.say(HOSTILE)
    printed = capsys.readouterr()
    assert printed.out.count(r"\x1b[31mre") == 5
    assert all(line.isprintable() for line in printed.out.splitlines())
    assert printed.err == f"{ESCAPED}\n"


def test_json_is_printed_with_the_escapes_of_json(capsys):
    text = json.dumps({"a": "é…\x7f\x9b\u202e\U000e0001"}, ensure_ascii=False)
    streams.write_json(text)
    printed = capsys.readouterr().out
    assert json.loads(printed) == json.loads(text)
    assert printed.strip("\n").isprintable() and "é…" in printed


def test_a_name_in_a_weights_file_cannot_steer_the_terminal(called: Called, tmp_path):
    source, hostile = FIXTURES / "post" / "model.safetensors", tmp_path / "hostile.safetensors"
    save_file({f"{HOSTILE[:-1]}{name}": value for name, value in load_file(source).items()}, hostile)
    for form in ([], ["--json"]):
        done = called("import", str(hostile), "--task", "count", "--out", str(tmp_path / "run"), *form)
        assert done.code == 2
        assert done.stderr.count("\n") == 1 and done.stderr.strip("\n").isprintable()


@pytest.mark.parametrize("option", ["--base", "--hidden", "--seed", "--epochs", "--candidates"])
def test_a_huge_number_is_not_echoed_whole(called: Called, tmp_path, option):
    for digits in (30, 99, 5_000):
        done = called("train", "count", option, "9" * digits, "--out", str(tmp_path / "run"))
        assert done.code == 2
        assert len(done.stderr) < 400 and done.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["stress", "RUN", "--seed"], ["stress", "RUN", "--limit"], ["count", "RUN", "--steps"], ["demo", "--out", "OUT", "--seed"],
        ["take", "SWEEP", "--out", "OUT"], ["prove", "RUN", "--budget"], ["serve", "OUT", "--no-browser", "--port"],
        ["sweep", "SWEEP.toml", "--out", "OUT", "--workers"], ["quantise", "RUN", "--out", "OUT", "--to"],
        ["train", "--out", "OUT"],
    ],
    ids=lambda words: words[0] + words[-1],
)  # fmt: skip
def test_a_huge_number_is_refused_in_one_line_by_every_command(called: Called, tmp_path, words):
    places = {"RUN": FIXTURES / "post", "SWEEP": FIXTURES / "sweep", "SWEEP.toml": FIXTURES / "sweep.toml", "OUT": tmp_path / "out"}
    for digits in (19, 99, 5_000):
        done = called(*(str(places.get(word, word)) for word in words), "9" * digits)
        assert done.code == 2
        assert len(done.stderr) < 600 and done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["x" * 300, "x" * 250, "loop/run", "file/run"])
@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in NO_INPUT])
def test_a_path_that_cannot_be_is_refused_in_one_line(called: Called, tmp_path, monkeypatch, command, name):
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    Path("file").touch()
    extra = {
        "ask": ["1"], "check": ["--weights", name], "import": ["--task", "count"], "export": ["--to", "json"],
        "quantise": ["--to", "int8"], "take": ["0"], "audit": ["--inputs", "clips"],
    }.get(command, [])  # fmt: skip
    ending = {"import": ".onnx", "sweep": ".toml", "audit": ".onnx"}.get(command, "")
    done = called(command, name + ending, *extra)
    assert done.code == 2
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("anylength: expected")


@pytest.mark.parametrize(
    "words", thorough([["tasks"], ["tasks", "--json"], ["--version"], ["train", "--help"], ["ask", "RUN", "12"]], quick=2)
)
def test_a_full_disk_behind_standard_output_is_one_line(words):
    places = {"RUN": str(FIXTURES / "post")}
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "anylength", *(places.get(word, word) for word in words)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 2
    assert (
        done.stderr == "anylength: expected to write to standard output, got No space left on device: write it to another place\n"
    )


def test_no_place_for_messages_changes_no_result():
    shell = f"{sys.executable} -m anylength"
    for command, code in ((f"{shell} tasks 2>&-", 0), (f"{shell} nonsense 2>&-", 2), (f"{shell} nonsense 2>/dev/full", 2)):
        done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert (done.returncode, "anylength:" in done.stdout) == (code, False)


def test_an_argument_that_is_no_text_is_refused(called: Called):
    done = called("ask", os.fsdecode(b"\xff"), "1")
    assert done.code == 2
    assert done.stderr == "anylength: expected arguments in UTF-8, got '\\udcff': rename the file\n"
