"""Shortest words on which two states of an inferred machine have different known outputs."""

from collections import deque

import numpy as np

from anylength.inference.inferred import Inferred
from anylength.inference.words import UNKNOWN, Word


class TellingWords:
    """Words that tell two states of a machine apart. Each is searched once."""

    def __init__(self, inferred: Inferred) -> None:
        self._delta, self._output = inferred.delta.tolist(), inferred.output.tolist()
        self._found: dict[tuple[int, int], Word | None] = {}

    def __call__(self, first: int, second: int) -> Word | None:
        """A shortest word on whose last symbol the known outputs of two states differ. None if the search finds none."""
        pair = first, second
        if pair not in self._found:
            self._found[pair] = self._search(pair)
        return self._found[pair]

    def any_two(self, states: list[int], rng: np.random.Generator) -> Word:
        """A word that tells two of the given states apart, which chance chooses; the empty word if the search finds none."""
        if len(states) < 2:
            return ()
        first, second = sorted(rng.choice(states, 2, replace=False).tolist())
        return self(first, second) or ()

    def _search(self, start: tuple[int, int]) -> Word | None:
        visited = {start}
        queue: deque[tuple[tuple[int, int], Word]] = deque([(start, ())])
        while queue:
            (p, q), word = queue.popleft()
            for symbol, (at_p, at_q) in enumerate(zip(self._output[p], self._output[q], strict=True)):
                if UNKNOWN not in (at_p, at_q) and at_p != at_q:
                    return (*word, symbol)
            for symbol, pair in enumerate(zip(self._delta[p], self._delta[q], strict=True)):
                # a machine of 60 states has 1,770 pairs
                if UNKNOWN not in pair and pair[0] != pair[1] and pair not in visited and len(visited) < 2_000:
                    visited.add(pair)
                    queue.append((pair, (*word, symbol)))
        return None
