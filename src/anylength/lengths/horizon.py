"""The horizon: for how many steps a net holds what it must remember. One scan over each held symbol answers it for every length.

For `count` that is how many nines a carry survives: the number of k nines is answered right when the net says 0 at each of
the k steps and 1 at the step after them; along the chain the state after k nines is at hand, so the last step is a branch off it.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Integer

from anylength.machines import Machine
from anylength.nets import AbstractNet, Net, answers, step
from anylength.tasks import Ripple, Task

CHUNK = 1000
FEW = 4


@partial(jax.jit, static_argnames=("steps", "tail"))
def _along(
    net: Net, state: Array, symbols: Integer[Array, " R"], *, steps: int, tail: int
) -> tuple[Array, tuple[Integer[Array, "T R"], Integer[Array, "T L R"]]]:
    """Per step of the held symbols: what the net says at it, and what it would say in the tail if the word ended there."""

    def said(state: Array) -> Array:
        return jnp.argmax(net.read(state), axis=0).astype(jnp.uint8)

    def advance(state: Array, _: None) -> tuple[Array, tuple[Array, Array]]:
        state = step(net, state, symbols)
        here, after, outputs = said(state), state, []
        for _place in range(tail):
            after = step(net, after, jnp.zeros_like(symbols))
            outputs.append(said(after))
        return state, (here, jnp.stack(outputs) if outputs else jnp.zeros((0, *here.shape), jnp.uint8))

    return lax.scan(advance, state, None, length=steps)


def ripples_along(net: AbstractNet, task: Task, limit: int) -> np.ndarray:
    """Whether all is right for each ripple and k = 1 … `limit`: booleans `[2, limit, R]`, at the k-th step and in the tail.

    A prefix that is answered wrongly makes all of its ripple wrong. A net without a state of fixed size is asked every length of
    the first `FEW` ripples by itself, and both rows are the same.
    """
    if not isinstance(net, Net) or not net.cell.bounded:
        return np.stack([np.stack([_asked(net, task, ripple, limit) for ripple in task.ripples[:FEW]], axis=1)] * 2)
    loaded: Net = jax.tree.map(jnp.asarray, net)
    machine, ripples = task.machine, task.ripples
    prefixes = [_prefix(loaded, machine, ripple) for ripple in ripples]
    state = jnp.concatenate([state for state, _ in prefixes], axis=1)
    symbols = np.array([ripple.symbol for ripple in ripples])
    at = np.array([machine.trace(ripple.prefix)[-1] for ripple in ripples])
    parts = []
    for _ in range(0, limit, CHUNK):
        state, (here, after) = _along(loaded, state, symbols, steps=CHUNK, tail=task.tail)
        at, wanted, wanted_after = _wanted(machine, at, symbols, task.tail)
        parts.append(np.stack([np.asarray(here) == wanted, (np.asarray(after) == wanted_after).all(axis=1)]))
    good = np.array([good for _, good in prefixes])
    return np.concatenate(parts, axis=1)[:, :limit] & good


def _asked(net: AbstractNet, task: Task, ripple: Ripple, limit: int) -> np.ndarray:
    """Whether the word of k held symbols is answered right, for k = 1 … `limit`: booleans `[limit]`, each asked by itself."""
    before, lengths = len(ripple.prefix), len(ripple.prefix) + np.arange(1, limit + 1)
    steps = np.arange(before + limit + task.tail)[:, None]
    symbols = np.where(steps < lengths, ripple.symbol, 0).astype(np.uint16)
    symbols[:before] = np.array(ripple.prefix, np.uint16)[:, None]
    right = answers(net, symbols, lengths + task.tail) == task.targets(symbols)
    return (right | (steps >= lengths + task.tail)).all(axis=0)


def _prefix(net: Net, machine: Machine, ripple: Ripple) -> tuple[Array, bool]:
    """The state after a ripple's prefix, and whether all was right on the way."""
    state, good = net.start(1), True
    for symbol, right in zip(ripple.prefix, machine.run(ripple.prefix), strict=True):
        state = step(net, state, jnp.asarray([symbol]))
        good &= int(jnp.argmax(net.read(state)[:, 0])) == right
    return state, good


def _wanted(machine: Machine, at: np.ndarray, symbols: np.ndarray, tail: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The machine beside the scan of one chunk: its last states `[R]`, right outputs `[T, R]`, those in the tail `[T, L, R]`."""
    delta, output = np.asarray(machine.delta), np.asarray(machine.output)
    here, after = np.empty((CHUNK, len(at)), np.uint8), np.empty((CHUNK, tail, len(at)), np.uint8)
    for t in range(CHUNK):
        here[t] = output[at, symbols]
        at = delta[at, symbols]
        end = at
        for place in range(tail):
            after[t, place] = output[end, 0]
            end = delta[end, 0]
    return at, here, after


def ripples_right(net: AbstractNet, task: Task, limit: int) -> np.ndarray:
    """Whether all is answered right for k = 1 … `limit` held steps of each ripple: booleans `[limit, R]`."""
    here, after = ripples_along(net, task, limit)
    return np.logical_and.accumulate(here, axis=0) & after


def horizon(net: AbstractNet, task: Task, limit: int) -> int | None:
    """The largest k such that every ripple of up to k held steps is answered right; None where none fails up to `limit`."""
    return first_false(ripples_right(net, task, limit).all(axis=1)) if task.ripples else None


def first_false(good: Any) -> int | None:
    """The first index that is false, or None."""
    wrong = np.flatnonzero(~good)
    return int(wrong[0]) if wrong.size else None
