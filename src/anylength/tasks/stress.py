"""Stress inputs for any finite machine: words on which something is generated, propagated, held, lost or must not be invented.

A symbol *holds* a state when the state lies on a cycle under it and some other state would stay apart from it for ever: the net
must then remember which of them it is in for as long as the symbol is repeated (for `count`: the carry under nines, and its
absence too). A symbol *generates* a state when it leads there from everywhere. All families follow from the machine's table.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np

from anylength.machines import Machine, reachable
from anylength.tasks.layout import symbol_type
from anylength.tasks.task import CarryChain, StressFamily, StressMaker

SAMPLES = 256
"""Words per random family, and about the most of a systematic one's parts."""

MOST_HOLDS = 64
SHORT, MEDIUM, LONG = 24, 200, 500
"""Limits in symbols of the families that need many words."""

Item = TypeVar("Item")


def carry_chains_of(machine: Machine) -> list[CarryChain]:
    """Every (shortest word to a state, symbol that holds it), at most `MOST_HOLDS` of them, evenly chosen."""
    words = reachable(machine)
    apart = [_kept_apart(machine, list(words), s) for s in range(machine.symbols)]
    return _few([CarryChain(word, s) for s, kept in enumerate(apart) for q, word in words.items() if q in kept], MOST_HOLDS)


def _kept_apart(machine: Machine, states: list[int], symbol: int) -> set[int]:
    """The states on cycles under a symbol, where there are two or more of them."""
    image, before = set(states), 0
    while len(image) != before:
        before, image = len(image), {machine.delta[q][symbol] for q in image}
    return image if len(image) > 1 else set()


def machine_families(machine: Machine, tail: int) -> StressMaker:
    """The maker of stress inputs of a machine; every family leaves room for `tail` zeros."""

    def make(rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
        del base
        plan = _plan(machine)
        families: list[tuple[str, str, list[list[int]]]] = [
            ("transitions", "every transition, then random symbols", plan.transitions(rng, limit)),
            ("held", "a state held up to the limit", plan.held(limit)),
            ("left", "a state held so long, then any two symbols", plan.left(rng, min(limit, MEDIUM))),
            ("broken", "a hold broken by one other symbol", plan.broken(rng, min(limit, MEDIUM))),
            ("near-miss", "a hold with a near miss in one place", plan.near_miss(min(limit, MEDIUM))),
            ("propagated", "kept by a mix of holding symbols", plan.propagated(rng, min(limit, LONG))),
            ("generated", "made anew by symbols that lead there", plan.generated(rng, min(limit, LONG))),
            ("rich", "random, rich in holding symbols", plan.rich(rng, min(limit, LONG))),
            ("random", "uniformly random symbols", plan.random(rng, min(limit, LONG))),
        ]  # fmt: skip
        return [_family(machine.symbols, tail, name, says, words) for name, says, words in families if words]

    return make


@lru_cache(16)
def _plan(machine: Machine) -> "_Plan":
    return _Plan(machine, carry_chains_of(machine))


class _Plan:
    """The words of each family, as lists of symbols."""

    def __init__(self, machine: Machine, carry_chains: Sequence[CarryChain]) -> None:
        self._machine, self._ripples = machine, carry_chains
        self._words = reachable(machine)
        self._apart = [_kept_apart(machine, list(self._words), s) for s in range(machine.symbols)]
        self._resets = _resets(machine)

    def _any(self, rng: np.random.Generator, size: int) -> list[int]:
        return rng.integers(0, self._machine.symbols, size).tolist()

    def transitions(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Each state's shortest word, each symbol after it."""
        pairs = [[*word, s] for word in self._words.values() if len(word) < limit for s in range(self._machine.symbols)]
        return [word + self._any(rng, min(3, limit - len(word))) for word in pairs]

    def held(self, limit: int) -> list[list[int]]:
        """One word for every hold, as long as the limit."""
        return [[*r.prefix, *[r.symbol] * (limit - len(r.prefix))] for r in self._ripples if len(r.prefix) < limit]

    def left(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Holds of exact lengths and what comes after them: every symbol after short ones, random ones after longer ones."""
        words = []
        for r in self._ripples:
            room = limit - len(r.prefix) - 2
            for k in _ladder(room) if room > 0 else []:
                after = self._endings(rng, k)
                words += [[*r.prefix, *[r.symbol] * k, *pair] for pair in after]
        return _few(words, 24 * SAMPLES)

    def _endings(self, rng: np.random.Generator, held: int) -> list[list[int]]:
        """Pairs of symbols: all of them where that is not too much work."""
        size = self._machine.symbols
        if held <= SHORT and size * size * len(self._ripples) <= 4 * SAMPLES:
            return [[a, b] for a in range(size) for b in range(size)]
        return [[int(a), int(b)] for a, b in rng.integers(0, size, (min(size, 16), 2))]

    def broken(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A hold, one other symbol, the hold's symbol again."""
        words = []
        for r in self._ripples:
            for k in _ladder(limit - len(r.prefix) - 2) if limit - len(r.prefix) > 2 else []:
                others = [s for s in range(self._machine.symbols) if s != r.symbol]
                for other in others if len(others) <= 12 else rng.choice(others, 12, replace=False).tolist():
                    rest = max(1, min(k, limit - len(r.prefix) - k - 1))
                    words.append([*r.prefix, *[r.symbol] * k, other, *[r.symbol] * rest])
        return _few(words, 8 * SAMPLES)

    def near_miss(self, limit: int) -> list[list[int]]:
        """A hold with a neighbouring symbol first, in the middle or last."""
        words = []
        for r in self._ripples:
            for k in _ladder(limit - len(r.prefix)) if limit > len(r.prefix) else []:
                for place in {0, k // 2, k - 1}:
                    word = [*r.prefix, *[r.symbol] * k]
                    word[len(r.prefix) + place] = r.symbol - 1 if r.symbol else 1 % self._machine.symbols
                    words.append(word)
        return _few(words, 8 * SAMPLES)

    def propagated(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A state's word, a random mix of the symbols that keep it without making it, two random symbols."""
        keeping = {q: self._keeping(q) for q in self._words}
        return self._chains(rng, limit, {q: symbols for q, symbols in keeping.items() if symbols})

    def generated(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A state's word, a random mix of the symbols that make it from everywhere, two random symbols."""
        return self._chains(rng, limit, {q: symbols for q, symbols in self._resets.items() if q in self._words})

    def _keeping(self, state: int) -> list[int]:
        delta = self._machine.delta[state]
        return [s for s in range(self._machine.symbols) if delta[s] == state and state in self._apart[s]]

    def _chains(self, rng: np.random.Generator, limit: int, mixes: dict[int, list[int]]) -> list[list[int]]:
        words = []
        states = [q for q in mixes if len(self._words[q]) + 2 < limit]
        for at in range(SAMPLES if states else 0):
            q = states[at % len(states)]
            room = limit - len(self._words[q]) - 2
            length = _ladder(room)[int(rng.integers(len(_ladder(room))))]
            words.append([*self._words[q], *rng.choice(mixes[q], length).tolist(), *self._any(rng, 2)])
        return words

    def rich(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Random words that mostly keep the state they are in."""
        if not self._ripples:
            return []
        holding = {q: [s for s in range(self._machine.symbols) if q in self._apart[s]] for q in self._words}
        return [self._walk(rng, int(rng.integers(1, limit + 1)), holding) for _ in range(SAMPLES)]

    def _walk(self, rng: np.random.Generator, length: int, holding: dict[int, list[int]]) -> list[int]:
        state, word = self._machine.start, self._any(rng, length)
        often, draws = rng.uniform(0.3, 0.98), rng.random((2, length))
        for t in range(length):
            mix = holding[state]
            if mix and draws[0, t] < often:
                word[t] = mix[int(draws[1, t] * len(mix))]
            state = self._machine.delta[state][word[t]]
        return word

    def random(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Uniform symbols, uniform lengths."""
        return [self._any(rng, int(rng.integers(1, limit + 1))) for _ in range(SAMPLES)]


def _resets(machine: Machine) -> dict[int, list[int]]:
    """For each state the symbols that lead to it from every reachable state."""
    found: dict[int, list[int]] = {}
    states = list(reachable(machine))
    for s in range(machine.symbols):
        targets = {machine.delta[q][s] for q in states}
        if len(targets) == 1 and len(states) > 1:
            found.setdefault(targets.pop(), []).append(s)
    return found


def _ladder(limit: int) -> list[int]:
    """Lengths from 1 to `limit`: all the short ones, then ever wider steps."""
    rungs = {*range(1, min(limit, 32) + 1), limit}
    rung = 32.0
    while (rung := rung * 1.25) < limit:
        rungs.add(int(rung))
    return sorted(rungs)


def _few(items: list[Item], most: int) -> list[Item]:
    """At most so many of the items, evenly chosen."""
    if len(items) <= most:
        return items
    return [items[int(at)] for at in np.linspace(0, len(items) - 1, most)]


def _family(alphabet: int, tail: int, name: str, says: str, words: list[list[int]]) -> StressFamily:
    """Pads the words into one batch."""
    lengths = np.array([len(word) for word in words])
    symbols = np.zeros((int(lengths.max()) + tail, len(words)), symbol_type(alphabet))
    for column, word in enumerate(words):
        symbols[: len(word), column] = word
    return StressFamily(name, says, symbols, lengths)
