"""The number formats that a certificate can cover: a step's errors must stay within epsilon, the logits' within eta.

How far states reach matters for both. A cover says it (`state_bound_of`); before one is known, `needed` guesses.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet
from anylength.ops import rounding
from anylength.ops.rounding import SAFETY_FACTOR, Format, Rounded

_LARGEST = 2.0**60
_FARTHEST = 2.0**30
"""No state may reach further."""

FORMATS = {
    "bfloat16": Format(2.0**-8, 2.0**-126, _LARGEST),
    "float16": Format(2.0**-11, 2.0**-14, 2.0**15),
    "float32": Format(0.0, 2.0**-126, _LARGEST),
}

FAR = 4.0
"""The first guess of how far a coordinate reaches that is not squashed."""

_SQUASHED = 1.001


def step_error(net: Net, form: Format, state_bound: NDArray[np.float64]) -> float:
    """How far a computed step may be from the exact one, in each coordinate, from states whose coordinates reach `[D]` at most."""
    return SAFETY_FACTOR * float(_step(net, form, state_bound).stored_error().max())


def readout_error(net: Net, form: Format, state_bound: NDArray[np.float64]) -> float:
    """How far a computed logit may be from the exact one on the same computed state."""
    return SAFETY_FACTOR * float(_logits(net, form, state_bound).stored_error().max())


def covered(net: Net, *, epsilon: float, eta: float, state_bound: NDArray[np.float64]) -> list[str]:
    """The formats, in alphabetical order, whose step error is at most epsilon and whose logits cannot lose a lead of eta.

    reach `[D]` bounds every coordinate of the states.
    """
    return [name for name, form in FORMATS.items() if fits(net, form, epsilon=epsilon, eta=eta, state_bound=state_bound)]


def fits(net: Net, form: Format, *, epsilon: float, eta: float, state_bound: NDArray[np.float64]) -> bool:
    """Whether in this format no step errs by more than epsilon, no two logits together by eta, and nothing overflows."""
    import jax

    weights = np.array([np.abs(np.asarray(leaf, np.float64)).max() for leaf in jax.tree.leaves(net)])
    sizes = np.concatenate([weights, SAFETY_FACTOR * _logits(net, form, state_bound).size[:, 0], SAFETY_FACTOR * state_bound])
    held = sizes.max() <= form.largest and SAFETY_FACTOR * state_bound.max() <= _FARTHEST
    return bool(held) and step_error(net, form, state_bound) <= epsilon and 2 * readout_error(net, form, state_bound) < eta


def needed(net: Net, name: str, state_bound: NDArray[np.float64] | None = None) -> tuple[float, float]:
    """A pair (epsilon, eta) that covers the format if the states reach no further than guessed: `covered` is asked again later.

    reach `[D]` is the guess: 1 + epsilon at least, epsilon reproducing itself, where a step squashes. Without one, `FAR` elsewhere.
    """
    form, epsilon = FORMATS[name], 0.0
    with np.errstate(all="ignore"):  # a net of huge weights overflows to infinity, which no check accepts
        squashed = _squashed(net)
        least = np.where(squashed, 0.0, FAR) if state_bound is None else np.asarray(state_bound, np.float64)

        def guess(epsilon: float) -> NDArray[np.float64]:
            return np.where(squashed, np.maximum(1 + epsilon, least), least)

        for _ in range(60):
            epsilon = step_error(net, form, guess(epsilon * SAFETY_FACTOR)) * SAFETY_FACTOR
        epsilon = epsilon * (1 + 1e-6)
        return epsilon, 2 * readout_error(net, form, guess(epsilon)) * (1 + 1e-6)


def _step(net: Net, form: Format, state_bound: NDArray[np.float64]) -> Rounded:
    """The state after one step, under any symbol."""
    symbols = rounding.SymbolColumns(form, encoded_alphabet(net))
    return net.cell.step(rounding, symbols, rounding.stored_state(form, np.asarray(state_bound, np.float64))).finished()


def _logits(net: Net, form: Format, state_bound: NDArray[np.float64]) -> Rounded:
    """The logits of a state: sums that are still to be made."""
    return net.readout(rounding.stored_state(form, np.asarray(state_bound, np.float64)), rounding)


def _squashed(net: Net) -> NDArray[np.bool_]:
    """The rows `[D]` of a state that one step from within ±1 leads back there, up to rounding."""
    form = FORMATS["float32"]
    return _step(net, form, np.ones(net.cell.state_size)).size[:, 0] <= _SQUASHED
