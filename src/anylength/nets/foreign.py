"""A net that is none of ours, such as a user's PyTorch module: it gives logits, and nothing else of it is known."""

import abc
from typing import Any, ClassVar

import numpy as np

from anylength.base import OUTPUT, InputError, Symbols

MAX_COLUMNS = 256
"""Words that are run together. More would take more memory and little less time."""


class AbstractForeignNet(abc.ABC):
    """A net that gives logits. It is an `AbstractNet`, so it can be tested as one.

    Attributes:
        causal: Whether no output depends on later symbols or on the word's length.
        base: Number of values of a digit on one tape.
        tapes: Number of digits read at each step.
        hidden: H, the number of hidden units; 0 where it is not known.
        classes: C, the number of output classes.
        parameters: The number of parameters.
        not_a_step: Why no step of fixed size is known of it, in words.
    """

    causal: ClassVar[bool] = False

    base: int
    tapes: int
    hidden: int
    classes: int
    parameters: int
    not_a_step: str

    @abc.abstractmethod
    def logits(self, symbols: Any, lengths: Any = None, key: Any = None) -> Any:
        """The logits `[T, C, B]` of words `[T, B]`, as `AbstractNet.logits`.

        Raises:
            InputError: The net fails.
        """

    def outputs(self, symbols: Any) -> Any:
        """The output class at every step of words of T steps."""
        return self.answers(np.asarray(symbols))

    def answers(self, symbols: Symbols, lengths: np.ndarray | None = None) -> Symbols:
        """The output classes `[T, B]` on a batch of words `[T, B]`; the lowest class on a tie.

        Args:
            symbols: The words, zeros after each.
            lengths: `[B]` number of steps of each word, its tail included; None means T for all.

        Raises:
            InputError: The net fails, or a logit within a word is not finite.
        """
        outputs = np.empty(symbols.shape, OUTPUT)
        for first in range(0, symbols.shape[1], MAX_COLUMNS):
            block = slice(first, first + MAX_COLUMNS)
            ends = None if lengths is None else lengths[block]
            logits = np.asarray(self.logits(symbols[:, block], ends))
            self._check(logits, symbols[:, block], ends)
            outputs[:, block] = logits.argmax(axis=1)
        return outputs

    def _check(self, logits: np.ndarray, symbols: Symbols, ends: np.ndarray | None) -> None:
        """Checks the logits of a block."""
        steps, columns = symbols.shape
        if logits.shape != (steps, self.classes, columns):
            expected = f"logits of shape {(steps, self.classes, columns)} (steps, classes, words)"
            raise InputError(expected, f"{logits.shape}", "return one logit for each output class at each step")
        broken = (~np.isfinite(logits)).sum(axis=1) > 0
        if ends is not None:
            broken &= np.arange(steps)[:, None] < ends
        if broken.any():
            step = int(broken.any(axis=1).argmax()) + 1
            raise InputError("finite logits", f"NaN or an infinity at step {step} of a word", "look for an overflow in the net")
