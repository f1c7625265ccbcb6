"""Every block of code of README and docs runs, in the order of its page, in an empty folder.

A page may say three things about its blocks: `<!-- not run: REASON -->` before a block that needs hours, a server, another machine
or a file of the reader; `<!-- before: COMMAND -->` for a command that the page takes as done; and a line that ends with the name of
a file and a colon before a block that is this file.
"""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from anylength.cli.command import VERDICT_CODES

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)
TEXTS = {page: (ROOT / page).read_text() for page in PAGES}

BLOCK = re.compile(
    r"<!-- before: (?P<before>.+?) -->|(?:<!-- not run: (?P<reason>.*?) -->\n+)?(?:`(?P<file>\S+\.\w+)`:\n\n)?"
    r"^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
RUN = ("python", "sh", "console")
SHOWN = ("json", "toml", "text", "coq")
"""Languages of blocks that run, and of blocks that do not: files and output."""

CODES = {0, *VERDICT_CODES.values()}
"""What a command may end with: done, or a verdict."""

OUTPUT = {
    "docs/how-to/black-boxes.md": r"15 nines\nREFUTED\nnot applicable\n",
    "docs/how-to/extraction.md": r"2 states: theorem True\n---\ntitle: parity\n",
    "docs/how-to/machines.md": r"20 states: valid\nPROVED\n\['open', 'shut'\]\n",
    "docs/how-to/pytorch.md": r"REFUTED: \d+\nREFUTED: ",
    "docs/tutorials/pytorch-net.md": r"(REFUTED|PROVED UP TO).*\nPROVED .*\nTrue\n$",
}
"""How the output of a page's Python begins, where every processor prints alike: regular expressions."""

QUICK = {"docs/how-to/black-boxes.md"}
"""Pages with blocks that take less than a second in all."""


@dataclass(frozen=True)
class Block:
    """A block of a page, or a command before one; `reason` says why it does not run."""

    language: str
    text: str
    reason: str | None = None
    file: str | None = None


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page, in its order."""
    for found in BLOCK.finditer(TEXTS[page]):
        if found["before"]:
            yield Block("sh", found["before"])
        else:
            yield Block(found["language"], found["text"], found["reason"], found["file"])


WITH_BLOCKS = [page for page in PAGES if any(each.language in RUN for each in blocks(page))]


def commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a block of the shell, each with the output that the block shows."""
    if block.language == "console":
        parts = re.split(r"^\$ (.+)\n", block.text, flags=re.MULTILINE)[1:]
        return list(zip(parts[::2], parts[1::2], strict=True))
    whole, found = "", []
    for line in block.text.splitlines():
        whole += line + "\n"
        if (
            not line.endswith("\\")
            and subprocess.run(["bash", "-n", "-c", whole], capture_output=True, check=False).returncode == 0
        ):
            found.append((whole, ""))
            whole = ""
    assert not whole.strip(), "the block ends within a command"
    return found


def needs(found: list[Block]) -> Iterator[str]:
    """What the blocks need and this machine lacks: modules and programs."""
    for block in found:
        if block.language == "python":
            names = re.findall(r"^(?:import|from) (\w+)", block.text, re.MULTILINE)
            yield from (name for name in names if importlib.util.find_spec(name) is None)
        else:
            words = [shlex.split(command, comments=True)[:1] for command, _ in commands(block)]
            yield from (word for (word,) in filter(None, words) if word != "if" and not found_program(word))


def found_program(word: str) -> bool:
    """Whether the shell finds a program."""
    return shutil.which(word, path=environment()["PATH"]) is not None


def environment() -> dict[str, str]:
    """That of the commands: this Python and these sources, a wide terminal without colours."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "400", "NO_COLOR": "1"}


def run_commands(block: Block) -> None:
    """Runs the commands of a block. Each ends as it should, and prints what the block shows, up to numbers."""
    for command, shown in commands(block):
        done = subprocess.run(["bash", "-c", command], env=environment(), capture_output=True, text=True, check=False)
        codes = CODES if "anylength" in command else {0}
        assert done.returncode in codes, f"{command} ends with {done.returncode}: {done.stderr[-2000:]}"
        labels = [re.split(r"\s{2,}|[:\d]", line)[0].strip() for line in shown.splitlines() if line[:1] not in ("", " ", "…")]
        printed = " ".join(done.stdout.split())
        assert [label for label in labels if " ".join(label.split()) not in printed] == [], command


@pytest.mark.parametrize("page", [pytest.param(page, marks=() if page in QUICK else pytest.mark.slow) for page in WITH_BLOCKS])
def test_the_blocks_of_a_page_run_in_its_order(page, tmp_path, monkeypatch, capsys):
    runs = [block for block in blocks(page) if not block.reason and (block.file or block.language in RUN)]
    lacking = sorted(set(needs([block for block in runs if not block.file])))
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    namespace = {"__name__": "__main__"}
    for number, block in enumerate(runs, 1):
        if block.file:
            Path(block.file).write_text(block.text)
        elif block.language == "python":
            exec(compile(block.text, f"{page}, block {number}", "exec"), namespace)
        else:
            run_commands(block)
    assert re.match(OUTPUT.get(page, ""), capsys.readouterr().out)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_runs_is_a_file_or_has_a_reason(page):
    found = list(blocks(page))
    fences = re.findall(r"^ *```(\w+)", TEXTS[page], re.MULTILINE)
    assert len(found) == len(fences) + TEXTS[page].count("<!-- before:")
    assert set(fences) <= {*RUN, *SHOWN}
    assert TEXTS[page].count("<!-- not run:") == sum(block.reason is not None for block in found)
    assert all(block.reason for block in found if block.reason is not None)
