"""Examples that show little of their machine are warned of."""

import numpy as np

from anylength.rules import IGNORE_INDEX, Machine, task_named
from anylength.training.examples import Examples
from anylength.training.seen import shows_little

ENDS_AT_A_ONE = Machine(0, ((0, 1), (1, 1)), ((0, 1), (1, 1)))
"""0 until a one was read, then 1 for ever."""


def shown(words: np.ndarray, graded: slice = slice(None)) -> str | None:
    """What the words of `ENDS_AT_A_ONE` do not show."""
    targets = np.full(words.shape, IGNORE_INDEX)
    targets[:, graded] = np.stack([ENDS_AT_A_ONE.run(word.tolist()) for word in words])[:, graded]
    return shows_little(task_named("parity-bits"), ENDS_AT_A_ONE, Examples(words.astype(np.uint8), targets))


def test_examples_with_one_answer_are_named():
    assert "every example has the answer" in shown(np.zeros((4, 6), np.int64))


def test_examples_that_end_early_are_named_with_their_share():
    late, early = np.zeros((2, 40), np.int64), np.zeros((2, 40), np.int64)
    late[:, 38], early[:, 1] = 1, 1
    assert shown(late) is None
    assert shown(early) == "95% of the examples is read where the answer cannot change any more"
    assert shown(np.concatenate([late, early])) is None


def test_steps_after_the_last_graded_one_do_not_count():
    early = np.zeros((2, 40), np.int64)
    early[:, 1] = 1
    assert shown(early, slice(0, 4)) is None
