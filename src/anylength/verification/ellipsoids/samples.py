"""States that a net is in at each context, from random words, and from words that are made to end in a context that these seldom meet."""

from collections.abc import Iterator

import numpy as np

from anylength.verification.certify.words import END
from anylength.verification.ellipsoids.classes import START, members
from anylength.verification.ellipsoids.contexts import EMPTY, Context, Contexts, after
from anylength.verification.ellipsoids.problem import Array, Problem

WORDS, STEPS = 1_500, 24
"""Words, and their length."""

SAMPLES = 300
"""States that a search looks at for a context, at most."""

REPEATING, FROM_THE_START = 0.35, 0.35
"""Shares of words that end in one repeated symbol, and of those that begin with one."""

FEW = 30
"""Contexts with fewer states get as many from words that are made to end so."""


def states_at(problem: Problem, contexts: Contexts, most: int, seed: int) -> dict[Context, Array]:
    """Up to `most` states `[n, D]` at each context."""
    rng = np.random.default_rng(seed)
    words = _words(rng, problem.machine.symbols)
    delta = np.asarray(problem.machine.delta)
    goes_on = delta != END
    states, machine_states = np.repeat(problem.start[:, None], WORDS, 1), np.full(WORDS, problem.machine.start)
    histories: list[Context] = [EMPTY] * WORDS
    found: dict[Context, list[Array]] = {context: [] for context in contexts.leaves}
    pool = Pool(problem.machine.states)
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
    missing = [context for context in found if len(found[context]) < min(FEW, most) and context[-1] != START]
    for context, values in _aimed(problem, missing, pool, rng):
        found[context] += values
    return {context: np.array(values).reshape(-1, problem.program.state) for context, values in found.items()}


class Pool:
    """The states that words came to, by the machine's state."""

    def __init__(self, count: int) -> None:
        self._parts: list[list[Array]] = [[] for _ in range(count)]

    def add(self, states: Array, machine_states: np.ndarray) -> None:
        """Adds states `[D, B]`, each with its machine's state."""
        for q in np.unique(machine_states).tolist():
            self._parts[q].append(states[:, machine_states == q])

    def by_state(self) -> dict[int, Array]:
        """The states `[D, n]` at each state of the machine that a word came to."""
        return {q: np.concatenate(parts, axis=1) for q, parts in enumerate(self._parts) if parts}


def _aimed(problem: Problem, chosen: list[Context], pool: Pool, rng: np.random.Generator) -> Iterator[tuple[Context, list[Array]]]:
    """`FEW` states at each of the chosen contexts: from a state that any word came to, its symbols are read."""
    known = pool.by_state()
    for length in sorted({len(context) for context in chosen}):
        alike = [context for context in chosen if len(context) == length]
        rows = [(context, *row) for context in alike for row in _beginnings(problem, context, known, rng)]
        if not rows:
            continue
        states = np.array([state for _, state, _ in rows]).T
        for symbols in np.array([word for _, _, word in rows]).T:
            states = problem.step(states, symbols)
        reached: dict[Context, list[Array]] = {}
        for (context, _, _), state in zip(rows, states.T, strict=True):
            reached.setdefault(context, []).append(state)
        yield from reached.items()


def _beginnings(
    problem: Problem, context: Context, known: dict[int, Array], rng: np.random.Generator
) -> list[tuple[Array, list[int]]]:
    """States from which words come to a context, and the symbols that they go on with: the context's, the oldest first."""
    delta, is_even = problem.machine.delta, len(context) % 2 == 0
    states, symbols = [context[0], *context[3::2]], [context[1], *context[2::2]]
    older = [(states[-1], symbols[-1])] if is_even else [
        (q, symbol) for symbol in members(symbols[-1]) for q in range(len(delta)) if delta[q][symbol] == states[-1]
    ]  # fmt: skip
    older = [(q, symbol) for q, symbol in older if q in known]
    chosen = [older[number] for number in rng.integers(len(older), size=FEW)] if older else []
    return [(known[q][:, rng.integers(known[q].shape[1])], [symbol, *reversed(symbols[:-1])]) for q, symbol in chosen]


def _words(rng: np.random.Generator, symbols: int) -> np.ndarray:
    """Random words `[T, B]`, some of which end or begin with a repeated symbol."""
    words = rng.integers(0, symbols, (STEPS, WORDS))
    for word in np.flatnonzero(rng.random(WORDS) < REPEATING):
        words[rng.integers(0, STEPS) :, word] = rng.integers(symbols)
    for word in np.flatnonzero(rng.random(WORDS) < FROM_THE_START):
        words[: rng.integers(1, STEPS), word] = rng.integers(symbols)
    return words
