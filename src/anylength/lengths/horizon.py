"""The horizon: for how many steps of a held input a net keeps what it must remember.

For `count` this is the number of nines through which a carry passes. A number of k nines is answered right if the net outputs 0 at
each of the k steps and 1 at the step after them. One scan over each held symbol answers this for every k: the state after k nines
lies on the scan, and the step after them is a branch from it.
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

from anylength.base import OUTPUT
from anylength.nets import AbstractNet, Net, answers, step
from anylength.rules import CarryChain, Machine, Task

CHUNK = 1000
"""Steps of one call of the compiled scan. All limits share one compiled length; the steps beyond a limit are thrown away."""

FEW_CHAINS = 4
"""Carry chains tested on nets without a state of fixed size, and on black boxes: each of their words is run by itself."""


@dataclass(frozen=True)
class HeldInputResults:
    """A net's results on the words of k = 1 … limit repetitions of each of R carry chains.

    Attributes:
        correct: `[limit, R]` whether each word is answered right.
        outputs_correct: Number of right outputs.
        outputs: Number of outputs.
    """

    correct: NDArray[np.bool_]
    outputs_correct: int
    outputs: int


def held_inputs_correct(net: AbstractNet, task: Task, limit: int) -> np.ndarray:
    """Whether the words of k = 1 … `limit` repetitions of each carry chain are answered right: booleans `[limit, R]`."""
    return run_held_inputs(net, task, limit).correct


def horizon(net: AbstractNet, task: Task, limit: int) -> int | None:
    """The largest k such that up to k repetitions of every carry chain are answered right; None if none fails up to `limit`."""
    return first_false(held_inputs_correct(net, task, limit).all(axis=1)) if task.carry_chains else None


def first_false(values: Any) -> int | None:
    """The index of the first false value, or None."""
    indices = np.flatnonzero(~values)
    return int(indices[0]) if indices.size else None


def run_held_inputs(net: AbstractNet, task: Task, limit: int) -> HeldInputResults:
    """A net's results on every carry chain. If the prefix of a chain is answered wrongly, all of its words are wrong.

    The scan counts each output once: those of the repeated symbols, and those of each word's tail. A net without a state of fixed
    size runs every word of the first `FEW_CHAINS` chains by itself, and all outputs of these words count.
    """
    if not isinstance(net, Net) or not net.cell.has_fixed_size_state:
        results = [_run_words(net, task, chain, limit) for chain in task.carry_chains[:FEW_CHAINS]]
        correct = np.stack([result.correct for result in results], axis=1)
        return HeldInputResults(
            correct, sum(result.outputs_correct for result in results), sum(result.outputs for result in results)
        )
    held, tail = _scan_results(net, task, limit)
    counted = np.stack([held, tail]) if task.tail else held
    return HeldInputResults(np.logical_and.accumulate(held, axis=0) & tail, int(counted.sum()), counted.size)


@partial(jax.jit, static_argnames=("steps", "tail"))
def _scan(
    net: Net, state: Array, symbols: Integer[Array, " R"], *, steps: int, tail: int
) -> tuple[Array, tuple[Integer[Array, "T R"], Integer[Array, "T L R"]]]:
    """The last state, the outputs at the repeated symbols, and after each step the outputs in a tail that starts there."""

    def output(state: Array) -> Array:
        return jnp.argmax(net.readout(state), axis=0).astype(OUTPUT)

    def advance(state: Array, _: None) -> tuple[Array, tuple[Array, Array]]:
        state = step(net, state, symbols)
        held_output, tail_state, tail_outputs = output(state), state, []
        for _place in range(tail):
            tail_state = step(net, tail_state, jnp.zeros_like(symbols))
            tail_outputs.append(output(tail_state))
        return state, (held_output, jnp.stack(tail_outputs) if tail_outputs else jnp.zeros((0, *held_output.shape), OUTPUT))

    return lax.scan(advance, state, None, length=steps)


def _scan_results(net: Net, task: Task, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether the output at the k-th repetition is right, and whether a tail after it would be: booleans `[limit, R]` each."""
    machine, chains = task.machine, task.carry_chains
    net = jax.tree.map(jnp.asarray, net)
    prefixes = [_run_prefix(net, machine, chain) for chain in chains]
    state = jnp.concatenate([state for state, _ in prefixes], axis=1)
    symbols = np.array([chain.symbol for chain in chains])
    machine_states = np.array([machine.trace(chain.prefix)[-1] for chain in chains])
    parts = []
    for _ in range(0, limit, CHUNK):
        state, (held, tail) = _scan(net, state, symbols, steps=CHUNK, tail=task.tail)
        machine_states, expected_held, expected_tail = _expected_outputs(
            machine, tuple(machine_states.tolist()), tuple(symbols.tolist()), task.tail
        )
        parts.append(np.stack([np.asarray(held) == expected_held, (np.asarray(tail) == expected_tail).all(axis=1)]))
    held, tail = np.concatenate(parts, axis=1)[:, :limit] & np.array([correct for _, correct in prefixes])
    return held, tail


def _run_words(net: AbstractNet, task: Task, chain: CarryChain, limit: int) -> HeldInputResults:
    """The results on one carry chain, each of its words run by itself: `correct` is `[limit]`."""
    before, lengths = len(chain.prefix), len(chain.prefix) + np.arange(1, limit + 1)
    steps = np.arange(before + limit + task.tail)[:, None]
    symbols = np.where(steps < lengths, chain.symbol, 0).astype(np.uint16)
    symbols[:before] = np.array(chain.prefix, np.uint16)[:, None]
    right = answers(net, symbols, lengths + task.tail) == task.targets(symbols)
    within = steps < lengths + task.tail
    return HeldInputResults((right | ~within).all(axis=0), int((right & within).sum()), int(within.sum()))


def _run_prefix(net: Net, machine: Machine, chain: CarryChain) -> tuple[Array, bool]:
    """The net's state after a chain's prefix, and whether all of its outputs so far are right."""
    state, correct = net.start(1), True
    for symbol, expected in zip(chain.prefix, machine.run(chain.prefix), strict=True):
        state = step(net, state, jnp.asarray([symbol]))
        correct &= int(jnp.argmax(net.readout(state)[:, 0])) == expected
    return state, correct


@lru_cache(64)
def _expected_outputs(
    machine: Machine, start: tuple[int, ...], held: tuple[int, ...], tail: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The machine's run over one chunk of the scan: its last states `[R]`, its outputs `[T, R]`, those in the tail `[T, L, R]`.

    They are the same for all nets of a task, so they are cached.
    """
    delta, output, states, symbols = np.asarray(machine.delta), np.asarray(machine.output), np.array(start), np.array(held)
    held_outputs, tail_outputs = np.empty((CHUNK, len(states)), OUTPUT), np.empty((CHUNK, tail, len(states)), OUTPUT)
    for t in range(CHUNK):
        held_outputs[t] = output[states, symbols]
        states = delta[states, symbols]
        tail_states = states
        for place in range(tail):
            tail_outputs[t, place] = output[tail_states, 0]
            tail_states = delta[tail_states, 0]
    return states, held_outputs, tail_outputs
