"""The documentation runs, and leaves no command out."""

import re
from pathlib import Path

import pytest

import anylength
from anylength.cli.commands import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_readme_shows_python():
    assert BLOCKS


@pytest.mark.parametrize("at", range(len(BLOCKS)))
def test_a_block_of_python_in_the_readme_runs_where_nothing_else_is(at, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(BLOCKS[at], f"README.md, block {at + 1}", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command):
    assert re.search(rf"anylength {command}\b|`{command}\b", README)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does_in_one_line(command):
    summary = COMMANDS[command].summary
    assert summary
    assert "\n" not in summary


@pytest.mark.parametrize("name", anylength.__all__)
def test_every_public_name_can_be_had_and_is_documented(name):
    assert getattr(anylength, name).__doc__


def test_the_package_lists_its_public_names_and_no_others():
    assert dir(anylength) == sorted(anylength.__all__)
    with pytest.raises(AttributeError, match="no attribute 'train_everything'"):
        anylength.train_everything  # noqa: B018
