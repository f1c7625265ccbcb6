"""States that a net is in at each context, from random words."""

import numpy as np

from anylength.verification.certify.words import END
from anylength.verification.ellipsoids.contexts import EMPTY, Context, Contexts, after
from anylength.verification.ellipsoids.problem import Array, Problem

WORDS, STEPS = 1_500, 24
"""Words, and their length."""

SAMPLES = 300
"""States that a search looks at for a context, at most."""

REPEATING, FROM_THE_START = 0.35, 0.35
"""Shares of words that end in one repeated symbol, and of those that begin with one."""


def states_at(problem: Problem, contexts: Contexts, most: int, seed: int) -> dict[Context, Array]:
    """Up to `most` states `[n, D]` at each context."""
    rng = np.random.default_rng(seed)
    words = _words(rng, problem.machine.symbols)
    delta = np.asarray(problem.machine.delta)
    goes_on = delta != END
    states, machine_states = np.repeat(problem.start[:, None], WORDS, 1), np.full(WORDS, problem.machine.start)
    histories: list[Context] = [EMPTY] * WORDS
    found: dict[Context, list[Array]] = {context: [] for context in contexts.leaves}
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
    return {context: np.array(values).reshape(-1, problem.program.state) for context, values in found.items()}


def _words(rng: np.random.Generator, symbols: int) -> np.ndarray:
    """Random words `[T, B]`, some of which end or begin with a repeated symbol."""
    words = rng.integers(0, symbols, (STEPS, WORDS))
    for word in np.flatnonzero(rng.random(WORDS) < REPEATING):
        words[rng.integers(0, STEPS) :, word] = rng.integers(symbols)
    for word in np.flatnonzero(rng.random(WORDS) < FROM_THE_START):
        words[: rng.integers(1, STEPS), word] = rng.integers(symbols)
    return words
