"""Tasks of words that a machine with stacks can do: `anbn`, `anbncn`, `dyck-K`, `json-brackets` and Turing machines.

Those of numbers, `reverse`, `duplicate` and `count-natural`, are in `unbounded`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from anylength.base import OUTPUT, Digits, InputError, Symbols, read_text
from anylength.stack_machines import StackMachine
from anylength.tasks.data import POST_DIGITS
from anylength.tasks.layout import InOrder, symbol_type
from anylength.tasks.sampled import sampled_of, sampled_up_to
from anylength.tasks.stack_library import (
    MACHINES,
    UNIVERSAL,
    anbn_machine,
    anbncn_machine,
    dyck_machine,
    read_turing,
    reading_turing_machine,
    turing_machine,
)
from anylength.tasks.stack_rules import targets, walk
from anylength.tasks.stress import SAMPLES
from anylength.tasks.suites.dyck import BRACKETS
from anylength.tasks.task import SAMPLED, SAMPLED_ALL, StressFamily, Task

ACCEPTOR = ("reject", "accept")
"""The outputs of a task that says of every prefix of a word whether it belongs to a language."""

TAPE = "010110010001110" + "000"
"""A tape of UTM(4,6), b left of the head and b 1 from the far right up to it, and three steps."""

LONGEST = 500
"""Longest stress inputs, in symbols."""


def turing(name: str) -> Task:
    """The task of following a Turing machine: `NAME` of `MACHINES` or `UNIVERSAL`, a file, or the text of the table itself.

    Raises:
        InputError: There is no such machine or file, or its text is no table.
    """
    if name in UNIVERSAL:
        machine = reading_turing_machine(read_turing(UNIVERSAL[name], name))
        summary = "a tape in bits, then steps of a universal Turing machine on that tape -> whether it has halted"
        return stack_task(f"turing:{name}", summary, ("0", "1"), ("runs", "halted"), machine, example=TAPE)
    text = (
        MACHINES[name]
        if name in MACHINES
        else name
        if "_" in name and "." not in name
        else read_text(Path(name), limit=4096, kind="a table")
    )
    machine = turing_machine(read_turing(text, name))
    summary = "steps of a Turing machine on an empty tape -> whether it has halted"
    return stack_task(f"turing:{text.strip()}", summary, ("step",), ("runs", "halted"), machine, example="step step step")


def acceptor(name: str, summary: str, symbols: Sequence[str], machine: StackMachine, example: str) -> Task:
    """The task of saying, of every prefix of a word, whether a machine with stacks accepts it."""
    return stack_task(name, summary, symbols, ACCEPTOR, machine, graded_last=True, example=example)


def stack_task(
    name: str, summary: str, symbols: Sequence[str], labels: Sequence[str], machine: StackMachine, *, graded_last: bool = False,
    example: str, description: str | None = None,
) -> Task:  # fmt: skip
    """The task of a machine with stacks that reads words of named symbols and answers at every step.

    Args:
        name: The task's name.
        summary: One line for people.
        symbols: A names.
        labels: C names of output classes.
        machine: The machine; every output is graded.
        graded_last: Whether the answer to a word is the last output alone, else all of them.
        example: A word.
        description: For a user's own task, the JSON text of its machine.
    """

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return task.answer(np.array(machine.run(task.word(numbers).tolist()), OUTPUT))

    sampler = partial(_drawn, machine)
    task = Task(
        name=name, summary=summary, base=len(symbols), tapes=1, transducer=None, exact=exact,
        data={"post": sampled_of(sampler, POST_DIGITS)}, data_up_to=partial(sampled_of, sampler),
        further_data={SAMPLED: partial(sampled_up_to, sampler), SAMPLED_ALL: partial(sampled_of, sampler)},
        stress=partial(_stress, machine), layout=InOrder(), labels=tuple(labels), graded="last" if graded_last else "all",
        names=tuple(symbols), rule=partial(targets, machine), sampler=sampler, example=example, any_net=True, memory=machine,
        description=description,
    )  # fmt: skip
    return task


def _drawn(machine: StackMachine, rng: np.random.Generator, length: int, count: int) -> Symbols:
    """Half random walks, half deep ones, in random order."""
    words = np.concatenate(
        [walk(machine, rng, length, count - count // 2), walk(machine, rng, length, count // 2, deep=True)], axis=1
    )
    return words[:, rng.permutation(count)]


def _stress(machine: StackMachine, rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
    """Random words, and words that make the stacks as deep as half their length."""
    del base
    longest = min(limit, LONGEST)
    if longest < 1:
        return []
    families = []
    for name, description, deep in (("random", "symbols that lead on", False), ("deep", "pushes, then pops", True)):
        lengths = np.unique(np.linspace(1, longest, 32).astype(np.int64))
        count = SAMPLES // 32
        words = np.zeros((longest, count * len(lengths)), symbol_type(machine.symbols))
        for at, length in enumerate(lengths.tolist()):
            words[:length, at * count : (at + 1) * count] = walk(machine, rng, length, count, deep=deep)
        families.append(StressFamily(name, description, words, np.repeat(lengths, count)))
    return families


def anbn() -> Task:
    """Whether a word is aⁿbⁿ."""
    return acceptor("anbn", "a word of a and b -> whether it is a^n b^n", ("a", "b"), anbn_machine(), "aaabbb")


def anbncn() -> Task:
    """Whether a word is aⁿbⁿcⁿ."""
    return acceptor("anbncn", "a word of a, b and c -> whether it is a^n b^n c^n", tuple("abc"), anbncn_machine(), "aabbcc")


def dyck(kinds: int) -> Task:
    """Whether brackets of K kinds are balanced, at any depth.

    Raises:
        InputError: There are not that many kinds.
    """
    if not 1 <= kinds <= len(BRACKETS):
        raise InputError(f"dyck-1 to dyck-{len(BRACKETS)}", f"dyck-{kinds}", "pass for example dyck-2")
    brackets = "".join(BRACKETS[:kinds])
    summary = f"brackets {' '.join(BRACKETS[:kinds])} -> whether they are balanced, at any depth"
    return acceptor(
        f"dyck-{kinds}",
        summary,
        tuple(brackets),
        dyck_machine(kinds),
        "".join(pair[0] for pair in BRACKETS[:kinds]) + "".join(pair[1] for pair in reversed(BRACKETS[:kinds])),
    )


def json_brackets() -> Task:
    """Whether the brackets and braces of a text are balanced; x stands for every other character."""
    summary = "brackets and braces, x for all else -> whether they are balanced, as in JSON"
    return acceptor("json-brackets", summary, (*"[]{}", "x"), dyck_machine(2, others=1), "{x[x]x}")


NAMED = {"anbn": anbn, "anbncn": anbncn, "json-brackets": json_brackets}
"""The tasks with a fixed name."""

PATTERNS = {
    "dyck-K": f"brackets of K kinds, at any depth -> whether they are balanced; K = 1 to {len(BRACKETS)}",
    "turing:MACHINE": f"steps of a Turing machine -> whether it has halted; {', '.join([*MACHINES, *UNIVERSAL])}, "
    "a file, or 1RB1LB_1LA1RZ",
}
"""How the other names are written, and a line on each."""


@lru_cache(64)
def named(name: str) -> Task | None:
    """The task of this name; None where there is none here.

    Raises:
        InputError: There are not so many kinds of brackets, or no such Turing machine.
    """
    if name in NAMED:
        return NAMED[name]()
    if name.startswith("turing:"):
        return turing(name.removeprefix("turing:"))
    kinds = re.fullmatch(r"dyck-([0-9]{1,9})", name)
    return dyck(int(kinds[1])) if kinds else None
