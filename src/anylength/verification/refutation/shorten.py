"""Making a wrong word shorter: leave stretches out, search in order of length, replace the head by a shorter word to a near state.

Every step is confirmed by the replay; what comes out is never longer than what went in.
"""

from collections.abc import Callable, Iterator

import numpy as np

from anylength.verification.refutation.exhaustive import exhaustive, longest
from anylength.verification.refutation.hunt import Attack, Hunt, Result
from anylength.verification.refutation.merged import by_length
from anylength.verification.refutation.simulator import Front, joined
from anylength.verification.refutation.words import Word

Confirm = Callable[[Word], Word | None]
"""The replay: the word cut to its first wrong answer, or None."""

LONGEST = 2_500
"""Longer words are only held against all short ones."""

ALL_CUTS = 60
PLACES = 64
COLUMNS, MORE = 1_200_000, 12_000_000
"""All words up to so many are tried; up to the larger number where that settles whether the word is a shortest one."""

WIDTHS = (0.1, 0.02)
CAP = 30_000
HEADS = 12_000
NEAR = 12
TRIES = 8


def shortened(hunt: Hunt, word: Word, starts: Front, confirm: Confirm) -> tuple[Word, bool]:
    """A wrong word no longer than `word`, and whether every shorter word was tried (in float32) and is right."""
    word = _fewer(hunt, word, confirm)
    roots = joined([hunt.simulator.start(), starts])
    for width in WIDTHS:
        word = _earliest(hunt, by_length(hunt, roots, width, CAP, len(word)), word, confirm)[0]
    word = _fewer(hunt, _other_head(hunt, word, confirm), confirm)
    columns = MORE if longest(hunt, MORE) >= len(word) - 1 else COLUMNS
    word, tried = _earliest(hunt, exhaustive(hunt, columns, below=len(word)), word, confirm)
    return word, tried is None or tried >= len(word) - 1


def _earliest(hunt: Hunt, attack: Attack[Result], word: Word, confirm: Confirm) -> tuple[Word, Result | None]:
    """The first confirmed word of an attack that yields words in order of length, with None; or `word` and the attack's result."""
    while True:
        try:
            suspect = next(attack)
        except StopIteration as stop:
            return word, stop.value
        if len(suspect) < len(word) and (found := confirm(suspect)):
            return found, None


def _fewer(hunt: Hunt, word: Word, confirm: Confirm) -> Word:
    """The word with stretches left out for as long as it stays wrong."""
    while len(word) <= LONGEST and not hunt.clock.over:
        shorter = _shortest(hunt, list(_cuts(word)), len(word), confirm)
        if shorter is None:
            break
        word = shorter
    return word


def _cuts(word: Word) -> Iterator[Word]:
    """The word with one stretch left out: any stretch of a short word, of a long one those of 1, 2, 4, … symbols at some places."""
    length = len(word)
    if length <= ALL_CUTS:
        places, sizes = range(length), range(1, length)
    else:
        places, sizes = range(0, length, -(-length // PLACES)), [1 << bit for bit in range(length.bit_length())]
    yield from {word[:place] + word[place + size :] for place in places for size in sizes if place + size < length}


def _shortest(hunt: Hunt, words: list[Word], below: int, confirm: Confirm) -> Word | None:
    """The shortest confirmed wrong word among the beginnings of `words`, if it is shorter than `below`."""
    if not words:
        return None
    wrong = hunt.simulator.first_wrong(words)
    found = sorted({word[: at + 1] for word, at in zip(words, wrong, strict=True) if 0 <= at < below - 1}, key=len)
    return next((cut for word in found[:TRIES] if (cut := confirm(word))), None)


def _other_head(hunt: Hunt, word: Word, confirm: Confirm) -> Word:
    """The word with its head replaced by a shorter one that leads to a near state, where the answer stays wrong."""
    if not 2 < len(word) <= LONGEST:
        return word
    word, heads = _earliest(hunt, by_length(hunt, hunt.simulator.start(), WIDTHS[-1], HEADS, len(word)), word, confirm)
    if heads is None:
        return word
    states, at = hunt.simulator.along(word)
    lengths, candidates = hunt.tree.lengths(heads.nodes), []
    for place in range(2, len(word)):
        far = np.abs(heads.states - states[:, place : place + 1]).max(axis=0)
        far[(heads.at != at[place]) | (lengths >= place)] = np.inf
        near = np.argsort(far)[:NEAR]
        candidates += [hunt.tree.word(int(heads.nodes[n])) + word[place:] for n in near if np.isfinite(far[n])]
        if hunt.clock.over:
            break
    return _shortest(hunt, candidates, len(word), confirm) or word
