"""The interface that every net has, recurrent or not. It is structural: a net need not inherit from it."""

from typing import Any, ClassVar, Protocol, runtime_checkable


@runtime_checkable
class AbstractNet(Protocol):
    """A transducer from symbols `[T, B]` to logits `[T, C, B]`."""

    causal: ClassVar[bool]
    """Whether no output depends on later symbols or on the word's length."""

    @property
    def base(self) -> int:
        """Number of values of a digit on one tape."""
        ...

    @property
    def tapes(self) -> int:
        """Number of digits read at each step."""
        ...

    @property
    def hidden(self) -> int:
        """H, the number of hidden units."""
        ...

    @property
    def classes(self) -> int:
        """C, the number of output classes."""
        ...

    @property
    def parameters(self) -> int:
        """The number of parameters."""
        ...

    def logits(self, symbols: Any, lengths: Any = None, key: Any = None) -> Any:
        """The logits `[T, C, B]` at every step.

        Args:
            symbols: The words `[T, B]`.
            lengths: `[B]`, number of steps of each word, its tail included; None means T for all. A causal net ignores it.
            key: A JAX random key for nets that draw random numbers in training; None means no randomness.
        """
        ...

    def outputs(self, symbols: Any) -> Any:
        """The output class `[T, B]` at every step of words `[T, B]` of T steps."""
        ...
