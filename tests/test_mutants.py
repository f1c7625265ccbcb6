"""The committed mutation run covers the trusted code as it is, and at least 95 % of its mutants are killed."""

import pytest

from benchmarks.mutants import page
from benchmarks.mutants.operators import functions_of, mutants_of
from benchmarks.mutants.record import read, read_entries, reasons
from benchmarks.mutants.targets import DUE, TARGETS
from benchmarks.mutants.trial import TREE

FILES = sorted(file for target in TARGETS for file in target.files)
RERUN = "run python -m benchmarks.mutants for it (docs/research-log/mutants.md)"


def test_every_file_of_the_trusted_code_is_mutated():
    trusted = [path.relative_to(TREE / "src").as_posix() for path in (TREE / "src" / "anylength_check").glob("*.py")]
    assert sorted(trusted) == FILES


DUE_MARK = pytest.mark.xfail(strict=True, reason="written anew; its mutation run is due")


@pytest.mark.parametrize("file", [pytest.param(file, marks=DUE_MARK) if file in DUE else file for file in FILES])
def test_the_results_know_every_function(file):
    assert read()["functions"].get(file) == functions_of((TREE / "src" / file).read_text()), RERUN


def test_at_least_95_percent_are_killed_and_each_survivor_has_a_reason():
    results, entries, why = read(), read_entries(), reasons()
    killed = [entry for entry in entries if entry.killed_by is not None]
    assert (results["total"], results["killed"]) == (len(entries), len(killed))
    assert len(killed) >= 0.95 * len(entries)
    assert [entry for entry in entries if entry.killed_by is None and entry.key not in why] == []
    judged = {key for key in why if key[0] not in DUE}
    assert judged <= {entry.key for entry in entries if entry.killed_by is None}, "a reason for what does not survive"


def test_the_page_shows_the_results():
    text = page.PAGE.read_text()
    assert page.BEGIN + page.section() + page.END in text


CHANGES = {
    "a < b": {"(a <= b)", "(a >= b)"},
    "a == b": {"(a != b)"},
    "a + b": {"(a - b)"},
    "a and b": {"(a or b)", "(b)", "(a)"},
    "not a": {"(a)"},
    "-a": {"(a)"},
    "min(a)": {"(max)(a)"},
    "x[a:b]": {"(x[a + 1:b])", "(x[a - 1:b])", "(x[a:b + 1])", "(x[a:b - 1])"},
    "7": {"(8)", "(6)"},
    "True": {"(False)"},
    "a if c else b": {"(a)", "(b)"},
    "[x for x in y if x]": {"([x for x in y])"},
    "outward(a)": {"(a)"},
    "'name'": {"('nameX')"},
    "'a sentence'": set(),
}


@pytest.mark.parametrize("expression", CHANGES)
def test_the_changes_of_an_expression(expression):
    found = {mutant.source.removeprefix("v = ") for mutant in mutants_of(f"v = {expression}")}
    assert found == CHANGES[expression] | {"pass"}


def test_the_changes_of_statements():
    found = {mutant.source for mutant in mutants_of("def f():\n    if c:\n        raise E\n    return x\n")}
    body = "def f():\n    if {}:\n        {}\n    return {}\n"
    assert found == {
        body.format("(False)", "raise E", "x"),
        body.format("(True)", "raise E", "x"),
        body.format("c", "pass", "x"),
        body.format("c", "raise E", "x").replace("return x", "return None"),
    }


def test_what_is_only_said_is_not_changed():
    text = '"""Says 1."""\n\nimport x\n\n__all__ = ["a"]\n\n\n'
    text += '@d(1)\ndef f(a: "int") -> "b":\n    """Says 2."""\n    print(f"{1} of a")\n'
    assert [(mutant.function, mutant.line, mutant.mutated) for mutant in mutants_of(text)] == [("f", 11, "pass")]
