"""Words to ask, so that the answers determine what examples leave open, or show that a complete machine is wrong."""

import numpy as np

from anylength.inference.inferred import Inferred, OpenPair, open_pairs
from anylength.inference.telling_words import TellingWords
from anylength.inference.words import Word

CHECKS = 100
"""Words that check a machine, at least. One word for each transition found no error in small machines that were wrong."""

MAX_QUESTIONS = 10_000
"""Most words asked in one round, the first pairs first."""


def questions(inferred: Inferred, rng: np.random.Generator) -> list[Word]:
    """One word for each open pair: the access word of its state, its symbol, and a suffix.

    The suffix is a few random symbols, or a shortest word that tells two of the possible next states apart; chance decides.
    """
    tell_apart = TellingWords(inferred)
    return [(*pair.access, pair.symbol, *_suffix(inferred, pair, tell_apart, rng)) for pair in open_pairs(inferred)[:MAX_QUESTIONS]]


def _suffix(inferred: Inferred, pair: OpenPair, tell_apart: TellingWords, rng: np.random.Generator) -> Word:
    possible = np.flatnonzero(inferred.possible[pair.state, pair.symbol]).tolist()
    # the other half, random suffixes, find states that are not known yet
    if pair.output_known and len(possible) > 1 and rng.random() < 0.5:
        word = tell_apart.any_two(possible, rng)
        if word:
            return word
    # the next state shows in the outputs on random symbols after the pair; each round draws new ones
    return _random(inferred, rng, int(pair.output_known), 3)


def checks(inferred: Inferred, rng: np.random.Generator) -> list[Word]:
    """Words that test a complete machine, the same number for each transition and at least `CHECKS` in all.

    Each consists of an access word, the symbol, a few random symbols and a word that tells two states apart.
    """
    tell_apart, states = TellingWords(inferred), list(range(inferred.states))
    transitions = [(*access, symbol) for access in inferred.access_words().values() for symbol in range(inferred.symbols)]
    each = -(-CHECKS // len(transitions))
    return [
        # up to two random symbols between (as in the W-method, Chow 1978)
        (*word, *_random(inferred, rng, 0, 2), *tell_apart.any_two(states, rng))
        for word in transitions[:MAX_QUESTIONS]
        for _ in range(each)
    ]


def _random(inferred: Inferred, rng: np.random.Generator, shortest: int, longest: int) -> Word:
    return tuple(rng.integers(0, inferred.symbols, rng.integers(shortest, longest + 1)).tolist())
