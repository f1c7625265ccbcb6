"""The symbols that a step reads, as PyTorch gets them: one-hot vectors or token numbers."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from anylength._types import Symbols
from anylength.interchange.flat_values import Alphabet

Inputs = Literal["one-hot", "tokens"]


@dataclass(frozen=True)
class InputForm:
    """The form in which a step takes symbols.

    Attributes:
        alphabet: The alphabet.
        kind: One-hot vectors of float32 numbers, or token numbers (int64).
        batched: Whether the first axis counts examples.
        apart: For tokens: whether a symbol is one number for each tape. Otherwise it is the number of the symbol.
    """

    alphabet: Alphabet
    kind: Inputs
    batched: bool
    apart: bool = False

    def tensor(self, symbols: Symbols) -> Any:
        """Symbols of any shape as a tensor: one-hot vectors add an axis, and so do the numbers of several tapes."""
        import torch

        if self.kind == "one-hot":
            return torch.from_numpy(self.alphabet.one_hot(symbols))
        return torch.from_numpy(self.alphabet.letters_of(symbols) if self.apart else symbols.astype(np.int64))

    def one(self, symbol: int) -> Any:
        """One symbol as the step takes it."""
        return self.tensor(np.full((1,) if self.batched else (), symbol, np.uint64))

    @property
    def text(self) -> str:
        """The shape of one symbol, for messages."""
        numbers = [self.alphabet.encoded] if self.kind == "one-hot" else [self.alphabet.tapes] * self.apart
        kind = "one-hot" if self.kind == "one-hot" else "tokens"
        return f"{kind} x of {[1] * self.batched + numbers}"
