"""The horizon: for how many steps a net holds what it must remember. One scan over each held symbol answers it for every length.

For `count` that is how many nines a carry survives: the number of k nines is answered right when the net says 0 at each of
the k steps and 1 at the step after them; along the chain the state after k nines is at hand, so the last step is a branch off it.
"""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Integer
from numpy.typing import NDArray

from anylength.machines import Machine
from anylength.nets import AbstractNet, Net, answers, step
from anylength.tasks import CarryChain, Task

CHUNK = 1000
FEW = 4


@partial(jax.jit, static_argnames=("steps", "tail"))
def _along(
    net: Net, state: Array, symbols: Integer[Array, " R"], *, steps: int, tail: int
) -> tuple[Array, tuple[Integer[Array, "T R"], Integer[Array, "T L R"]]]:
    """Per step of the held symbols: what the net says at it, and what it would say in the tail if the word ended there."""

    def said(state: Array) -> Array:
        return jnp.argmax(net.readout(state), axis=0).astype(jnp.uint8)

    def advance(state: Array, _: None) -> tuple[Array, tuple[Array, Array]]:
        state = step(net, state, symbols)
        here, after, outputs = said(state), state, []
        for _place in range(tail):
            after = step(net, after, jnp.zeros_like(symbols))
            outputs.append(said(after))
        return state, (here, jnp.stack(outputs) if outputs else jnp.zeros((0, *here.shape), jnp.uint8))

    return lax.scan(advance, state, None, length=steps)


@dataclass(frozen=True)
class Rippled:
    """The words of k = 1 … limit held steps of each ripple: which are right `[limit, R]`, and how many outputs of how many."""

    right: NDArray[np.bool_]
    digits: int
    tried: int


def rippled(net: AbstractNet, task: Task, limit: int) -> Rippled:
    """How a net answers the words of every ripple. A prefix that is answered wrongly makes all of its ripple wrong.

    The outputs of a scan are counted once: each held step, and each word's tail. A net without a state of fixed size is asked every
    word of the first `FEW` ripples by itself, and all their outputs count.
    """
    if not isinstance(net, Net) or not net.cell.has_fixed_size_state:
        asked = [_asked(net, task, carry_chain, limit) for carry_chain in task.carry_chains[:FEW]]
        return Rippled(
            np.stack([one.right for one in asked], axis=1), sum(one.digits for one in asked), sum(one.tried for one in asked)
        )
    here, after = _scanned(net, task, limit)
    counted = np.stack([here, after]) if task.tail else here
    return Rippled(np.logical_and.accumulate(here, axis=0) & after, int(counted.sum()), counted.size)


def _scanned(net: Net, task: Task, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether the output at the k-th held step is right, and whether the tail after it would be: booleans `[limit, R]` each."""
    machine, carry_chains = task.machine, task.carry_chains
    net = jax.tree.map(jnp.asarray, net)
    prefixes = [_prefix(net, machine, carry_chain) for carry_chain in carry_chains]
    state = jnp.concatenate([state for state, _ in prefixes], axis=1)
    symbols = np.array([carry_chain.symbol for carry_chain in carry_chains])
    at = np.array([machine.trace(carry_chain.prefix)[-1] for carry_chain in carry_chains])
    parts = []
    for _ in range(0, limit, CHUNK):
        state, (here, after) = _along(net, state, symbols, steps=CHUNK, tail=task.tail)
        at, wanted, wanted_after = _wanted(machine, tuple(at.tolist()), tuple(symbols.tolist()), task.tail)
        parts.append(np.stack([np.asarray(here) == wanted, (np.asarray(after) == wanted_after).all(axis=1)]))
    here, after = np.concatenate(parts, axis=1)[:, :limit] & np.array([good for _, good in prefixes])
    return here, after


def _asked(net: AbstractNet, task: Task, carry_chain: CarryChain, limit: int) -> Rippled:
    """The words of one ripple, each asked by itself: `right` is `[limit]`."""
    before, lengths = len(carry_chain.prefix), len(carry_chain.prefix) + np.arange(1, limit + 1)
    steps = np.arange(before + limit + task.tail)[:, None]
    symbols = np.where(steps < lengths, carry_chain.symbol, 0).astype(np.uint16)
    symbols[:before] = np.array(carry_chain.prefix, np.uint16)[:, None]
    right = answers(net, symbols, lengths + task.tail) == task.targets(symbols)
    within = steps < lengths + task.tail
    return Rippled((right | ~within).all(axis=0), int((right & within).sum()), int(within.sum()))


def _prefix(net: Net, machine: Machine, carry_chain: CarryChain) -> tuple[Array, bool]:
    """The state after a ripple's prefix, and whether all was right on the way."""
    state, good = net.start(1), True
    for symbol, right in zip(carry_chain.prefix, machine.run(carry_chain.prefix), strict=True):
        state = step(net, state, jnp.asarray([symbol]))
        good &= int(jnp.argmax(net.readout(state)[:, 0])) == right
    return state, good


@lru_cache(64)
def _wanted(
    machine: Machine, begin: tuple[int, ...], held: tuple[int, ...], tail: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The machine beside the scan of one chunk: its last states `[R]`, right outputs `[T, R]`, those in the tail `[T, L, R]`.

    They are the same for every net of a task, so they are kept.
    """
    delta, output, at, symbols = np.asarray(machine.delta), np.asarray(machine.output), np.array(begin), np.array(held)
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
    """Whether the words of k = 1 … `limit` held steps of each ripple are answered right: booleans `[limit, R]`."""
    return rippled(net, task, limit).right


def horizon(net: AbstractNet, task: Task, limit: int) -> int | None:
    """The largest k such that every ripple of up to k held steps is answered right; None where none fails up to `limit`."""
    return first_false(ripples_right(net, task, limit).all(axis=1)) if task.carry_chains else None


def first_false(good: Any) -> int | None:
    """The first index that is false, or None."""
    wrong = np.flatnonzero(~good)
    return int(wrong[0]) if wrong.size else None
