"""What the page on additions says about a cell suffices: with its file and a line a cell is trained, proved, checked, exported."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import anylength

ROOT = Path(__file__).parents[1]
PACKAGE = Path(anylength.__file__).parent
GUIDE = (ROOT / "docs" / "design" / "additions.md").read_text()
FILE, LINE = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
FORMATS = ("c", "js", "json", "onnx", "torch")
COMMANDS = (
    ("train", "even-pairs", "--cell", "mgu", "--hidden", "16", "--epochs", "5", "--out", "run"),
    ("prove", "run"),
    ("check", "run/certificate.json", "--weights", "run/model.safetensors"),
    *(("export", "run", "--to", form, "--out", f"net-{form}") for form in FORMATS),
)
SCRIPT = f"""
from anylength.cli.main import main
for command in {COMMANDS}:
    assert main([*command, "--json", "--quiet"]) == 0, command
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    """The package with the cell: links to its files, but for the new file and the table with its line."""
    folder, table = tmp_path_factory.mktemp("sources"), PACKAGE / "cells" / "table.py"
    cells = folder / "anylength" / "cells"
    cells.mkdir(parents=True)
    for path in [*PACKAGE.iterdir(), *(PACKAGE / "cells").iterdir()]:
        if path.name not in ("cells", "__pycache__") and path != table:
            (folder / "anylength" / path.relative_to(PACKAGE)).symlink_to(path)
    (cells / "mgu.py").write_text(FILE)
    before, after = table.read_text().split('        "minlstm":')
    (cells / "table.py").write_text(f'{before}{LINE}        "minlstm":{after}')
    return folder


@pytest.fixture(scope="module")
def printed(sources, tmp_path_factory) -> dict[str, dict]:
    """What each command prints, by its words. One process runs them all."""
    environment = os.environ | {"PYTHONPATH": f"{sources}{os.pathsep}{ROOT / 'src'}"}
    line = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(line, cwd=tmp_path_factory.mktemp("place"), env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {" ".join(command): json.loads(text) for command, text in zip(COMMANDS, done.stdout.splitlines(), strict=True)}


def test_the_cell_takes_as_many_lines_as_the_page_says():
    (stated,) = re.findall(r"A cell takes one file of (\d+) lines and one line in a table", GUIDE)
    assert (int(stated), 1) == (len(FILE.splitlines()), len(LINE.splitlines()))


@pytest.mark.sampled
@pytest.mark.slow
def test_a_net_of_the_cell_is_trained_and_proved_and_the_checker_agrees(printed):
    assert printed["prove run"]["verdict"] == "PROVED"
    assert printed[" ".join(COMMANDS[2])]["valid"]


@pytest.mark.sampled
@pytest.mark.slow
def test_a_net_of_the_cell_is_exported(printed):
    assert [Path(printed[" ".join(command)]["path"]).name for command in COMMANDS[3:]] == [f"net-{form}" for form in FORMATS]
