"""Runs the commands in the `console` blocks of a page and writes their output below them. Run: python docs/tutorials/console.py

A line that begins with `$ ` is a command. What follows up to the next command or the end of the block is its standard output.
Progress goes to standard error and is left out.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGES = ("understand/why-nets-forget.md",)
DOCS = Path(__file__).parents[1]
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
COLUMNS = 88
"""Width of the terminal, in characters: wider lines wrap on the site."""


def commands(block: str) -> list[str]:
    """The commands of a block, without `$ `."""
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs one command in a folder, in this Python environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    return subprocess.run(command, check=False, shell=True, cwd=folder, env=environment, capture_output=True, text=True)


def with_output(text: str, folder: Path) -> str:
    """A page with the output of all its commands, run in order in one folder."""

    def block(found: re.Match[str]) -> str:
        return "".join(f"$ {command}\n{_stripped(run(command, folder).stdout)}" for command in commands(found[0]))

    return BLOCK.sub(block, text)


def _stripped(output: str) -> str:
    """Output without spaces at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in output.splitlines())


def main() -> None:
    """Refreshes every page."""
    for name in PAGES:
        page = DOCS / name
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(with_output(page.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
