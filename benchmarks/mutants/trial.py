"""One trial: the tests of a target on a copy of the tree, in a process of its own that loads the copy's modules afresh."""

import importlib
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.mutants.targets import Target

TREE = Path(__file__).parents[2]
COPIED = ("src", "tests", "docs/reference", "docs/results/dyck-2")

PROCESSOR_SECONDS = 60
"""A trial that takes longer counts as killed: the change made a loop endless. A whole run of the tests takes 20 at most."""

MEMORY = 8 << 30
"""Bytes of address space of a trial."""

SETTINGS = """[pytest]
pythonpath = . tests
markers = slow
filterwarnings =
    error
    ignore::pytest.PytestAssertRewriteWarning
"""
"""Settings of pytest without the plugins of the project: loading them would take longer than most trials."""

OPTIONS = ("-c", "mutants.ini", "-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-m", "not slow")


@contextmanager
def copied_tree() -> Iterator[Path]:
    """A temporary copy of the sources and tests, without compiled files."""
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            shutil.copytree(TREE / name, Path(folder) / name, ignore=shutil.ignore_patterns("__pycache__"))
        (Path(folder) / "mutants.ini").write_text(SETTINGS)
        yield Path(folder)


def load(tree: Path, target: Target) -> None:
    """Loads what no mutant changes from the copied tree, once for all trials of a target."""
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.split(".")[0] in ("anylength", "anylength_check", "tests")]:
        del sys.modules[name]
    sys.path[:0] = [str(tree / "src"), str(tree)]
    for name in ("pytest", "hypothesis", *target.loaded):
        importlib.import_module(name)
    changed = {file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in target.files}
    assert not changed & set(sys.modules), "a file that is to be changed was loaded"


def first_failure(tree: Path, target: Target) -> str | None:
    """The first test that fails in the tree, `timeout` or `crash`; None where all pass."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            _run_tests(tree, target, writing)
        except BaseException as error:
            os.write(writing, f"no test could run: {error!r}".encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        report = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) == signal.SIGXCPU else "crash"
    return report or (None if status == 0 else "crash")


def _run_tests(tree: Path, target: Target, report: int) -> None:
    """In the child process: writes the name of the first failure to `report` and ends the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.chdir(tree)
    import hypothesis
    import pytest

    hypothesis.settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutants")
    recorder = _FirstFailure()
    for test in target.tests:
        code = pytest.main([*OPTIONS, *target.options, test], plugins=[recorder])
        if code != pytest.ExitCode.OK:
            os.write(report, (recorder.name or f"no test could run: {code!r}").encode())
            return


class _FirstFailure:
    """A pytest plugin that keeps the name of the first test (or file) that fails."""

    name = ""

    def pytest_runtest_logreport(self, report) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report) -> None:
        if report.failed and not self.name:
            self.name = f"{report.nodeid} (cannot be loaded)"
