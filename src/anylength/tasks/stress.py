"""Stress inputs for any finite-state machine: words in which a state is set, kept, left, or must not arise.

All families follow from the machine's table. `held_inputs` defines when a symbol *holds* a state. A symbol *sets* a state when it
leads there from every state.
"""

from functools import lru_cache

import numpy as np

from anylength.machines import Machine, reachable
from anylength.tasks.held_inputs import carry_chains_of, evenly_chosen, held_states, reset_symbols
from anylength.tasks.layout import symbol_type
from anylength.tasks.task import StressFamily, StressMaker

SAMPLES = 256
"""Words of each random family. A failure rate of 1 % is then missed with probability 0.99^256 = 8 %."""

SHORT = 24
"""Carry chains of up to this many symbols are followed by every pair of symbols where `MAX_PAIRS` allows; longer ones by a few."""

MEDIUM, LONG = 200, 500
"""Longest words, in symbols, of families with thousands of words, and of those with `SAMPLES`. They bound the cost of a test."""

MAX_PAIRS = 4 * SAMPLES
"""Most pairs of symbols × carry chains for which every pair is tried: enough for the 100 pairs of `count`."""

MAX_LEFT, MAX_SYSTEMATIC = 24 * SAMPLES, 8 * SAMPLES
"""Most words of the family `left`, and of `broken` and `near-miss` each: evenly chosen where there are more."""

RANDOM_PAIRS, INTERRUPTIONS = 16, 12
"""Where not all are tried: random pairs of symbols after a chain, and symbols that interrupt a chain."""

DENSE_LENGTHS, LENGTH_RATIO = 32, 1.25
"""Chain lengths tried: every length up to the first number, then each longer by this factor."""


def machine_families(machine: Machine, tail: int) -> StressMaker:
    """The maker of a machine's stress inputs. Every family ends with `tail` steps of symbol 0."""

    def make(rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
        del base
        words = _stress_words(machine)
        families: list[tuple[str, str, list[list[int]]]] = [
            ("transitions", "every transition of the machine, then random symbols", words.transitions(rng, limit)),
            ("held", "one symbol repeated up to the limit", words.held(limit)),
            ("left", "one symbol repeated, then any two symbols", words.left(rng, min(limit, MEDIUM))),
            ("broken", "a repeated symbol, interrupted once by another one", words.broken(rng, min(limit, MEDIUM))),
            ("near-miss", "a repeated symbol, its neighbour in one place", words.near_miss(min(limit, MEDIUM))),
            ("propagated", "a random mix of symbols that keep the state", words.propagated(rng, min(limit, LONG))),
            ("generated", "a random mix of symbols that set the state", words.generated(rng, min(limit, LONG))),
            ("rich", "random symbols, most of which keep the state", words.rich(rng, min(limit, LONG))),
            ("random", "uniformly random symbols", words.random(rng, min(limit, LONG))),
        ]  # fmt: skip
        return [_family(machine.symbols, tail, name, description, found) for name, description, found in families if found]

    return make


@lru_cache(16)
def _stress_words(machine: Machine) -> "_StressWords":
    return _StressWords(machine)


class _StressWords:
    """The words of each family, as lists of symbols. `limit` is the longest word in symbols, without tail."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._chains = machine, carry_chains_of(machine)
        self._prefixes = reachable(machine)
        self._held = [held_states(machine, list(self._prefixes), s) for s in range(machine.symbols)]
        self._resets = reset_symbols(machine)

    def _random_symbols(self, rng: np.random.Generator, size: int) -> list[int]:
        return rng.integers(0, self._machine.symbols, size).tolist()

    def transitions(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Each state's shortest word, then each symbol, then random ones."""
        words = [[*prefix, s] for prefix in self._prefixes.values() if len(prefix) < limit for s in range(self._machine.symbols)]
        # random symbols show a wrong state that the transition's own output hides
        return [word + self._random_symbols(rng, min(3, limit - len(word))) for word in words]

    def held(self, limit: int) -> list[list[int]]:
        """Each carry chain, as long as the limit."""
        return [
            [*chain.prefix, *[chain.symbol] * (limit - len(chain.prefix))] for chain in self._chains if len(chain.prefix) < limit
        ]

    def left(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Carry chains of many lengths, each followed by two symbols."""
        words = []
        for chain in self._chains:
            for length in _lengths_up_to(limit - len(chain.prefix) - 2):
                words += [[*chain.prefix, *[chain.symbol] * length, *pair] for pair in self._pairs(rng, length)]
        return evenly_chosen(words, MAX_LEFT)

    def _pairs(self, rng: np.random.Generator, chain_length: int) -> list[list[int]]:
        """Pairs of symbols after a chain: all of them, or a few random ones."""
        size = self._machine.symbols
        if chain_length <= SHORT and size * size * len(self._chains) <= MAX_PAIRS:
            return [[first, second] for first in range(size) for second in range(size)]
        return rng.integers(0, size, (min(size, RANDOM_PAIRS), 2)).tolist()

    def broken(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A carry chain, one other symbol, the chain's symbol again."""
        words = []
        for chain in self._chains:
            others = [s for s in range(self._machine.symbols) if s != chain.symbol]
            for length in _lengths_up_to(limit - len(chain.prefix) - 2):
                rest = max(1, min(length, limit - len(chain.prefix) - length - 1))
                few = others if len(others) <= INTERRUPTIONS else rng.choice(others, INTERRUPTIONS, replace=False).tolist()
                words += [[*chain.prefix, *[chain.symbol] * length, other, *[chain.symbol] * rest] for other in few]
        return evenly_chosen(words, MAX_SYSTEMATIC)

    def near_miss(self, limit: int) -> list[list[int]]:
        """A carry chain whose first, middle or last symbol is replaced by its neighbour."""
        words = []
        for chain in self._chains:
            neighbour = chain.symbol - 1 if chain.symbol else 1 % self._machine.symbols
            for length in _lengths_up_to(limit - len(chain.prefix)):
                for place in {0, length // 2, length - 1}:
                    word = [*chain.prefix, *[chain.symbol] * length]
                    word[len(chain.prefix) + place] = neighbour
                    words.append(word)
        return evenly_chosen(words, MAX_SYSTEMATIC)

    def propagated(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A state's shortest word, a random mix of symbols that hold it and lead back to it at once, two random symbols."""
        keeping = {q: self._keeping(q) for q in self._prefixes}
        return self._mixed(rng, limit, {q: symbols for q, symbols in keeping.items() if symbols})

    def generated(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A state's shortest word, a random mix of the symbols that set it, two random symbols."""
        return self._mixed(rng, limit, {q: symbols for q, symbols in self._resets.items() if q in self._prefixes})

    def _keeping(self, state: int) -> list[int]:
        delta = self._machine.delta[state]
        return [s for s in range(self._machine.symbols) if delta[s] == state and state in self._held[s]]

    def _mixed(self, rng: np.random.Generator, limit: int, mixes: dict[int, list[int]]) -> list[list[int]]:
        """`SAMPLES` words: the states of `mixes` in turn, each with a random number of random symbols of its mix."""
        words = []
        states = [q for q in mixes if len(self._prefixes[q]) + 2 < limit]
        for index in range(SAMPLES if states else 0):
            q = states[index % len(states)]
            lengths = _lengths_up_to(limit - len(self._prefixes[q]) - 2)
            length = lengths[int(rng.integers(len(lengths)))]
            words.append([*self._prefixes[q], *rng.choice(mixes[q], length).tolist(), *self._random_symbols(rng, 2)])
        return words

    def rich(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Random words, most of whose symbols hold the state that the machine is in."""
        if not self._chains:
            return []
        holding = {q: [s for s in range(self._machine.symbols) if q in self._held[s]] for q in self._prefixes}
        return [self._walk(rng, int(rng.integers(1, limit + 1)), holding) for _ in range(SAMPLES)]

    def _walk(self, rng: np.random.Generator, length: int, holding: dict[int, list[int]]) -> list[int]:
        state, word = self._machine.start, self._random_symbols(rng, length)
        keep_rate, draws = rng.uniform(0.3, 0.98), rng.random((2, length))
        for t in range(length):
            mix = holding[state]
            if mix and draws[0, t] < keep_rate:
                word[t] = mix[int(draws[1, t] * len(mix))]
            state = self._machine.delta[state][word[t]]
        return word

    def random(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Uniformly random symbols, uniformly random lengths."""
        return [self._random_symbols(rng, int(rng.integers(1, limit + 1))) for _ in range(SAMPLES)]


def _lengths_up_to(limit: int) -> list[int]:
    """Lengths from 1 to `limit`: all the short ones, then ever wider steps, and `limit` itself. None where `limit` < 1."""
    if limit < 1:
        return []
    lengths = {*range(1, min(limit, DENSE_LENGTHS) + 1), limit}
    length = float(DENSE_LENGTHS)
    while (length := length * LENGTH_RATIO) < limit:
        lengths.add(int(length))
    return sorted(lengths)


def _family(alphabet: int, tail: int, name: str, description: str, words: list[list[int]]) -> StressFamily:
    """Pads the words into one batch."""
    lengths = np.array([len(word) for word in words])
    symbols = np.zeros((int(lengths.max()) + tail, len(words)), symbol_type(alphabet))
    for column, word in enumerate(words):
        symbols[: len(word), column] = word
    return StressFamily(name, description, symbols, lengths)
