"""The documentation leaves no command, verdict or limit out, and tells what nets do. That its blocks run: `test_pages.py`."""

import re
import tomllib
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import anylength
from anylength.black_boxes.system import BATCH_SIZE
from anylength.cli.commands import COMMANDS, command_named
from anylength.extraction.equivalence import HELD_STEPS
from anylength.extraction.learn import MAX_STATES as MAX_LEARNED_STATES
from anylength.records import BlackBoxVerdict
from anylength.rules import Status
from anylength.rules.machine_files import KEYS, MAX_STATES, MAX_TAIL, MAX_TAPES, MAX_TEXT
from anylength.rules.machines import MAX_SYMBOLS
from anylength.rules.stack_files import KEYS as STACK_KEYS
from anylength.rules.stack_machines import MAX_COLUMNS
from anylength.trackers import TRACKERS

ROOT = Path(__file__).parents[1]
BLACK_BOXES = (ROOT / "docs" / "how-to" / "black-boxes.md").read_text()
EXTRACTION = (ROOT / "docs" / "how-to" / "extraction.md").read_text()
TRACKERS_PAGE = (ROOT / "docs" / "how-to" / "trackers.md").read_text()
CONCEPTS = (ROOT / "docs" / "understand" / "concepts.md").read_text()
MACHINES = (ROOT / "docs" / "how-to" / "machines.md").read_text()
MACHINE_FILES = (ROOT / "docs" / "reference" / "machine-files.md").read_text()


def found(pattern: str, text: str) -> tuple[str, ...]:
    """The groups of the first place in a page that fits a pattern. Lines of prose are joined in both."""
    place = re.search(pattern, text, re.MULTILINE) or re.search(pattern, " ".join(text.split()))
    assert place is not None
    return place.groups()


def test_the_page_on_proofs_tells_the_size_and_the_budget_of_its_net():
    concepts = " ".join(CONCEPTS.split())
    (budget,) = found(r"^noise budget +(0\.\d+):", CONCEPTS)
    assert f"A budget of {float(budget):g} means" in concepts and f"up to {float(budget):g}, each time anew" in concepts
    (units,) = found(r"^Machine: .* Net: (\d+) numbers in a state", CONCEPTS)
    assert f"here a list of {units} numbers" in concepts and f"the net has {units}." in concepts


def test_the_answer_that_the_concepts_page_tells_is_the_nets():
    net = anylength.fit("count", recipe="blog", seed=15).net
    asked, answered = found(r"it answers (\d+) with (\d+): when it reads the six", CONCEPTS)
    assert anylength.ask(net, "count", [[asked]]).answers == [answered]


def test_the_keys_and_limits_of_machines_are_those_of_the_code():
    assert sorted(re.findall(r"^\| `(\w+)` \|", MACHINE_FILES, re.MULTILINE)) == sorted({*KEYS, *STACK_KEYS})
    for limit in (MAX_COLUMNS, MAX_STATES, MAX_SYMBOLS, MAX_TEXT):
        assert f"{limit:,}" in MACHINE_FILES
    assert f"1 to {MAX_TAPES} |" in MACHINE_FILES
    assert f"0 to {MAX_TAIL};" in MACHINE_FILES


def test_the_commands_on_machines_exist():
    used = re.findall(r"^anylength (\S+)", MACHINES, re.MULTILINE)
    assert used
    assert set(used) <= set(COMMANDS)


def test_the_page_on_extraction_names_every_status_and_limit():
    assert re.findall(r"^\| `([a-z ]+)` \|", EXTRACTION, re.MULTILINE) == list(get_args(Status))
    assert f"More than {MAX_LEARNED_STATES} states" in EXTRACTION
    assert f"up to {HELD_STEPS} steps" in EXTRACTION


def test_the_page_on_black_boxes_names_every_verdict_and_limit():
    verdicts = get_args(get_type_hints(BlackBoxVerdict)["verdict"])
    assert sorted(re.findall(r"^\| `([A-Z ]+)` \|", BLACK_BOXES, re.MULTILINE)) == sorted(verdicts)
    assert f"up to {BATCH_SIZE} texts" in BLACK_BOXES
    assert f"more than {MAX_LEARNED_STATES} states" in " ".join(BLACK_BOXES.split())


def test_the_page_on_trackers_names_each_with_its_extra_and_its_place():
    assert re.findall(r"^\| `(\w+)` \|", TRACKERS_PAGE, re.MULTILINE) == list(TRACKERS)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for name, kind in TRACKERS.items():
        assert f"`.[{name}]`" in TRACKERS_PAGE
        assert [dependency for dependency in extras[name] if dependency.startswith(kind.module)]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_on_the_command_line_names_every_command(command):
    assert f"](#{command})" in (ROOT / "docs" / "reference" / "commands.md").read_text()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does_in_one_line(command):
    summary = command_named(command).summary
    assert summary
    assert "\n" not in summary


@pytest.mark.parametrize("name", anylength.__all__)
def test_every_public_name_can_be_had_and_is_documented(name):
    assert getattr(anylength, name).__doc__


def test_the_package_lists_its_public_names_and_no_others():
    assert dir(anylength) == sorted(anylength.__all__)
    with pytest.raises(AttributeError, match="No anylength attribute train_everything"):
        anylength.train_everything  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
