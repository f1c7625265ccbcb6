"""How strongly words determine each transition of a machine: how many of them every other next state would contradict.

The machine may have unknown entries (`UNKNOWN`). A run that meets one is not followed further.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.inference.words import UNKNOWN, LabelledWords

MOST_COUNTED = 8
"""Evidence is counted up to this number: a transition for which 8 words speak is as certain as one for which 800 do."""

VISIT_BLOCKS = (0, MOST_COUNTED, 64)
"""A transition's uses are looked at in blocks, which start at these. Nearly all next states are refuted by the first 8 uses."""


@dataclass(frozen=True)
class Tables:
    """A machine with unknown entries, which starts in state 0.

    Attributes:
        delta: `[Q, A]` next states, `UNKNOWN` where not determined.
        output: `[Q, A]` output classes, `UNKNOWN` where not known.
    """

    delta: NDArray[np.int64]
    output: NDArray[np.int64]

    def with_lost_state(self) -> "Tables":
        """The machine with one more state, Q, for runs that have met an unknown next state. A run stays there."""
        states, symbols = self.delta.shape
        delta = np.vstack([np.where(self.delta == UNKNOWN, states, self.delta), np.full((1, symbols), states)])
        return Tables(delta, np.vstack([self.output, np.full((1, symbols), UNKNOWN)]))

    def trace(self, words: LabelledWords) -> NDArray[np.int64]:
        """`[N, T]`, the state before each step, Q after an unknown next state."""
        delta = self.with_lost_state().delta
        states = np.zeros(words.symbols.shape, np.int64)
        for step in range(1, words.symbols.shape[1]):
            states[:, step] = delta[states[:, step - 1], words.symbols[:, step - 1]]
        return states


@dataclass(frozen=True)
class _Uses:
    """The steps of all words that lead from a known state to a needed step: word, step and pair (state × symbols + symbol).

    Attributes:
        rank: The number of each use among the uses of its pair.
    """

    word: NDArray[np.int64]
    step: NDArray[np.int64]
    pair: NDArray[np.int64]
    rank: NDArray[np.int64]


def refutations(tables: Tables, words: LabelledWords) -> NDArray[np.int32]:
    """`[Q, A, Q]`: the uses of a transition in which that next state would contradict a known output, counted up to `MOST_COUNTED`.

    0 for the next state that the machine has: the words never contradict it.
    """
    states, symbols = tables.delta.shape
    uses = _uses(tables, words)
    counts = np.zeros((states * symbols, states), np.int32)
    lost = tables.with_lost_state()
    for block, first in enumerate(VISIT_BLOCKS):
        last = VISIT_BLOCKS[block + 1] if block + 1 < len(VISIT_BLOCKS) else len(uses.rank)
        chosen = np.flatnonzero((uses.rank >= first) & (uses.rank < last))
        # a million runs at the same time take about 40 MB
        for part in np.array_split(chosen, 1 + len(chosen) * states // 1_000_000):
            _count(lost, words, uses, part, counts)
    return np.minimum(counts, MOST_COUNTED).reshape(states, symbols, states)


def evidence_of(tables: Tables, refuted: NDArray[np.int32]) -> NDArray[np.int64]:
    """`[Q, A]`: how many uses of a transition speak against each other next state; of these numbers the least.

    0 where the next state is unknown. With one state there is no other next state, and the evidence is `MOST_COUNTED`.

    Args:
        tables: The machine.
        refuted: Its `refutations`.
    """
    own = tables.delta[:, :, None] == np.arange(len(tables.delta))
    return np.where(tables.delta == UNKNOWN, 0, np.where(own, MOST_COUNTED, refuted).min(axis=2))


def _uses(tables: Tables, words: LabelledWords) -> _Uses:
    trace, symbols = tables.trace(words), tables.delta.shape[1]
    pairs = trace * symbols + words.symbols
    word, step = np.nonzero(words.needed[:, 1:] & (trace[:, :-1] < len(tables.delta)))
    order = np.argsort(pairs[word, step], kind="stable")
    word, step = word[order], step[order]
    pair = pairs[word, step]
    return _Uses(word, step, pair, np.arange(len(pair)) - np.searchsorted(pair, pair))


def _count(lost: Tables, words: LabelledWords, uses: _Uses, chosen: NDArray[np.int64], counts: NDArray[np.int32]) -> None:
    """Counts, for each chosen use and each next state that is not refuted often enough yet, whether the word refutes it."""
    use, rival = np.nonzero(counts[uses.pair[chosen]] < MOST_COUNTED)
    use = chosen[use]
    other = rival != lost.delta.ravel()[uses.pair[use]]
    use, rival = use[other], rival[other]
    refuted = _refuted(lost, words, uses.word[use], uses.step[use], uses.pair[use], rival)
    np.add.at(counts, (uses.pair[use][refuted], rival[refuted]), 1)


def _refuted(
    lost: Tables,
    words: LabelledWords,
    word: NDArray[np.int64],
    step: NDArray[np.int64],
    pair: NDArray[np.int64],
    rival: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether a word's known outputs after a step contradict the machine in which `pair` leads to `rival`."""
    refuted = np.zeros(len(word), np.bool_)
    running, state, time = np.arange(len(word)), rival.copy(), step + 1
    symbols, length = lost.delta.shape[1], words.symbols.shape[1]
    while True:
        going = (time < length) & (state < len(lost.delta) - 1)
        running, state, time = running[going], state[going], time[going]
        if not len(running):
            return refuted
        symbol, known = words.symbols[word[running], time], words.outputs[word[running], time]
        output = lost.output[state, symbol]
        wrong = (known != UNKNOWN) & (output != UNKNOWN) & (known != output)
        refuted[running[wrong]] = True
        state = np.where(state * symbols + symbol == pair[running], rival[running], lost.delta[state, symbol])
        running, state, time = running[~wrong], state[~wrong], time[~wrong] + 1
