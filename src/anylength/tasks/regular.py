"""Tasks of regular expressions: `regex:(ab)*` is the acceptor of the words that the pattern matches whole."""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

from anylength.base import InputError
from anylength.machines import equivalent
from anylength.tasks.custom import from_named_machine
from anylength.tasks.task import Task

PREFIX = "regex:"
"""What the name of such a task begins with on the command line."""

MAX_SUMMARY = 200
"""Longest pattern in a summary, in characters."""

CUT = "…"
"""Ends a longer pattern in a summary."""

QUESTION = re.compile(r"is the word matched by (.*)\?")
"""The summary of such a task."""

NAME = re.compile(r"regex-(?:[a-z0-9-]+-)?[0-9a-f]{6}")
"""The names of such tasks."""


def regex_task(pattern: str, alphabet: str | Sequence[str] | None = None) -> Task:
    """The task of a regular expression: does the pattern match the word whole?

    Args:
        pattern: The regular expression, without look-around, back-references and anchors.
        alphabet: The symbols, each of one character; None: the characters that occur in the pattern.

    Raises:
        InputError: The pattern is none, matches no word, or needs too large a machine; or the alphabet lacks one of its symbols.
    """
    from anylength.machine_formats.regular_expressions import machine_of_regex  # it imports a parser

    named = machine_of_regex(pattern, alphabet)
    shown = pattern if len(pattern) <= MAX_SUMMARY else f"{pattern[:MAX_SUMMARY]}{CUT}"
    return from_named_machine(named, _name(pattern, named.symbols), f"is the word matched by {shown}?")


def _name(pattern: str, symbols: Sequence[str]) -> str:
    """A name of small letters, digits and dashes that differs from pattern to pattern and from alphabet to alphabet."""
    # folders are named after tasks: 20 characters of the pattern, and 6 of its SHA-256
    slug = re.sub("[^a-z0-9]+", "-", pattern.lower())[:20].strip("-")
    digest = hashlib.sha256("\n".join([pattern, *symbols]).encode()).hexdigest()[:6]
    return "-".join(part for part in ("regex", slug, digest) if part)


@lru_cache(maxsize=64)
def _regex_task(pattern: str, alphabet: tuple[str, ...]) -> Task | None:
    """The same; None where there is no such task."""
    try:
        return regex_task(pattern, alphabet)
    except InputError:
        return None


def pattern_of(task: Task) -> str | None:
    """The pattern that a task's summary names; None where it names none, or the pattern is cut there."""
    question = QUESTION.fullmatch(task.summary) if NAME.fullmatch(task.name) else None
    if question is None or (len(question[1]) > MAX_SUMMARY and question[1].endswith(CUT)):
        return None
    return question[1]


def keeps_its_pattern(task: Task) -> bool:
    """Whether a task with the name of a pattern's does what its summary asks. Of a pattern that is cut there this is not known."""
    if not NAME.fullmatch(task.name):
        return True
    question = QUESTION.fullmatch(task.summary)
    if question is None or task.names is None:
        return False
    pattern = question[1]
    if len(pattern) > MAX_SUMMARY and pattern.endswith(CUT):
        return True
    own = _regex_task(pattern, task.names)
    if own is None or (own.name, own.labels, own.graded) != (task.name, task.labels, task.graded):
        return False
    return equivalent(own.machine, task.machine)
