"""A machine inferred from words. It knows what the words leave open: pairs of a state and a symbol."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.inference.evidence import Tables
from anylength.inference.words import UNKNOWN, LabelledWords, Word, written
from anylength.machines import Machine, explore, minimise

NAMED_PAIRS = 3
"""Open pairs that a message names: a line holds three short words."""


@dataclass(frozen=True)
class OpenPair:
    """A state and a symbol of which the words do not determine the output, the next state, or both.

    Attributes:
        state: The state.
        symbol: The symbol.
        access: A shortest word that leads to the state. The pair in words: "`symbol` after `access`".
        output_known: Whether some word shows the output. If not, no word shows the pair.
        next_known: Whether the words determine the next state.
    """

    state: int
    symbol: int
    access: Word
    output_known: bool
    next_known: bool


@dataclass(frozen=True, eq=False)
class Inferred:
    """A machine as far as words determine it. It starts in state 0; its states are numbered in breadth-first order.

    Attributes:
        delta: `[Q, A]` next states, `UNKNOWN` (−1) where the words do not determine one.
        output: `[Q, A]` output classes, `UNKNOWN` where no word shows one.
        evidence: `[Q, A]`: the uses of a transition that speak against each other next state, the least of these numbers
            (see `evidence_of`).
        possible: `[Q, A, Q]`, whether fewer uses than required speak against a next state.
        merges: How many merges were made.
        names: The symbols' names for messages; empty: their numbers.
    """

    delta: NDArray[np.int64]
    output: NDArray[np.int64]
    evidence: NDArray[np.int64]
    possible: NDArray[np.bool_]
    merges: int
    names: tuple[str, ...] = ()

    @property
    def states(self) -> int:
        """Q, the number of states."""
        return len(self.delta)

    @property
    def symbols(self) -> int:
        """A, the number of symbols."""
        return self.delta.shape[1]

    @property
    def complete(self) -> bool:
        """Whether the words determine every output and every next state."""
        return bool((self.delta != UNKNOWN).all() and (self.output != UNKNOWN).all())

    def outputs(self, words: LabelledWords) -> NDArray[np.int64]:
        """`[N, T]`, the outputs on words, `UNKNOWN` at an open pair and from there on."""
        lost = Tables(self.delta, self.output).with_lost_state()
        return lost.output[Tables(self.delta, self.output).trace(words), words.symbols]

    def agrees(self, words: LabelledWords) -> bool:
        """Whether the machine gives all known outputs of the words."""
        return bool((self.outputs(words) == words.outputs)[words.graded].all())

    def access_words(self) -> dict[int, Word]:
        """Each state, in breadth-first order, with a shortest word that leads to it."""
        lost = Tables(self.delta, self.output).with_lost_state()
        found = explore(0, range(self.symbols), lambda state, symbol: int(lost.delta[state, symbol]))
        return {state: word for state, word in found if state < self.states}


def open_pairs(inferred: Inferred) -> list[OpenPair]:
    """What the words leave open, by state and symbol."""
    access = inferred.access_words()
    pairs = np.argwhere((inferred.delta == UNKNOWN) | (inferred.output == UNKNOWN)).tolist()
    return [
        OpenPair(q, s, access[q], bool(inferred.output[q, s] != UNKNOWN), bool(inferred.delta[q, s] != UNKNOWN)) for q, s in pairs
    ]


def completed(inferred: Inferred) -> Machine:
    """The smallest machine of an inferred one without open pairs.

    Raises:
        InputError: A pair is open.
    """
    pairs = open_pairs(inferred)
    unseen = [pair for pair in pairs if not pair.output_known]
    remedy = "pass more examples, or let the task answer the words that are missing (--ask)"
    if unseen:
        raise InputError("examples of every symbol in every state", f"none of {named(unseen, inferred.names)}", remedy)
    if pairs:
        got = f"too few to tell which state follows {named(pairs, inferred.names)}"
        raise InputError("examples that determine every next state", got, remedy)
    return minimise(machine(inferred.delta, inferred.output))


def machine(delta: NDArray[np.int64], output: NDArray[np.int64]) -> Machine:
    """The machine of complete tables."""
    return Machine(0, tuple(map(tuple, delta.tolist())), tuple(map(tuple, output.tolist())))


def named(pairs: Iterable[OpenPair], names: Sequence[str] = ()) -> str:
    """Open pairs in words, the first ones only, with the symbols' names or numbers."""
    texts = [f"symbol {written((pair.symbol,), names)} {_after(pair.access, names)}" for pair in pairs]
    more = f" and {len(texts) - NAMED_PAIRS:,} more" if len(texts) > NAMED_PAIRS else ""
    return ", ".join(texts[:NAMED_PAIRS]) + more


def _after(access: Word, names: Sequence[str]) -> str:
    return f"after the word {written(access, names)}" if access else "at the start"
