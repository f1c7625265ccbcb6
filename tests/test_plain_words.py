"""Names that the project no longer uses stay out of the sources."""

import fnmatch
import io
import re
import subprocess
import tokenize
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
)

METAPHORS = (
    "allowances?", "camera", "campaign", "cascade", "desks?", "drills?", "examinees?", "exams?", "glimpses?", "itself_",
    "milestones?", "resting (?:points?|states?|places?)", "ripples?", "slow places?", "stumbles?", "settles?", "settled",
    "vocabulary", "made anew",
)  # fmt: skip
"""Private words, as regular expressions: in no file of `src`, neither in code nor in prose."""

STORED = ('"ripple"',)
"""Values in files of the first format. They stay, so that old runs can be read."""

NAMES = (
    "Allowance", "Asked", "Border", "Campaign", "Clock", "Desk", "Desks", "Drill", "Exam", "Examinee", "Front", "Glimpse",
    "Glimpses", "Guard", "Heard", "Hold", "HoldResult", "Hunt", "LANES", "Milestone", "Moment", "Office", "ProcessDesk",
    "RestingPoint", "Ripple", "Runs", "Scene", "Script", "Seen", "Settled", "SlowPlace", "Spread", "Thinned", "Tell",
    "Trap", "UNGRADED", "Vocabulary", "Wanted", "Watch", "a_setting", "against", "asked", "bare", "border", "borders",
    "campaign", "climb", "desk", "desks", "drill", "exam", "fronts", "front", "glimpse", "go_on", "hear", "hold", "hunt",
    "lanes", "lasting", "lead", "leads", "leads_of", "memo", "office", "opening", "over_arrays", "over_bounds",
    "over_duals", "over_numpy", "over_slopes", "recipe_itself", "ripple", "ripples", "settle", "settled", "shown_net",
    "shown_run", "shown_task", "slow_places", "stumbles", "stumble", "task_itself", "tell", "told", "trap", "ways", "way",
    "widest",
)  # fmt: skip
"""Retired identifiers: nowhere in the Python code of `src`."""

LOCAL = {
    "src/anylength/ops/*": ("drive", "message", "receive"),
    "src/anylength/cells/*": ("drive", "message", "optional", "ready", "receive"),
    "src/anylength/training/*": ("drive", "message", "piece", "pieces", "receive", "watch"),
    "src/anylength/nets/*": ("optional", "ready"),
    "src/anylength/verification/*": ("reach", "runs", "seen"),
    "src/anylength/verification/refutation/*": ("cells",),
    "src/anylength/dynamics/*": ("Curve", "curve", "entries", "holds", "reach"),
    "src/anylength/diagnosis/*": ("entries", "holds"),
    "src/anylength/tasks/*": ("holds",),
    "src/anylength/sweeps/*": ("here",),
    "src/anylength/experiments/*": ("origins", "pieces", "watch"),
}
"""Identifiers that are retired in one package, where the word has another meaning elsewhere."""

MODULES = (
    "attention/running", "cells/over_*", "certify/*", "cli/many", "cli/sweeping", "diagnosis/exam", "diagnosis/ways",
    "dynamics/curve", "dynamics/entries", "dynamics/holds", "dynamics/stumbles", "dynamics/widest", "experiments/claims",
    "experiments/origins", "experiments/shown*", "experiments/thinning", "exports/*", "intervals", "invariants/*", "page/*",
    "refutation/*", "report/*", "server/desk*", "server/guard", "server/office", "server/wire", "sweeps/take",
    "sweeps/words", "training/adam", "training/losses", "verdicts/*",
)  # fmt: skip
"""Modules that were moved or renamed."""


@cache
def names_in(path: str) -> frozenset[str]:
    """The identifiers of a Python file."""
    tokens = tokenize.generate_tokens(io.StringIO((ROOT / path).read_text()).readline)
    return frozenset(token.string for token in tokens if token.type == tokenize.NAME)


def prose(path: str) -> list[str]:
    """The lines of a file without the stored values."""
    text = (ROOT / path).read_text()
    for value in STORED:
        text = text.replace(value, "")
    return text.splitlines()


def python(pattern: str) -> list[str]:
    return [path for path in SOURCES if path.endswith(".py") and fnmatch.fnmatch(path, pattern) and (ROOT / path).exists()]


@pytest.mark.parametrize("word", METAPHORS)
def test_no_private_word_is_left_in_the_sources(word):
    pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
    texts = (path for path in SOURCES if path.endswith((".py", ".js", ".html", ".jinja")) and (ROOT / path).exists())
    assert [f"{path}: {line.strip()}" for path in texts for line in prose(path) if pattern.search(line)] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_retired_name_is_left_in_the_sources(name):
    assert [path for path in python("*") if name in names_in(path)] == []


@pytest.mark.parametrize(("pattern", "name"), [(pattern, name) for pattern, names in LOCAL.items() for name in names])
def test_no_name_that_a_package_has_retired_is_left_in_it(pattern, name):
    assert [path for path in python(pattern) if name in names_in(path)] == []


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_left_at_its_old_place(module):
    assert python(f"src/anylength/{module}.py") == []
