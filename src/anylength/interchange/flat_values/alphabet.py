"""The symbols that a foreign step reads, and what depends on the symbol alone: tables with a column for each symbol."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.base import Symbols
from anylength.interchange.flat_values.arithmetic import FlatArithmetic
from anylength.interchange.flat_values.flat import Flat, Operand, flat
from anylength.programs import Traced


@dataclass(frozen=True)
class Alphabet:
    """The alphabet of a net: a symbol is one letter for each tape.

    Attributes:
        letters: Letters of a tape.
        tapes: Letters of a symbol.
    """

    letters: int
    tapes: int

    @property
    def encoded(self) -> int:
        """E: one one-hot vector for each tape, joined."""
        return self.letters * self.tapes

    @property
    def symbols(self) -> int:
        """A, the number of symbols."""
        return self.letters**self.tapes

    def letters_of(self, symbols: Symbols) -> np.ndarray:
        """The letters of symbols: one more axis, over the tapes."""
        return np.stack([symbols.astype(np.int64) // self.letters**tape % self.letters for tape in range(self.tapes)], axis=-1)

    def one_hot(self, symbols: Symbols) -> np.ndarray:
        """The encoded symbols: one more axis of E numbers."""
        vectors = np.eye(self.letters, dtype=np.float32)[self.letters_of(symbols)]
        return vectors.reshape(*symbols.shape, self.encoded)


def by_symbol(
    arithmetic: FlatArithmetic,
    alphabet: Alphabet,
    table: NDArray[np.float32],
    shape: tuple[int, ...],
    name: Callable[[NDArray[np.float32]], str] = lambda weight: "",
) -> Operand:
    """A table `[entries, A]` as an array: the column of the symbol. It is exact: one number of each row is taken.

    Args:
        arithmetic: The operations.
        alphabet: The alphabet.
        table: The entries of the array for each symbol.
        shape: The shape of the array.
        name: A matrix of weights → a name for it.
    """
    if np.isfinite(table).all() and (table == table[:, :1]).all():
        return table[:, 0].reshape(shape)
    weight, tapes = _weight(table, alphabet)
    if (tapes < 0).any():
        weight, symbol = table, _joint(arithmetic, alphabet)
    elif ((weight == 0) | (weight == 1)).all() and (weight.sum(axis=1) == 1).all():
        return Flat(arithmetic.tracer.symbol(), weight.argmax(axis=1).reshape(shape))
    else:
        tape = int(tapes[0])
        columns = slice(tape * alphabet.letters, (tape + 1) * alphabet.letters) if (tapes == tape).all() else slice(None)
        weight, symbol = weight[:, columns], flat(arithmetic.tracer.symbol())[columns].vector()
    tensor = arithmetic.tracer.weight(arithmetic.weights.named(weight, name(weight)))
    return flat(arithmetic.tracer.matmul(tensor, symbol), shape)


def _weight(table: NDArray[np.float32], alphabet: Alphabet) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """A matrix `[entries, E]` whose product with an encoded symbol gives the entries, and for each entry the tape that decides it.

    The tape is −1 where the letters on several tapes decide.
    """
    letters = alphabet.letters_of(np.arange(alphabet.symbols, dtype=np.uint64))
    weight, tapes = np.zeros((len(table), alphabet.encoded), np.float32), np.full(len(table), -1)
    for tape in range(alphabet.tapes):
        columns = table[:, alphabet.letters**tape * np.arange(alphabet.letters)]
        fits = (columns[:, letters[:, tape]] == table).all(axis=1) & (tapes < 0)
        weight[fits, tape * alphabet.letters : (tape + 1) * alphabet.letters] = columns[fits]
        tapes[fits] = tape
    return weight, tapes


def _joint(arithmetic: FlatArithmetic, alphabet: Alphabet) -> Traced:
    """The one-hot vector of the symbol's number: for each symbol the product of its letters' rows."""
    rows = alphabet.letters_of(np.arange(alphabet.symbols, dtype=np.uint64)) + np.arange(alphabet.tapes) * alphabet.letters
    joint, *others = [arithmetic.tracer.take(arithmetic.tracer.symbol(), column.tolist()) for column in rows.T]
    for other in others:
        joint = joint * other
    return joint
