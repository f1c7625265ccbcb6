"""What every net has, recurrent or not. Structural: a net need not know of it."""

from typing import Any, ClassVar, Protocol, runtime_checkable

from jaxtyping import Array, Float, Integer


@runtime_checkable
class AbstractNet(Protocol):
    """What every net has, recurrent or not: a transducer from symbols `[T, B]` to logits `[T, C, B]`."""

    causal: ClassVar[bool]
    """Whether an answer depends on nothing that comes after its step, the word's length included."""

    @property
    def base(self) -> int:
        """What one tape may carry at a step."""
        ...

    @property
    def tapes(self) -> int:
        """Numbers read side by side."""
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
        """How many numbers the net consists of."""
        ...

    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step.

        Args:
            symbols: The words.
            lengths: Steps of each word, its tail included; None: all T. A causal net needs none.
            key: What a net draws in training is drawn from this; None: nothing is.
        """
        ...

    def outputs(self, symbols: Integer[Array, "T B"]) -> Integer[Array, "T B"]:
        """The answer (output class) at every step of words that are T steps long."""
        ...
