"""Data files of MLRegTest: words with TRUE or FALSE, and what each of its six sets contains.

A line is a word, a tab, and TRUE (in the language) or FALSE. Each character of a word is one symbol. The files are named
LANGUAGE_SET.txt (van der Poel et al. 2023, arXiv 2304.07687).
"""

from collections.abc import Mapping
from pathlib import Path

from anylength.base import InputError, quoted, read_text

SETS: Mapping[str, str] = {
    "Train": "random words of 20 to 29 symbols",
    "Dev": "random words of 20 to 29 symbols, none of them in Train",
    "TestSR": "short random: 20 to 29 symbols, none of them in Train or Dev",
    "TestSA": "short adversarial: pairs of 20 to 29 symbols, one right and one wrong word that differ by one edit",
    "TestLR": "long random: 31 to 50 symbols",
    "TestLA": "long adversarial: pairs of 31 to 50 symbols, one right and one wrong word that differ by one edit",
}
"""The sets of MLRegTest. Half of the words of each are in the language."""

LABELS: Mapping[str, bool] = {"TRUE": True, "FALSE": False}
"""How a line says whether its word is in the language."""

MAX_WORDS = 200_000
"""Most words that are read: twice the largest set."""

MAX_LENGTH = 10_000
"""Longest word, in symbols. MLRegTest's have 51 at most."""


def mlregtest_words(path: str | Path) -> list[tuple[str, bool]]:
    """The words of a data file, each with whether it is in the language.

    Raises:
        InputError: The file cannot be read, a line is not a word and a label, or a limit is exceeded.
    """
    path = Path(path)
    # the largest file of MLRegTest has 100,000 words of up to 51 symbols, about 6 MB
    text = read_text(path, limit=16 << 20, kind="a data file of MLRegTest")
    if text.count("\n") > MAX_WORDS:
        got = f"{text.count(chr(10)):,} lines in {path.name}"
        raise InputError(f"at most {MAX_WORDS:,} words", got, "give a data file of MLRegTest")
    lines = [(number, line.removesuffix("\r")) for number, line in enumerate(text.split("\n"), 1) if line.rstrip("\r")]
    if not lines:
        raise InputError("a word on each line", f"none in {path.name}", "give a data file of MLRegTest")
    return [_word(line, number, path.name) for number, line in lines]


def _word(line: str, number: int, source: str) -> tuple[str, bool]:
    word, tab, label = line.partition("\t")
    where = f"line {number:,} of {source}"
    if not tab or label not in LABELS or not word:
        raise InputError("a word, a tab, and TRUE or FALSE", f"{quoted(line)} in {where}", "give a data file of MLRegTest")
    if len(word) > MAX_LENGTH:
        raise InputError(f"words of at most {MAX_LENGTH:,} symbols", f"{len(word):,} in {where}", "leave the word out")
    return word, LABELS[label]
