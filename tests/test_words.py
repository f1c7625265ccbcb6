"""The documentation is short, tells no diary, and states a number that is on two pages from one file."""

import re
from collections import Counter
from pathlib import Path

import pytest

from docs.figures.tables.stated import stated
from studies.audits.gallery import GALLERY

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
APART = ("reference", "design", "research-log")
"""Folders of `docs` that no reader has to read."""

METHOD = "## How it was measured\n"
"""The last part of a results page, which may name seeds."""

DIARY = (
    r"seeds? \d", r"decisions? \d", r"since(?! (?:the last|its|a) reset)", r"mended", r"looked at", r"measured again",
    r"tried again", r"used to be", r"beside other work", r"proved so far", r"for a long time", r"our own", r"today's",
)  # fmt: skip
"""Words of those who made the results, as regular expressions: a reader has no *before*."""


CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
"""Blocks of code, and code in a line."""


def text_of(path: Path) -> str:
    """A page without comments."""
    return re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def words(*paths: Path) -> int:
    """The words of pages, as `wc -w` counts."""
    return sum(len(text_of(path).split()) for path in paths)


def pages(folder: str = "") -> list[Path]:
    """The pages of a folder of `docs`, without those that are apart."""
    return [path for path in sorted((DOCS / folder).rglob("*.md")) if path.relative_to(DOCS).parts[0] not in APART]


@pytest.mark.parametrize(("name", "most"), [("CONTRIBUTING.md", 600)])
def test_a_page_at_the_root_is_short(name, most):
    assert words(ROOT / name) <= most


@pytest.mark.parametrize(("folder", "most"), [("", 25_000), ("results", 9_000), ("board", 600)])
def test_a_folder_is_short(folder, most):
    assert words(*pages(folder)) <= most


@pytest.mark.parametrize("path", pages("results"), ids=lambda path: str(path.relative_to(DOCS)))
def test_the_text_around_a_result_is_short(path):
    told, _, _ = text_of(path).partition(METHOD)
    lines = [line for line in CODE.sub("code", told).splitlines() if not line.lstrip("> ").startswith("|")]
    assert len(" ".join(lines).split()) <= 320


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(DOCS)))
def test_a_page_tells_no_diary(path):
    told, _, _ = text_of(path).partition(METHOD)
    assert re.findall(rf"\b(?:{'|'.join(DIARY)})\b", CODE.sub("code", told), re.IGNORECASE) == []


MARKED = re.compile(r"<!-- ([\w-]+) -->\n.*?<!-- (?:/|end of )\1 -->", re.DOTALL)
"""Tables and sentences that another test compares with their results files."""

GENERATED = {
    *(DOCS / "results" / "audits" / f"{name}.md" for name in (*GALLERY, "index")),
    DOCS / "results" / "post.md",
}
"""Pages that a program writes as a whole."""

SHARE = re.compile(r"\b[1-9][\d,]* of (?:the )?[1-9]\d[\d,]*\b")


def shares(path: Path) -> set[str]:
    """The shares, such as `47 of 120`, that the prose of a page states."""
    text = MARKED.sub("", path.read_text(encoding="utf-8"))
    return set(SHARE.findall(CODE.sub("code", text).replace("of the ", "of ")))


def test_a_share_that_is_on_two_pages_comes_from_one_file():
    found = {path: shares(path) for path in [ROOT / "README.md", *pages()]}
    twice = {share for share, count in Counter(share for each in found.values() for share in each).items() if count > 1}
    for path in found.keys() - GENERATED:
        sentences = [words.replace("of the ", "of ") for page, words in stated() if ROOT / page == path]
        assert [each for each in found[path] & twice if not any(each in words for words in sentences)] == [], path
