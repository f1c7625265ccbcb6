"""The documentation site, its tutorials, its notebooks and the package's metadata."""

import argparse
import importlib.util
import json
import os
import re
import shlex
import string
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest
import yaml

import anylength as package
from anylength.cli import main as command_line
from anylength.cli.command import REJECTED, VERDICT_CODES
from anylength.cli.commands import COMMANDS
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
DOCS, EXAMPLES = ROOT / "docs", ROOT / "examples"
SITE = ROOT / "mkdocs.yml"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NOTEBOOKS = ("the-post-retold", "bring-your-own-net")
INTERNAL = {
    "api",
    "benchmark",
    "cli",
    "experiments",
    "files",
    "lazy_table",
    "memory",
    "pytrees",
    "records",
    "structured_text",
    "sweeps",
    "torch",
    "verification",
    "web",
}
"""Packages without a section: `records` has its own page, `torch` is on that of the Python API, `verification` is listed by its
four packages, and the others have no public names."""


def loaded(path: Path) -> ModuleType:
    """A script of the documentation as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOOKS = loaded(DOCS / "reference" / "hooks.py")
CONSOLE = loaded(DOCS / "tutorials" / "console.py")
CONCEPTS = loaded(DOCS / "figures" / "concepts.py")


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


# The reference.


@pytest.mark.parametrize("name", package.__all__)
def test_every_public_name_is_in_the_reference(name):
    assert len(re.findall(rf"^::: anylength\.{name}$", text_of("reference/api.md"), re.MULTILINE)) == 1


def test_the_reference_names_nothing_that_is_not_public():
    assert set(re.findall(r"^::: anylength\.(\w+)$", text_of("reference/api.md"), re.MULTILINE)) == set(package.__all__)


def test_the_reference_covers_every_public_package():
    folder = ROOT / "src" / "anylength"
    found = {path.parent.name for path in folder.glob("*/__init__.py")} | {path.stem for path in folder.glob("*.py")}
    public = {name for name in found if not name.startswith("_")} - INTERNAL
    assert {name.split(".")[0] for name in HOOKS.PACKAGES} - {"verification"} == public
    parts = {f"verification.{path.parent.name}" for path in folder.glob("verification/*/__init__.py")}
    assert {name for name in HOOKS.PACKAGES if name.startswith("verification.")} == parts


@pytest.mark.parametrize("name", HOOKS.PACKAGES)
def test_every_public_name_of_a_package_is_in_its_section(name):
    assert HOOKS.public(name)
    section = HOOKS.packages().split(f"::: anylength.{name}\n")[1].split(":::")[0]
    assert re.findall(r"^        - (\w+)$", section, re.MULTILINE) == HOOKS.public(name)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_in_the_reference(command):
    assert f"(#{command})" in text_of("reference/commands.md")
    section = HOOKS.commands().split(f"### {command} {{")[1].split("\n### ")[0]
    (subparsers,) = (
        action for action in command_line.parser()._actions if isinstance(action, argparse._SubParsersAction)
    )  # fmt: skip
    for action in subparsers.choices[command]._actions:
        assert all(option in section for option in action.option_strings if "help" not in option and option != "-h")


def test_the_reference_lists_every_exit_code():
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", text_of("reference/commands.md"), re.MULTILINE)}
    assert listed == {*VERDICT_CODES.values(), REJECTED, command_line.USAGE, command_line.CRASHED, command_line.INTERRUPTED}


# The pages.


TERMS = 45
"""A glossary that is read has few terms."""


def test_the_glossary_is_alphabetical():
    terms = re.findall(r"^(\S.*)\n:   ", text_of("reference/glossary.md"), re.MULTILINE)
    keys = [re.sub(r"^[εη] \((\w+)\)", r"\1", term).lower() for term in terms]
    assert len(set(keys)) == len(keys) == TERMS
    assert keys == sorted(keys)


@pytest.mark.parametrize("folder", ["design", "research-log"])
def test_an_index_lists_every_page_of_its_folder(folder):
    listed = re.findall(r"^[|*] \[[^]]+\]\((\S+?)\)", text_of(f"{folder}/index.md"), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in (DOCS / folder).glob("*.md") if path.name != "index.md")


def test_the_pictures_of_the_concepts_are_those_that_the_script_draws():
    for name, draw in CONCEPTS.PICTURES.items():
        assert (DOCS / "figures" / f"concept-{name}.svg").read_text(encoding="utf-8") == draw()
        assert f"figures/concept-{name}.svg" in text_of("understand/concepts.md")


def test_the_answers_in_the_pictures_are_those_of_the_tutorials_net():
    net = package.fit("count", recipe="blog", data="post", seed=15).net
    assert package.horizon(net, "count", limit=CONCEPTS.SHOWN) == CONCEPTS.HORIZON
    numbers = [[digits[::-1]] for _, digits, _ in CONCEPTS.FAMILIES]
    assert package.ask(net, "count", numbers).correct == [right for _, _, right in CONCEPTS.FAMILIES]


def commands_of(page: Path) -> list[str]:
    """The lines of shell blocks that call anylength."""
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("anylength ")]


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_page_is_one_that_the_parser_accepts(page):
    for line in commands_of(page):
        for command in re.split(r"[;&|]", line):
            words = shlex.split(command, comments=True)
            if words and words[0] == "anylength" and "--help" not in words:
                assert command_line.parser().parse_args(words[1:]).command


# The site.


class _Assets(HTMLParser):
    """Addresses that a browser fetches by itself when it opens a page."""

    FETCHED: ClassVar = {
        "script": "src",
        "img": "src",
        "iframe": "src",
        "source": "src",
        "video": "src",
        "audio": "src",
        "embed": "src",
    }

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        key = "href" if tag == "link" and values.get("rel") not in ("canonical", "next", "prev") else self.FETCHED.get(tag, "")
        self.addresses.append(values.get(key) or "")


def parsed(page: Path) -> _Assets:
    assets = _Assets()
    assets.feed(page.read_text(encoding="utf-8"))
    return assets


def test_the_site_fetches_nothing_and_checks_its_links():
    config = yaml.safe_load(SITE.read_text())
    assert config["theme"]["font"] is False
    assert "repo_url" not in config  # the theme would ask the host of the repository for its stars
    assert all((DOCS / script).exists() for script in config["extra"]["polyfills"])
    assert "offline" in config["plugins"]
    assert config["validation"]["links"] == dict.fromkeys(["not_found", "anchors", "absolute_links", "unrecognized_links"], "warn")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    for name in ("material", "mkdocstrings"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"the site is built with {name}: pip install '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(SITE), "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return folder


@pytest.mark.slow
def test_the_site_builds_strictly_and_loads_nothing_from_elsewhere(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        outside = [address for address in parsed(page).addresses if re.match(r"(https?:)?//", address)]
        assert outside == [], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", sheet.read_text(encoding="utf-8")), sheet


@pytest.mark.slow
def test_the_built_reference_has_an_entry_for_every_public_name_and_command(site):
    names = parsed(site / "reference" / "api.html").ids
    assert {f"anylength.{name}" for name in package.__all__} <= names
    assert set(COMMANDS) <= parsed(site / "reference" / "commands.html").ids


@pytest.mark.slow
def test_search_works_on_a_site_opened_from_disk(site, tab):
    page = tab(site / "index.html")
    query = page.locator("input[name=query]")
    for letter in string.ascii_lowercase:  # what a slow reader has typed so far is searched too, and must not fail
        query.fill("")
        query.press_sequentially(letter)  # the theme waits for keys
        page.wait_for_timeout(100)
    query.fill("")
    query.press_sequentially("noise budget")
    page.wait_for_selector(".md-search-result__item")
    assert "glossary" in page.inner_text(".md-search-result__list").lower()


# The notebooks.


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name, tmp_path):
    nbclient = pytest.importorskip("nbclient", reason="notebooks are run by nbclient: pip install '.[dev]'")
    pytest.importorskip("ipykernel", reason="notebooks run in an IPython kernel: pip install '.[dev]'")
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(EXAMPLES / f"{name}.ipynb", as_version=4)
    if any("import torch" in cell.source for cell in notebook.cells):
        pytest.importorskip("torch", reason="the notebook trains in PyTorch: pip install .[oracle]")
    resources = {"metadata": {"path": str(tmp_path)}}
    made = nbclient.NotebookClient(notebook, timeout=int(PATIENCE), resources=resources).execute()
    printed = "".join(output.get("text", "") for cell in made.cells for output in cell.get("outputs", []))
    assert "PROVED" in printed


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_small_and_shows_what_its_source_computes(name):
    path = EXAMPLES / f"{name}.ipynb"
    assert path.stat().st_size < 50_000
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    source = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            assert text in source
            assert cell["execution_count"]
        else:
            assert "\n".join(f"# {line}".rstrip() for line in text.splitlines()) in source
    assert len(cells) == source.count("\n# %%")


# The package.


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["version"] == PYPROJECT["project"]["version"]
    assert citation["license"] == PYPROJECT["project"]["license"]


def test_hints_say_what_works_from_a_checkout():
    extras = PYPROJECT["project"]["optional-dependencies"]
    for path in [*(ROOT / "src").rglob("*.py"), *DOCS.rglob("*.md"), *EXAMPLES.glob("*.py"), ROOT / "README.md"]:
        text = path.read_text(encoding="utf-8")
        assert "install 'anylength[" not in text, path
        assert set(re.findall(r"install (?:-e )?'\.\[(\w+)\]", text)) <= extras.keys(), path
