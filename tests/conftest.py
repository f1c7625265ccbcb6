# ruff: noqa: E402 - the settings and the import hook come before what they act on
"""What all tests share: JAX settings, run-time checks of shapes and types, and the few trained nets."""

import gc
import getpass
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_CACHE = Path(tempfile.gettempdir()) / f"anylength-tests-{getpass.getuser()}" / os.environ.get("PYTEST_XDIST_WORKER", "main")

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_COMPILATION_CACHE_DIR"] = str(_CACHE)
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"

import jax
import jaxtyping
import pytest

from anylength.experiments.proving import prove
from anylength.experiments.results import explain, stress
from anylength.runs import Run
from tests import type_checker
from tests.patience import PATIENCE

CHECKED = (
    *(f"rules.{file}" for file in ("arithmetic", "chomsky", "digits", "drawing", "finite", "groups", "machine_files")),
    *(f"rules.{file}" for file in ("notation", "own_tasks", "regex", "stack_files", "stack_tasks", "stress_words", "strings")),
    *(f"rules.{file}" for file in ("named_tasks", "suite", "suites", "task", "unbounded")),
    "attention", "nets", "training", "lengths", "experiments", "statistics", "sweeps",
    "ops.ibp", "ops.rounding", "verification.certify", "verification.invariants",
)  # fmt: skip
"""Modules whose type hints are checked at run time.

Not checked here: `cells` and the interpreters that run inside loops (`test_hints` checks them once, by law); `machines`, which
check themselves (and beartype's random sampling of tuples would disturb hypothesis); `records`, which msgspec checks;
`ops.intervals`, where an interval of one number is a numpy scalar."""

jaxtyping.install_import_hook([f"anylength.{module}" for module in CHECKED], f"{type_checker.__name__}.checked")


from anylength.experiments.options import TrainOptions
from anylength.experiments.report import report
from anylength.experiments.site import write_site
from anylength.experiments.train import train
from anylength.nets import Net
from anylength.rules import Task, task_named
from anylength.training import TrainResult, fit, recipe_named
from anylength.web.serving import serving

SEED = 2

MOST_MAPPINGS = 15_000
"""Memory mappings of a test process beyond which it forgets its compiled programs. Linux allows 65,530, and every program of JAX
takes some: beyond that, compilation fails or hangs."""

CHROMIUM = Path("/usr/bin/chromium")

LONGEST = ("test_formalise", "test_kills", "test_board", "test_hostile_fuzz", "test_growth")
"""Files whose slow tests take minutes. They come first, so that no worker waits for one that another began last."""


ONE_IN = int(os.environ.get("ANYLENGTH_SAMPLE", "1"))
"""One in so many slow tests runs, beside those marked `sampled`. Continuous integration takes 12."""


@dataclass(frozen=True)
class Finished:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the longest files first, and leaves all else in its random order; leaves out slow tests that are not in the sample."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)
    left_out = {item for item in items if item.get_closest_marker("slow") and not in_sample(item)}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def in_sample(item: pytest.Item) -> bool:
    """Whether a slow test is one of the sample. Names decide, so the sample is the same on every machine."""
    return ONE_IN == 1 or item.get_closest_marker("sampled") is not None or zlib.crc32(item.nodeid.encode()) % ONE_IN == 0


@pytest.fixture(scope="module", autouse=True)
def few_mappings() -> Iterator[None]:
    """Forgets compiled programs after a test module where the process holds too many."""
    yield
    maps = Path("/proc/self/maps")  # only Linux has it, and the limit
    if maps.exists() and maps.read_bytes().count(b"\n") > MOST_MAPPINGS:
        jax.clear_caches()
        gc.collect()


@pytest.fixture(scope="session")
def task() -> Task:
    """The task `count` in base 10."""
    return task_named("count")


@pytest.fixture(scope="session")
def trained(task: Task) -> TrainResult:
    """The post's net of one seed. Do not change it."""
    return fit(task, recipe=recipe_named("blog"), seed=SEED)


@pytest.fixture(scope="session")
def net(trained: TrainResult) -> Net:
    """The same net without its history."""
    return trained.net


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the same net. Copy it before changing it."""
    out = tmp_path_factory.mktemp("runs") / "run"
    train(TrainOptions(recipe="blog", seed=SEED), out)
    return out


@pytest.fixture(scope="session")
def certified_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run taught on 0…100 alone by the recipe `certified`, with its certificate. Copy it before changing it."""
    out = tmp_path_factory.mktemp("certified") / "run"
    train(TrainOptions(recipe="certified", data="hundred", hidden=16), out)
    assert prove(out).verdict == "PROVED"
    return out


@pytest.fixture(scope="session")
def whole_blog_run(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the post's run with verdict, stress test and explanation, but not extracted. Copy it before changing it."""
    out = tmp_path_factory.mktemp("whole") / "blog"
    shutil.copytree(run_folder, out)
    assert prove(out, budget=60.0).verdict == "REFUTED"
    explain(out)
    stress(out)
    return out


@pytest.fixture(scope="session")
def whole_certified_run(certified_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the certified run with every record that there is. Copy it before changing it."""
    out = tmp_path_factory.mktemp("whole") / "certified"
    shutil.copytree(certified_run, out)
    report([out], complete=True)
    return out


@pytest.fixture(scope="session")
def certified_net(certified_run: Path) -> Net:
    """Its net."""
    return Run(certified_run).net


@pytest.fixture(scope="session")
def anylength() -> Callable[..., Finished]:
    """Runs the command line in a process of its own."""

    def run(*arguments: str, stdin: str = "", cwd: Path | None = None, **env: str) -> Finished:
        command = [sys.executable, "-m", "anylength", *arguments]
        done = subprocess.run(
            command, input=stdin, cwd=cwd, env=os.environ | env, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def called(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Finished]:
    """Runs the command line in this process: the same answers as `anylength`, sooner."""
    from anylength.cli.main import main

    def run(*arguments: str, stdin: str = "") -> Finished:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        try:
            code = main(list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        return Finished(code, out.out, out.err)

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright: a `playwright.sync_api.Browser`."""
    api = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright: pip install .[dev]")
    if not CHROMIUM.exists():
        pytest.skip(f"tests in a browser need {CHROMIUM}: apt install chromium")
    api.expect.set_options(timeout=1000 * PATIENCE)  # as long as an action may take: other work slows a page down
    with api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield chromium
        chromium.close()


@dataclass(frozen=True)
class Tab:
    """Pages of a test, each in a context of its own.

    Attributes:
        browser: The browser.
        said: What pages said on their consoles, errors included: nothing is expected, so what is must be taken out.
        contexts: What is to be closed.
    """

    browser: Any
    said: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def __call__(self, address: str | Path, *, width: int = 1280, height: int = 900, **options: Any) -> Any:
        """Opens an address, or a file from disk."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        self.contexts.append(context)
        context.set_default_timeout(1000 * PATIENCE)
        context.on("console", lambda message: self.said.append(message.text))
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        page = context.new_page()
        page.goto(address.as_uri() if isinstance(address, Path) else address)
        return page


@pytest.fixture
def tab(browser: Any) -> Iterator[Tab]:
    """Opens pages; at the end none of them may have said anything on its console."""
    made = Tab(browser)
    yield made
    for context in made.contexts:
        context.close()
    assert made.said == []


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the static site."""
    out = tmp_path_factory.mktemp("static") / "site"
    write_site(out)
    return out


@pytest.fixture(scope="session")
def site_address(site_folder: Path) -> Iterator[str]:
    """The static site on a server of files."""
    with serving(site_folder) as address:
        yield address


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says in which order the tests ran, so that a failure can be repeated: `pytest -p randomly --randomly-seed=SEED`."""
    seed = config.getoption("randomly_seed", default=None)
    if seed is not None and not hasattr(config, "workerinput"):
        terminalreporter.write_line(f"order of the tests: --randomly-seed={seed}")
