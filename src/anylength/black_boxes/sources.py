"""Sources of inputs that may be answered wrongly. Each yields columns, cheap ones first, and reports what it has covered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, product
from typing import Literal, TypeAlias

import numpy as np

from anylength.black_boxes.codec import Codec, Columns
from anylength.black_boxes.conformance import levels
from anylength.rules import Machine, MostFirst, from_int, minimise, symbols_from_numbers

FORMAT_EXPONENTS = (7, 8, 11, 15, 16, 24, 31, 32, 53, 63, 64, 113, 127, 128, 256, 512, 1023, 1024)
"""Exponents of 2 at which number formats end, or stop holding every whole number.

They are those of integers from 8 to 512 bits and of half, single, double and quadruple precision.
"""


@dataclass(frozen=True)
class Coverage:
    """A report of a source: its inputs so far are all of their kind up to a size.

    Attributes:
        kind: `every`: all inputs of up to `size` digits. `machines`: inputs that distinguish the task's machine from all machines
            with at most `size` states.
        size: The size.
    """

    kind: Literal["every", "machines"]
    size: int


Source: TypeAlias = Iterator[Columns | Coverage]


def sources(codec: Codec, rng: np.random.Generator, limit: int) -> dict[str, Source]:
    """All sources by their names in messages. `limit` is the longest input in digits, except for `all short inputs`."""
    candidates = {
        "all short inputs": short_inputs(codec),
        "numbers at which number formats end": format_inputs(codec, limit),
        "the task's stress inputs": stress_inputs(codec, rng, limit),
        "inputs that distinguish machines": conformance_inputs(codec, limit),
        "random inputs": random_inputs(codec, rng, limit),
    }
    return {name: source for name, source in candidates.items() if source is not None}


def short_inputs(codec: Codec) -> Source:
    """All inputs in order of length."""
    symbols = codec.task.base**codec.task.tapes
    for length in count(1):
        for columns in product(range(symbols), repeat=length):
            if columns[-1] or length == 1 or codec.leading_zeros_matter:
                yield columns
        yield Coverage("every", length)


def format_inputs(codec: Codec, limit: int) -> Source:
    """Numbers at which number formats end, and powers of the base. The other tapes hold the same number, or 1."""
    task = codec.task
    # powers of the base, up to 40: programs that split a number into groups of digits fail there
    ends = [1 << exponent for exponent in FORMAT_EXPONENTS] + [task.base**places for places in range(1, min(limit, 40))]
    for number in (end + offset for end in ends for offset in (-1, 0, 1, 2)):
        digits, one = from_int(number, task.base), from_int(1, task.base)
        if len(digits) > limit:
            continue
        for others in [digits, one] if task.tapes > 1 else [digits]:
            yield tuple(symbols_from_numbers((digits, *[others] * (task.tapes - 1)), task.base).tolist())


def stress_inputs(codec: Codec, rng: np.random.Generator, limit: int) -> Source:
    """The words of the task's stress families, one of each family in turn, in random order."""
    families = codec.task.stress(rng, codec.task.base, limit)
    orders = [rng.permutation(len(family.lengths)) for family in families]
    for index in range(max(map(len, orders), default=0)):
        for family, order in zip(families, orders, strict=True):
            if index < len(order):
                column = order[index]
                yield codec.columns_of_numbers(family.symbols[: family.lengths[column], column])


def conformance_inputs(codec: Codec, limit: int) -> Source | None:
    """The words of the W-method. None if there is no machine, or if its outputs cannot be observed.

    If leading zeros do not matter, no query has any, so some of a machine's behaviour cannot be observed:

    - Read from the right, outputs after the last digit are not visible. A word that ends with a 0 gets a 1 after it.
    - If the answer is a label, the output on a 0 is not visible, except for the number 0. Machines may differ in it.
    - Read from the left, the behaviour on leading zeros is not visible. The visible part is a machine with at most one more state,
      which stays in its start state on leading zeros.
    """
    task = codec.task
    if task.transducer is None or (task.labels is not None and task.tail):
        return None
    return _conformance_inputs(codec, limit)


def _conformance_inputs(codec: Codec, limit: int) -> Source:
    """The words, for a task with a machine."""
    task, stripped = codec.task, not codec.leading_zeros_matter
    from_left, labels = isinstance(task.layout, MostFirst), task.labels is not None
    machine = _masked(task.machine) if stripped and labels and not from_left else task.machine
    yield (0,)
    for level in levels(machine):
        for word in level.words:
            if len(word) > limit:
                return
            if labels:  # an answer shows only the last output of a word, so its prefixes are queried too
                yield from (codec.columns_of(word[:end]) for end in range(1, len(word) + 1))
            else:
                yield codec.columns_of((*word, 1) if stripped and not from_left and word[-1] == 0 else word)
        states = level.states - (stripped and from_left)
        if states >= minimise(task.machine).states:
            yield Coverage("machines", states)


def _masked(machine: Machine) -> Machine:
    """The machine with output 0 wherever it reads a 0."""
    return replace(machine, output=tuple((0, *row[1:]) for row in machine.output))


def random_inputs(codec: Codec, rng: np.random.Generator, limit: int) -> Source:
    """Random digits, with log-uniform length. Some inputs repeat one digit; tapes after the first are often shorter."""
    task = codec.task
    while True:
        length = int(np.exp(rng.uniform(0, np.log(limit + 1))))
        tapes = rng.integers(0, task.base, (task.tapes, length))
        if rng.random() < 0.3:
            tapes[:, rng.random(length) < rng.random()] = rng.integers(0, task.base, (task.tapes, 1))
        for tape in tapes[1:]:
            if rng.random() < 0.3:
                tape[int(rng.integers(1, length + 1)) :] = 0
        yield tuple((task.base ** np.arange(task.tapes) @ tapes).tolist())
