"""States that a net is in at each context: from random words, and from words that are made to end in it where these are few."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anylength.rules import END
from anylength.verification.ellipsoids.classes import members
from anylength.verification.ellipsoids.contexts import EMPTY, Context, Contexts, after
from anylength.verification.ellipsoids.problem import Array, Problem

WORDS, STEPS = 1_500, 24
"""Words, and their length."""

SAMPLES = 300
"""States that a search looks at for a context, at most."""

REPEATING = 0.35
"""The share of words that end in one repeated symbol, and that of those that begin with one."""

FEW = 30
"""A context with fewer states gets as many more from words that are made to end in it."""


def states_at(problem: Problem, contexts: Contexts, most: int, seed: int) -> dict[Context, Array]:
    """Up to `most` states `[n, D]` at each context."""
    rng = np.random.default_rng(seed)
    words = _words(rng, problem.machine.symbols)
    delta = np.asarray(problem.machine.delta)
    goes_on = delta != END
    states, machine_states = np.repeat(problem.start[:, None], WORDS, 1), np.full(WORDS, problem.machine.start)
    histories: list[Context] = [EMPTY] * WORDS
    found: dict[Context, list[Array]] = {context: [] for context in contexts.leaves}
    pool = _Pool(problem.machine.states)
    for wanted in words:
        for word in np.flatnonzero(~goes_on[machine_states].any(1)):  # it begins anew
            states[:, word], machine_states[word], histories[word] = problem.start, problem.machine.start, EMPTY
        allowed = goes_on[machine_states]
        symbols = np.where(allowed[np.arange(WORDS), wanted], wanted, (allowed * rng.random(allowed.shape)).argmax(1))
        states = problem.step(states, symbols)
        for word, (history, q, symbol) in enumerate(zip(histories, machine_states.tolist(), symbols.tolist(), strict=True)):
            histories[word] = after(history, q, symbol)
            context = contexts.found(histories[word])
            if context is not None and len(found[context]) < most:
                found[context].append(states[:, word])
        machine_states = delta[machine_states, symbols]
        pool.add(states, machine_states)
    rare = [context for context in contexts.ordered()[0] if len(found[context]) < FEW]
    for context, values in _aimed_at(problem, rare, pool.by_state(), rng):
        found[context] = [*found[context], *values][:most]
    return {context: np.array(values).reshape(-1, problem.program.state) for context, values in found.items()}


class _Pool:
    """The states that words came to, by the machine's state."""

    def __init__(self, count: int) -> None:
        self._parts: list[list[Array]] = [[] for _ in range(count)]

    def add(self, states: Array, machine_states: NDArray[np.int64]) -> None:
        """Adds states `[D, B]`, each with its machine's state."""
        for q in np.unique(machine_states).tolist():
            self._parts[q].append(states[:, machine_states == q])

    def by_state(self) -> dict[int, Array]:
        """The states `[n, D]` at each state of the machine that a word came to."""
        return {q: np.concatenate(parts, axis=1).T for q, parts in enumerate(self._parts) if parts}


def _aimed_at(
    problem: Problem, rare: list[Context], known: dict[int, Array], rng: np.random.Generator
) -> Iterator[tuple[Context, Array]]:
    """States `[FEW, D]` at rare contexts: each word goes on from a known state with the symbols of the context.

    A context that no known state leads to is left out.
    """
    for length in sorted({len(context) for context in rare}):
        begun = {context: _begun(problem, context, known, rng) for context in rare if len(context) == length}
        led_to = {context: begin for context, begin in begun.items() if begin is not None}
        if led_to:
            states = np.concatenate([states for states, _ in led_to.values()]).T
            for symbols in np.concatenate([words for _, words in led_to.values()]).T:
                states = problem.step(states, symbols)
            yield from zip(led_to, np.split(states.T, len(led_to)), strict=True)


def _begun(
    problem: Problem, context: Context, known: dict[int, Array], rng: np.random.Generator
) -> tuple[Array, NDArray[np.int64]] | None:
    """Known states `[FEW, D]` before a context, and its symbols `[FEW, T]`, the oldest first; None if there are no such states."""
    delta, oldest, last = problem.machine.delta, context[-1], context[-2]
    if len(context) % 2:  # the state in which the oldest symbol was read is not told
        reached = context[0] if len(context) == 3 else last
        older = [(q, symbol) for symbol in members(oldest) for q in known if delta[q][symbol] == reached]
    else:
        older = [(context[0], oldest) if len(context) == 2 else (oldest, last)]
    older = [(q, symbol) for q, symbol in older if q in known]
    if not older:
        return None
    chosen = [older[number] for number in rng.integers(len(older), size=FEW)]
    own = [context[1], *context[2::2]]
    words = np.tile(own[::-1], (FEW, 1))
    words[:, 0] = [symbol for _, symbol in chosen]
    return np.array([known[q][rng.integers(len(known[q]))] for q, _ in chosen]), words


def _words(rng: np.random.Generator, symbols: int) -> NDArray[np.int64]:
    """Random words `[T, B]`, some of which end or begin with a repeated symbol."""
    words = rng.integers(0, symbols, (STEPS, WORDS))
    for word in np.flatnonzero(rng.random(WORDS) < REPEATING):
        words[rng.integers(0, STEPS) :, word] = rng.integers(symbols)
    for word in np.flatnonzero(rng.random(WORDS) < REPEATING):
        words[: rng.integers(1, STEPS), word] = rng.integers(symbols)
    return words
