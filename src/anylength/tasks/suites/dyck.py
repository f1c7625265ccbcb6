"""Bounded Dyck languages: balanced brackets of K kinds, nested at most M deep.

A state is the stack of open brackets. A word that closes a wrong bracket or nests too deep is rejected for good.
"""

from functools import partial

from anylength.base import InputError
from anylength.machines import NamedMachine
from anylength.tasks.machine_files import MAX_STATES
from anylength.tasks.suites.building import acceptor
from anylength.tasks.suites.suite import Suite, SuiteTask, TaskPattern

BRACKETS = ("()", "[]", "{}", "<>")
"""The kinds of brackets, in the order in which K takes them."""

SOURCE = "Hewitt et al. 2020, arXiv 2010.07515"


def states(kinds: int, depth: int) -> int:
    """The number of stacks of at most `depth` brackets, and the rejecting state."""
    return sum(kinds**open_brackets for open_brackets in range(depth + 1)) + 1


def largest_depth(kinds: int) -> int:
    """The largest M for K kinds of brackets."""
    depth = 1
    while states(kinds, depth + 1) <= MAX_STATES:
        depth += 1
    return depth


def dyck(kinds: int, depth: int) -> NamedMachine:
    """Balanced brackets of the first `kinds` kinds, nested at most `depth` deep."""
    open_of = {pair[1]: pair[0] for pair in BRACKETS[:kinds]}

    def follow(stack: str, bracket: str) -> str | None:
        if bracket not in open_of:
            return stack + bracket if len(stack) < depth else None
        return stack[:-1] if stack and stack[-1] == open_of[bracket] else None

    return acceptor(tuple("".join(BRACKETS[:kinds])), "", follow, lambda stack: not stack)


def dyck_task(kinds: int, depth: int) -> SuiteTask:
    """The task `dyck-K-M`.

    Raises:
        InputError: K or M is out of range.
    """
    if not 1 <= kinds <= len(BRACKETS):
        raise InputError(f"dyck-1-M to dyck-{len(BRACKETS)}-M", f"dyck-{kinds}-{depth}", "pass for example dyck-2-3")
    largest = largest_depth(kinds)
    if not 1 <= depth <= largest:
        remedy = f"deeper ones have more than {MAX_STATES:,} states" if depth else "depth 0 allows the empty word alone"
        raise InputError(f"dyck-{kinds}-1 to dyck-{kinds}-{largest}", f"dyck-{kinds}-{depth}", remedy)
    brackets = " ".join(BRACKETS[:kinds])
    summary = f"balanced brackets {brackets}, nested at most {depth} deep"
    return SuiteTask(f"dyck-{kinds}-{depth}", summary, SOURCE, partial(dyck, kinds, depth))


DEPTHS = "; ".join(f"M = 1 to {largest_depth(kinds):,} for K = {kinds}" for kinds in range(1, len(BRACKETS) + 1))

PATTERN = TaskPattern("dyck-K-M", f"balanced brackets of K kinds, nested at most M deep; {DEPTHS}", dyck_task)

SUITE = Suite(
    "dyck",
    "balanced brackets of K kinds, nested at most M deep: dyck-K-M",
    SOURCE,
    tuple(dyck_task(kinds, depth) for kinds, depth in ((1, 1), (1, 3), (1, 8), (2, 2), (2, 4), (3, 3), (4, 2))),
)
