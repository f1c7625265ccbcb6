"""The number formats that a certificate can cover: the errors of a step must stay within epsilon, those of two logits within eta.

Both depend on how large the states are. A cover bounds them (`state_bound_of`); before there is one, `required_epsilon_and_eta`
guesses.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet
from anylength.ops.intervals import Interval
from anylength.ops.rounding import SAFETY_FACTOR, Format, Rounded, Rounding
from anylength.programs import run
from anylength.verification.certify.images import Ranges

StateBound = NDArray[np.float64]
"""The largest magnitude of each coordinate of a state `[D]`."""

LARGEST = 2.0**60
LARGEST_STATE = 2.0**30
"""Largest number and largest state in any format, so that no float32 sum overflows (docs/reference/certificate-formats.md)."""

FORMATS = {
    "bfloat16": Format(2.0**-8, 2.0**-126, LARGEST),
    "float16": Format(2.0**-11, 2.0**-14, 2.0**15),
    "float32": Format(0.0, 2.0**-126, LARGEST),
}
"""The formats of docs/reference/certificate-formats.md: relative and absolute error of storing a number, and the largest number."""

FLOAT32 = "float32"
"""The format that is last in the alphabet and finest."""

UNSQUASHED_GUESS = 4.0
"""First guess of the state bound of a coordinate that no step squashes. A wrong guess costs one more search for a cover."""

SQUASHED_SIZE = 1.001
"""A coordinate is squashed if one step from ±1 stays within this: 1, and room for rounding."""

EPSILON_ITERATIONS = 60
"""Most iterations. Epsilon feeds back through the state bound, by far less than itself, so a few suffice."""

ROUNDED_UP = 1 + 1e-6
"""Epsilon and eta are this much larger than needed, and bounds that were computed in float64, so that the different rounding of the
checker does not matter."""

ATTEMPTS = 5
"""Searches for a proof that covers a format: each guesses epsilon from how large the last one's states are. Where five fail,
a sixth seldom helps."""

GUESS_FACTOR = 1.1
"""The next guess is what the last search reached, times this: more noise makes states a little larger."""

CLAIMED_SHARE = 0.98
"""The claimed margin as a share of the one that was found: the checker rounds."""


# Bounds that are infinite or NaN are refused by the comparisons below, so numpy's warnings say nothing.
_silent = np.errstate(all="ignore")


@_silent
def step_error(net: Net, form: Format, state_bound: StateBound, ranges: Ranges | None = None) -> float:
    """The largest error of a coordinate of a computed step, from states within `state_bound` `[D]`, with values in the ranges."""
    return SAFETY_FACTOR * float(_step(net, form, state_bound, ranges).stored_error().max())


def readout_error(net: Net, form: Format, state_bound: StateBound, ranges: Ranges | None = None) -> float:
    """The largest error of a computed logit, against the exact one on the same computed state."""
    return SAFETY_FACTOR * float(_logits(net, form, state_bound, ranges).stored_error().max())


def covered_formats(net: Net, *, epsilon: float, eta: float, state_bound: StateBound, ranges: Ranges | None = None) -> list[str]:
    """The formats, in alphabetical order, whose step error is at most epsilon and whose logits cannot lose a margin of eta.

    float32 stores as finely as the others or more finely, and the rest is the same: a proof that covers one of them covers float32.

    Args:
        net: The net.
        epsilon: The largest error of a step.
        eta: The least margin.
        state_bound: `[D]`, bounds every coordinate of the states.
        ranges: Where the values of the step lie, if that is known. Some operations have no bound without it.
    """

    def fits(name: str) -> bool:
        return format_fits(net, FORMATS[name], epsilon=epsilon, eta=eta, state_bound=state_bound, ranges=ranges)

    coarser = [name for name in FORMATS if name != FLOAT32 and fits(name)]
    return [*coarser, FLOAT32] if coarser or fits(FLOAT32) else []


def format_fits(
    net: Net, form: Format, *, epsilon: float, eta: float, state_bound: StateBound, ranges: Ranges | None = None
) -> bool:
    """Whether in this format no step errs by more than epsilon, no two logits together by eta, and nothing overflows."""
    import jax

    with np.errstate(all="ignore"):  # bounds overflow to infinity, which no comparison accepts
        weights = np.array([np.abs(np.asarray(leaf, np.float64)).max() for leaf in jax.tree.leaves(net)])
        logit_terms = SAFETY_FACTOR * _logits(net, form, state_bound, ranges).size.max(axis=1)
        states = SAFETY_FACTOR * state_bound
        fits = np.concatenate([weights, logit_terms, states]).max() <= form.largest and states.max() <= LARGEST_STATE
        if not fits:
            return False
        step = step_error(net, form, state_bound, ranges)
        return bool(step <= epsilon and 2 * readout_error(net, form, state_bound, ranges) < eta)


def required_epsilon_and_eta(net: Net, name: str, state_bound: StateBound | None = None) -> tuple[float, float]:
    """An epsilon and an eta that cover the format if the states are within a guess; `covered_formats` must confirm it later.

    The guess is at least `state_bound` `[D]`, and 1 + epsilon in the coordinates that every step squashes into ±1 (up to rounding).
    Without a `state_bound` it is `UNSQUASHED_GUESS` in the others. Epsilon and the guess depend on each other: both are iterated.
    Both numbers are infinite where an operation of the step has no bound without the ranges of its arguments.
    """
    form, epsilon = FORMATS[name], 0.0
    with np.errstate(all="ignore"):  # a net of huge weights overflows to infinity, which no check accepts
        squashed = _squashed(net)
        least = np.where(squashed, 0.0, UNSQUASHED_GUESS) if state_bound is None else np.asarray(state_bound, np.float64)

        def guess(epsilon: float) -> StateBound:
            return np.where(squashed, np.maximum(1 + epsilon, least), least)

        for _ in range(EPSILON_ITERATIONS):
            before, epsilon = epsilon, step_error(net, form, guess(epsilon * SAFETY_FACTOR)) * SAFETY_FACTOR
            if epsilon <= before * SAFETY_FACTOR:
                break
        epsilon = epsilon * ROUNDED_UP
        return epsilon, 2 * readout_error(net, form, guess(epsilon)) * ROUNDED_UP


def epsilon_and_eta_within(net: Net, name: str, ranges: Ranges) -> tuple[float, float]:
    """An epsilon and an eta that cover the format if the values of a step are within these ranges."""
    state_bound = np.maximum(np.abs(ranges.states.low), np.abs(ranges.states.high))[:, 0]
    with np.errstate(all="ignore"):
        step = step_error(net, FORMATS[name], state_bound, ranges)
        logit = readout_error(net, FORMATS[name], state_bound, ranges)
    return step * ROUNDED_UP, 2 * logit * ROUNDED_UP


def _step(net: Net, form: Format, state_bound: StateBound, ranges: Ranges | None) -> Rounded:
    """The state after one step from such a state: one column for each symbol."""
    program = net.program
    leaves = {"symbol": Rounding(form).symbols(encoded_alphabet(net)), "state": _states(form, state_bound, ranges)}
    known = {} if ranges is None else ranges.step
    values = run(program.step, Rounding(form), net.cell.named_tensors(), leaves, refined=_within(known))
    return values[len(program.step) - 1].finished()


def _logits(net: Net, form: Format, state_bound: StateBound, ranges: Ranges | None) -> Rounded:
    """The logits of a state: sums that the machine has still to make. The check knows no ranges that could lower their sizes."""
    program, ops = net.program, Rounding(form)
    known = {} if ranges is None else ranges.answer
    leaves = {"state": _states(form, state_bound, ranges)}
    features = run(program.answer, ops, net.cell.named_tensors(), leaves, refined=_within(known))[len(program.answer) - 1]
    logits = ops.matmul(net.weight, features) + net.bias[:, None]
    return replace(logits, range=Interval.between(np.full(logits.shape, -np.inf), np.full(logits.shape, np.inf)))


def _within(known: Mapping[int, Interval]) -> Callable[[int, Rounded], Rounded]:
    """Narrows a value to the range that is known for its number."""
    return lambda number, value: value.within(known[number]) if number in known else value


def _states(form: Format, state_bound: StateBound, ranges: Ranges | None) -> Rounded:
    """The stored states whose coordinates are within `state_bound` `[D]`, in one column for all symbols."""
    bound = np.asarray(state_bound, np.float64)[:, None]
    states = Rounding(form).state(Interval.between(-bound, bound))
    return states if ranges is None else states.within(ranges.states)


def _squashed(net: Net) -> NDArray[np.bool_]:
    """Whether one step from states within ±1 stays there, up to rounding, for each coordinate `[D]`."""
    form = FORMATS["float32"]
    return _step(net, form, np.ones(net.cell.state_size), None).size.max(axis=1) <= SQUASHED_SIZE
