"""Guesses for what words leave open: by analogy between symbols, else by a fixed rule. Only for a user who asks for guesses.

Two symbols are *alike* if they agree on every state where both are known, and have one next state and output in common in a state
where some other symbol does something else. What all symbols alike to one symbol do in a state is what that symbol is taken to do.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anylength.inference.inferred import Inferred, machine, open_pairs
from anylength.inference.words import UNKNOWN, Word
from anylength.machines import Machine, minimise

DEFAULT_RULE = "the state stays, and the output is the most frequent one of the machine"
"""What is taken where no symbol is alike, in words for people."""


@dataclass(frozen=True)
class FilledPair:
    """An open pair and what was taken for it.

    Attributes:
        symbol: The symbol.
        access: A shortest word that leads to the state.
        output: The output.
        by: Whether analogy gave both the output and the next state where they were open, or the default rule one of them.
    """

    symbol: int
    access: Word
    output: int
    by: Literal["analogy", "default"]


def filled(inferred: Inferred) -> tuple[Machine, list[FilledPair]]:
    """The smallest machine after all open pairs were filled, and what was taken for each of them."""
    delta, output = by_analogy(inferred)
    usual = int(np.bincount(inferred.output[inferred.output != UNKNOWN]).argmax())
    pairs = []
    for pair in open_pairs(inferred):
        state, symbol = pair.state, pair.symbol
        by_default = UNKNOWN in (delta[state, symbol], output[state, symbol])
        delta[state, symbol] = state if delta[state, symbol] == UNKNOWN else delta[state, symbol]
        output[state, symbol] = usual if output[state, symbol] == UNKNOWN else output[state, symbol]
        pairs.append(FilledPair(symbol, pair.access, int(output[state, symbol]), "default" if by_default else "analogy"))
    return minimise(machine(delta, output)), pairs


def by_analogy(inferred: Inferred) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`delta` and `output` with the entries that alike symbols agree on. It repeats while entries are added."""
    delta, output = inferred.delta.copy(), inferred.output.copy()
    while True:
        known = int((delta != UNKNOWN).sum() + (output != UNKNOWN).sum())
        before = delta.copy(), output.copy()
        for symbol in np.flatnonzero(((delta == UNKNOWN) | (output == UNKNOWN)).any(axis=0)).tolist():
            alike = _alike(*before, symbol)
            for table, old in zip((delta, output), before, strict=True):
                _take_unanimous(table, old[:, alike], symbol)
        if known == int((delta != UNKNOWN).sum() + (output != UNKNOWN).sum()):
            return delta, output


def _alike(delta: NDArray[np.int64], output: NDArray[np.int64], symbol: int) -> NDArray[np.bool_]:
    """`[A]`, the symbols that are alike to one symbol."""
    differs = np.zeros(delta.shape[1], np.bool_)
    same = np.ones(delta.shape, np.bool_)
    both_known = np.ones(delta.shape, np.bool_)
    for table in (delta, output):
        known = (table != UNKNOWN) & (table[:, [symbol]] != UNKNOWN)
        differs |= (known & (table != table[:, [symbol]])).any(axis=0)
        same &= table == table[:, [symbol]]
        both_known &= known
    telling = (both_known & ~same).any(axis=1)
    alike = ~differs & (same & both_known & telling[:, None]).any(axis=0)
    alike[symbol] = False
    return alike


def _take_unanimous(table: NDArray[np.int64], alike: NDArray[np.int64], symbol: int) -> None:
    """Fills the unknown entries of a symbol's column in which all known entries of the alike symbols are equal."""
    if not alike.shape[1]:
        return
    least = np.where(alike == UNKNOWN, np.iinfo(np.int64).max, alike).min(axis=1)
    most = alike.max(axis=1)
    take = (table[:, symbol] == UNKNOWN) & (most != UNKNOWN) & (least == most)
    table[take, symbol] = most[take]
