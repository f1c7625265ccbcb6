"""The symbols that a step reads, as PyTorch gets them: one-hot vectors or token numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from anylength.base import InputError, Symbols, brief
from anylength.interchange.flat_values import Alphabet

Inputs = Literal["one-hot", "tokens"] | Sequence[int]
"""What a step takes: one-hot vectors, token numbers, or of each symbol its token number: the row of an embedding."""

KINDS = ("one-hot", "tokens")


@dataclass(frozen=True)
class InputForm:
    """The form in which a step takes symbols.

    Attributes:
        alphabet: The alphabet.
        kind: One-hot vectors of float32 numbers, or token numbers (int64).
        batched: Whether the first axis counts examples.
        apart: For tokens: whether a symbol is one number for each tape. Otherwise it is the number of the symbol.
        rows: For tokens: the number that stands for each of these; None: itself.
    """

    alphabet: Alphabet
    kind: Literal["one-hot", "tokens"]
    batched: bool
    apart: bool = False
    rows: tuple[int, ...] | None = None

    def tensor(self, symbols: Symbols) -> Any:
        """Symbols of any shape as a tensor: one-hot vectors add an axis, and so do the numbers of several tapes."""
        import torch

        if self.kind == "one-hot":
            return torch.from_numpy(self.alphabet.one_hot(symbols))
        tokens = self.alphabet.letters_of(symbols) if self.apart else symbols.astype(np.int64)
        return torch.from_numpy(tokens if self.rows is None else np.array(self.rows)[tokens])

    def one(self, symbol: int) -> Any:
        """One symbol as the step takes it."""
        return self.tensor(np.full((1,) if self.batched else (), symbol, np.uint64))

    @property
    def tokens(self) -> int:
        """How many token numbers there are."""
        return self.alphabet.letters if self.apart else self.alphabet.symbols

    @property
    def text(self) -> str:
        """The shape of one symbol, for messages."""
        numbers = [self.alphabet.encoded] if self.kind == "one-hot" else [self.alphabet.tapes] * self.apart
        kind = "one-hot" if self.kind == "one-hot" else "tokens"
        return f"{kind} x of {[1] * self.batched + numbers}"


def forms_of(alphabet: Alphabet, inputs: Inputs | None, kinds: Sequence[Literal["one-hot", "tokens"]]) -> Iterator[InputForm]:
    """The forms to try, without a batch axis: of these kinds, or of the one that is given.

    Raises:
        InputError: The given one is none.
    """
    rows = None if inputs is None or isinstance(inputs, str) else tuple(inputs)
    if isinstance(inputs, str) and inputs not in KINDS:
        raise InputError('inputs="one-hot" or inputs="tokens"', repr(inputs), "leave it out: it is found by trying")
    if rows is not None and (len(rows) not in (alphabet.symbols, alphabet.letters) or len(set(rows)) < len(rows)):
        raise InputError(f"inputs= with another row for each of {alphabet.symbols} symbols", brief(list(rows)), "count them from 0")
    for kind in ("tokens",) if rows is not None else (inputs,) if isinstance(inputs, str) else kinds:
        for apart in (False, True) if kind == "tokens" and alphabet.tapes > 1 else (False,):
            form = InputForm(alphabet, kind, batched=False, apart=apart, rows=rows)
            if rows is None or len(rows) == form.tokens:
                yield form
