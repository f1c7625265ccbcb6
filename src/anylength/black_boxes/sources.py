"""Where inputs that may be answered wrongly come from: each source yields columns, cheap ones first, and says what is whole."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, product
from typing import Literal, TypeAlias

import numpy as np

from anylength.black_boxes.conformance import levels
from anylength.black_boxes.script import Columns, Script
from anylength.digits import from_int
from anylength.machines import Machine, minimise
from anylength.tasks import MostFirst
from anylength.tasks.layout import symbols_from_numbers

FORMATS = (7, 8, 11, 15, 16, 24, 31, 32, 53, 63, 64, 113, 127, 128, 256, 512, 1023, 1024)
"""Exponents of 2 at which number formats end or lose the ones: bytes, words, half, single, double and quadruple precision."""

AROUND = (-1, 0, 1, 2)


@dataclass(frozen=True)
class Milestone:
    """Everything that a source has yielded so far was a whole of its kind.

    Attributes:
        of: `every`: every input of up to `size` digits; `machines`: what tells all machines of up to `size` states from the task's.
        size: So many.
    """

    of: Literal["every", "machines"]
    size: int


Source: TypeAlias = Iterator[Columns | Milestone]


def sources(script: Script, rng: np.random.Generator, limit: int) -> dict[str, Source]:
    """All sources by what they are; words of up to `limit` digits where that is not given by the source itself."""
    found = {
        "every short input": every(script),
        "where number formats end": formats(script, limit),
        "the task's stress inputs": stressed(script, rng, limit),
        "what tells machines apart": conformance(script, limit),
        "random inputs": drawn(script, rng, limit),
    }
    return {name: source for name, source in found.items() if source is not None}


def every(script: Script) -> Source:
    """All inputs in order of length."""
    symbols = script.task.base**script.task.tapes
    for length in count(1):
        for columns in product(range(symbols), repeat=length):
            if columns[-1] or length == 1 or script.zeros_count:
                yield columns
        yield Milestone("every", length)


def formats(script: Script, limit: int) -> Source:
    """Numbers around the ends of number formats, and powers of the base; on several tapes the same number, or 1 beside it."""
    task = script.task
    ends = [1 << exponent for exponent in FORMATS] + [task.base**places for places in range(1, min(limit, 40))]
    for number in (end + change for end in ends for change in AROUND):
        digits, one = from_int(number, task.base), from_int(1, task.base)
        if len(digits) > limit:
            continue
        for others in [digits, one] if task.tapes > 1 else [digits]:
            yield tuple(symbols_from_numbers((digits, *[others] * (task.tapes - 1)), task.base).tolist())


def stressed(script: Script, rng: np.random.Generator, limit: int) -> Source:
    """The words of the task's stress families, a word of each in turn, in random order."""
    families = script.task.stress(rng, script.task.base, limit)
    orders = [rng.permutation(len(family.lengths)) for family in families]
    for at in range(max(map(len, orders), default=0)):
        for family, order in zip(families, orders, strict=True):
            if at < len(order):
                column = order[at]
                yield script.columns_in(family.symbols[: family.lengths[column], column])


def conformance(script: Script, limit: int) -> Source | None:
    """The words that tell the task's machine from others; None where there is no machine, or where its outputs cannot be seen.

    No question has zeros in front where they do not count, so not all that a machine does can be asked for:

    - Read from the right, its outputs after the last digit are not seen: a word that ends with a 0 is asked with a 1 behind it.
    - Where the answer is a label, what it says on a 0 is never seen (but for the lone 0): machines may differ in that.
    - Read from the left, what it does on zeros in front is never seen. What is seen is a machine with one state more at most, which
      stays at its start for as long as there are zeros.
    """
    task = script.task
    if task.transducer is None or (task.labels is not None and task.tail):
        return None
    return _conformance(script, limit)


def _conformance(script: Script, limit: int) -> Source:
    task, trimmed = script.task, not script.zeros_count
    from_left, labels = isinstance(task.layout, MostFirst), task.labels is not None
    machine = _masked(task.machine) if trimmed and labels and not from_left else task.machine
    yield (0,)
    for level in levels(machine):
        for word in level.words:
            if len(word) > limit:
                return
            if labels:  # one output is all that is seen of a word: its beginnings are asked too
                yield from (script.columns_of(word[:end]) for end in range(1, len(word) + 1))
            else:
                yield script.columns_of((*word, 1) if trimmed and not from_left and word[-1] == 0 else word)
        states = level.states - (trimmed and from_left)
        if states >= minimise(task.machine).states:
            yield Milestone("machines", states)


def _masked(machine: Machine) -> Machine:
    """The machine with one and the same output wherever it reads a 0."""
    return replace(machine, output=tuple((0, *row[1:]) for row in machine.output))


def drawn(script: Script, rng: np.random.Generator, limit: int) -> Source:
    """Random digits; short words as often as long ones; on several tapes often of unequal length; sometimes one digit repeated."""
    task = script.task
    while True:
        length = int(np.exp(rng.uniform(0, np.log(limit + 1))))
        tapes = rng.integers(0, task.base, (task.tapes, length))
        if rng.random() < 0.3:
            tapes[:, rng.random(length) < rng.random()] = rng.integers(0, task.base, (task.tapes, 1))
        for tape in tapes[1:]:
            if rng.random() < 0.3:
                tape[int(rng.integers(1, length + 1)) :] = 0
        yield tuple((task.base ** np.arange(task.tapes) @ tapes).tolist())
