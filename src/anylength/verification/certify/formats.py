"""The number formats that a certificate can cover: the errors of a step must stay within epsilon, those of two logits within eta.

Both depend on how large the states are. A cover bounds them (`state_bound_of`); before there is one, `required_epsilon_and_eta`
guesses.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet
from anylength.ops import rounding
from anylength.ops.intervals import Interval
from anylength.ops.rounding import SAFETY_FACTOR, Format, Rounded, Rounding

LARGEST = 2.0**60
LARGEST_STATE = 2.0**30
"""Largest number and largest state in any format, so that no float32 sum overflows (docs/certificate.md)."""

FORMATS = {
    "bfloat16": Format(2.0**-8, 2.0**-126, LARGEST),
    "float16": Format(2.0**-11, 2.0**-14, 2.0**15),
    "float32": Format(0.0, 2.0**-126, LARGEST),
}
"""The formats of docs/certificate.md: relative and absolute error of storing a number, and the largest number."""

UNSQUASHED_GUESS = 4.0
"""First guess of the state bound of a coordinate that no step squashes. A wrong guess costs one more search for a cover."""

SQUASHED_SIZE = 1.001
"""A coordinate is squashed if one step from ±1 stays within this: 1, and room for rounding."""

EPSILON_ITERATIONS = 60
"""Epsilon feeds back through the state bound, by far less than itself, so the iteration converges fast: 60 are more than enough."""

ROUNDED_UP = 1 + 1e-6
"""Epsilon and eta are this much larger than needed, so that rounding in the check does not matter."""


def step_error(net: Net, form: Format, state_bound: NDArray[np.float64]) -> float:
    """The largest error of a coordinate of a computed step, from states within `state_bound` `[D]`."""
    return SAFETY_FACTOR * float(_step(net, form, state_bound).stored_error().max())


def readout_error(net: Net, form: Format, state_bound: NDArray[np.float64]) -> float:
    """The largest error of a computed logit, against the exact one on the same computed state."""
    return SAFETY_FACTOR * float(_logits(net, form, state_bound).stored_error().max())


def covered_formats(net: Net, *, epsilon: float, eta: float, state_bound: NDArray[np.float64]) -> list[str]:
    """The formats, in alphabetical order, whose step error is at most epsilon and whose logits cannot lose a margin of eta.

    `state_bound` `[D]` bounds every coordinate of the states.
    """
    return [name for name, form in FORMATS.items() if format_fits(net, form, epsilon=epsilon, eta=eta, state_bound=state_bound)]


def format_fits(net: Net, form: Format, *, epsilon: float, eta: float, state_bound: NDArray[np.float64]) -> bool:
    """Whether in this format no step errs by more than epsilon, no two logits together by eta, and nothing overflows."""
    import jax

    weights = np.array([np.abs(np.asarray(leaf, np.float64)).max() for leaf in jax.tree.leaves(net)])
    logit_terms = SAFETY_FACTOR * _logits(net, form, state_bound).size.max(axis=1)
    states = SAFETY_FACTOR * state_bound
    fits = np.concatenate([weights, logit_terms, states]).max() <= form.largest and states.max() <= LARGEST_STATE
    if not fits:
        return False
    return bool(step_error(net, form, state_bound) <= epsilon and 2 * readout_error(net, form, state_bound) < eta)


def required_epsilon_and_eta(net: Net, name: str, state_bound: NDArray[np.float64] | None = None) -> tuple[float, float]:
    """An epsilon and an eta that cover the format if the states are within a guess; `covered_formats` must confirm it later.

    The guess is at least `state_bound` `[D]`, and 1 + epsilon in the coordinates that every step squashes into ±1 (up to rounding).
    Without a `state_bound` it is `UNSQUASHED_GUESS` in the others. Epsilon and the guess depend on each other: both are iterated.
    """
    form, epsilon = FORMATS[name], 0.0
    with np.errstate(all="ignore"):  # a net of huge weights overflows to infinity, which no check accepts
        squashed = _squashed(net)
        least = np.where(squashed, 0.0, UNSQUASHED_GUESS) if state_bound is None else np.asarray(state_bound, np.float64)

        def guess(epsilon: float) -> NDArray[np.float64]:
            return np.where(squashed, np.maximum(1 + epsilon, least), least)

        for _ in range(EPSILON_ITERATIONS):
            epsilon = step_error(net, form, guess(epsilon * SAFETY_FACTOR)) * SAFETY_FACTOR
        epsilon = epsilon * ROUNDED_UP
        return epsilon, 2 * readout_error(net, form, guess(epsilon)) * ROUNDED_UP


def _step(net: Net, form: Format, state_bound: NDArray[np.float64]) -> Rounded:
    """The state after one step: one column for each symbol."""
    symbols = rounding.encoded_symbols(form, encoded_alphabet(net))
    return net.cell.step(Rounding(form), symbols, _states(form, state_bound)).finished()


def _logits(net: Net, form: Format, state_bound: NDArray[np.float64]) -> Rounded:
    """The logits of a state: sums that the machine has still to make."""
    return net.readout(_states(form, state_bound), Rounding(form))


def _states(form: Format, state_bound: NDArray[np.float64]) -> Rounded:
    """The stored states whose coordinates are within `state_bound` `[D]`, in one column for all symbols."""
    bound = np.asarray(state_bound, np.float64)[:, None]
    return rounding.stored_state(form, Interval.between(-bound, bound))


def _squashed(net: Net) -> NDArray[np.bool_]:
    """Whether one step from states within ±1 stays there, up to rounding, for each coordinate `[D]`."""
    form = FORMATS["float32"]
    return _step(net, form, np.ones(net.cell.state_size)).size.max(axis=1) <= SQUASHED_SIZE
