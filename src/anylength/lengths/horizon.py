"""The horizon: how many nines a carry survives. One scan over a single chain of nines answers it for every length.
A net whose context grows is asked each length by itself.

"Nine" is the largest digit of the base. The number of k nines is answered right when the net says 0 at each of the k steps and
1 at the step after them; along the chain the state after k nines is at hand, so that last step is one branch off it.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool

from anylength.nets import AbstractNet, Net, answers, step

CHUNK = 1000


@partial(jax.jit, static_argnames="steps")
def _along(net: Net, state: Array, steps: int) -> tuple[Array, tuple[Bool[Array, " T"], Bool[Array, " T"]]]:
    """Per step of nines: does the net say 0 at it, and would it say 1 if the number ended there."""
    nine, zero = jnp.asarray([net.base - 1]), jnp.asarray([0])

    def advance(state: Array, _: None) -> tuple[Array, tuple[Array, Array]]:
        state = step(net, state, nine)
        here = jnp.argmax(net.read(state)[:, 0])
        after = jnp.argmax(net.read(step(net, state, zero))[:, 0])
        return state, (here == 0, after == 1)

    return lax.scan(advance, state, None, length=steps)


def nines_along(net: Net, limit: int) -> np.ndarray:
    """For k = 1 … `limit`: is the answer to the k-th nine right, and would the one after k nines be: booleans `[2, limit]`."""
    state, parts = net.start(1), []
    for _ in range(0, limit, CHUNK):
        state, (here, after) = _along(net, state, CHUNK)
        parts.append(np.stack([here, after]))
    return np.concatenate(parts, axis=1)[:, :limit]


def nines(net: AbstractNet, limit: int) -> tuple[np.ndarray, int]:
    """Whether the number of k nines is answered right, for k = 1 … `limit` (booleans `[limit]`), and how many digits of all are."""
    if isinstance(net, Net):
        here, after = nines_along(net, limit)
        return np.logical_and.accumulate(here) & after, int((np.cumsum(here) + after).sum())
    steps, lengths = np.arange(limit + 1)[:, None], np.arange(1, limit + 1)
    symbols = np.where(steps < lengths, net.base - 1, 0).astype(np.uint8)
    good = answers(net, symbols, lengths + 1) == (steps == lengths)
    asked = steps <= lengths
    return (good | ~asked).all(axis=0), int(good[asked].sum())


def nines_right(net: AbstractNet, limit: int) -> np.ndarray:
    """Whether the number of k nines is answered right, for k = 1 … `limit`: booleans `[limit]`."""
    return nines(net, limit)[0]


def horizon(net: AbstractNet, limit: int) -> int | None:
    """The largest k such that 99…9 is answered right for every length up to k; None where none fails up to `limit`."""
    wrong = np.flatnonzero(~nines_right(net, limit))
    return int(wrong[0]) if wrong.size else None
