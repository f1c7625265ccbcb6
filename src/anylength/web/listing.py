"""The list of a folder's pages, as a page: its reports and sites, and the runs that have no report yet."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from anylength.web.render import render_listing

DEPTHS = ("", "*/", "*/*/", "*/*/*/")
"""How deep pages are looked for: `runs/demo/site/index.html` is three folders below `runs`' own."""

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """A page of the folder, or a run without one.

    Attributes:
        name: Its place in the folder.
        address: The address of the page; None where there is none.
        says: The page's title, or the command that makes it.
    """

    name: str
    address: str | None
    says: str


def listing_page(root: Path, serves: Callable[[Path], bool]) -> str:
    """The list as HTML text. `serves` says which paths are served."""
    entries = sorted([*_pages(root, serves), *_runs_without_report(root, serves)], key=lambda entry: entry.name)
    return render_listing(folder=str(root), entries=entries)


def _pages(root: Path, serves: Callable[[Path], bool]) -> Iterator[Entry]:
    for path in (path for depth in DEPTHS for path in root.glob(f"{depth}*.html")):
        has_index = path.name != "index.html" and (path.parent / "index.html").exists()
        if serves(path) and not has_index:
            name = path.relative_to(root).as_posix()
            yield Entry(name, f"/{quote(name)}", _title(path))


def _title(path: Path) -> str:
    with path.open("rb") as file:
        # the policy before the title has less than 1 kB
        found = TITLE.search(file.read(1 << 16).decode(errors="replace"))
    return html.unescape(found[1]) if found else path.name


def _runs_without_report(root: Path, serves: Callable[[Path], bool]) -> Iterator[Entry]:
    for path in (path.parent for depth in DEPTHS for path in root.glob(f"{depth}DONE")):
        if serves(path) and not (path / "report.html").exists():
            yield Entry(path.relative_to(root).as_posix(), None, f"anylength report {path}")
