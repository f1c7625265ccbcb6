"""Stack manipulation, a task of the Chomsky benchmark: the contents of a stack after some actions."""

import numpy as np
from numpy.typing import NDArray

from anylength.tasks.stack_library import stack_manipulation_machine
from anylength.tasks.strings import Letters, LetterSampler, StringRule
from anylength.tasks.suites.chomsky.endings import END, ENDED_BITS, ended
from anylength.tasks.suites.chomsky.regular import BITS

SYMBOLS = (*BITS, "pop", "push-0", "push-1")
"""The bits of the stack at the start, then the actions."""

POP = SYMBOLS.index("pop")

PUSHES_ONE = np.array([False, True, False, False, True])
"""Whether a symbol puts a 1 on the stack."""


def stack_manipulation() -> StringRule:
    """A stack of bits from bottom to top, then actions → the stack from top to bottom. To pop from an empty stack does nothing."""

    def answer(letters: Letters) -> np.ndarray:
        count = letters.shape[1]
        stack, height = np.zeros((len(letters) + 1, count), np.uint8), np.zeros(count, np.int64)
        for row in letters:
            stack[height, np.arange(count)] = PUSHES_ONE[row]  # beyond the top, so of no effect for a pop
            height = np.where(row == POP, np.maximum(height - 1, 0), height + 1)
        place = height - 1 - np.arange(len(stack))[:, None]
        return ended(np.take_along_axis(stack, np.maximum(place, 0), axis=0), height)

    return StringRule(
        symbols=SYMBOLS, classes=ENDED_BITS, steps=(1, 1), answer=answer, sample=_with_actions(POP, len(SYMBOLS)),
        example="0 1 1 0 push-1 pop pop", allows=_stack_then_actions, end=END, memory=stack_manipulation_machine(),
        hard={
            ("pops", "a stack, then pops alone"): _with_actions(POP, POP + 1),
            ("pushes", "a stack, then pushes alone"): _with_actions(POP + 1, len(SYMBOLS)),
        },
    )  # fmt: skip


def _with_actions(first: int, end: int) -> LetterSampler:
    """Draws a random number of bits, at least one, then one or more of the actions from `first` up to `end`, not included."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        bits = rng.integers(0, 2, (length, count), np.uint8)
        if length == 1:
            return bits
        actions = rng.integers(first, end, (length, count), np.uint8)
        return np.where(np.arange(length)[:, None] < rng.integers(1, length, count), bits, actions)

    return sample


def _stack_then_actions(letters: Letters) -> NDArray[np.bool_]:
    actions = letters >= POP
    return ~actions[0] & (actions[1:] >= actions[:-1]).all(axis=0)
