"""The net as it runs: float32, compiled. Where an answer hangs on rounding, only this arithmetic knows it.

The other modules of `dynamics` compute in float64. The compiled net differs from them by some 1e-7 in each unit at each step,
mostly because of its `tanh`. So its fixed points lie some 1e-7 to 1e-6 beside theirs.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import States
from anylength.nets import Net
from anylength.nets.scan import outputs_from, step

ROUNDING = 1e-4
"""A margin (in logits) below which rounding may decide the answer. Rounding moved the margins of nets of up to 24 units by 1e-5."""

BLOCK = 250
"""Steps of the map that one compiled call runs."""


def measured_as_run(held_input: HeldInput, limit: int) -> int | None:
    """The number of held steps before the first wrong answer. None if all `limit` steps are answered right.

    It is measured in float64 up to the first margin that rounding may turn, and from there in the net's own arithmetic.
    """
    early = held_input.early_break()
    if early is not None:
        return early
    close = held_input.first_below(ROUNDING, limit)
    if close is None:
        return None
    more = 0 if close.margin < -ROUNDING else periods_right_as_run(held_input, close.state, limit)
    if more is None:
        return None
    steps = held_input.warm_up_steps + (close.periods + more) * held_input.held_map.repeat - 1
    return steps if steps <= limit else None


def periods_right_as_run(held_input: HeldInput, state: States, limit: int) -> int | None:
    """The number of map steps from a state `[D, 1]` before the first wrong answer. None if `limit` steps are answered right.

    The state must belong to the machine's state `held_input.machine_state`. Its own answers count.
    """
    period = held_input.held_map.repeat
    words, used = _padded(held_input.continuations)
    right = [_right_answers(held_input, phase, words) for phase in range(period)]
    right_held, right_after = np.array([one for one, _ in right]), np.stack([other for _, other in right])
    current: Any = jnp.asarray(state, jnp.float32)
    for done in range(0, limit, BLOCK):
        current, moved, held, after = _run(held_input.held_map.net, current, held_input.symbol, words, BLOCK, period)
        wrong = (np.asarray(held) != right_held).any(axis=1)
        wrong |= ((np.asarray(after) != right_after) & used).any(axis=(1, 2, 3))
        if wrong.any():
            return done + int(wrong.argmax())
        if not moved:
            return None
    return None


def _padded(words: tuple[tuple[int, ...], ...]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The words as columns `[L, K]`, and which of their symbols are no padding."""
    longest = max((len(word) for word in words), default=0)
    columns = [word + (0,) * (longest - len(word)) for word in words]
    used = [[place < len(word) for word in words] for place in range(longest)]
    return np.array(columns, np.int64).reshape(len(words), longest).T, np.array(used, bool).reshape(longest, len(words))


def _right_answers(held_input: HeldInput, phase: int, words: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """The right answer at the held step, and those along the words `[L, K]`, at a phase of the machine's cycle."""
    machine, before = held_input.machine, held_input.machine_state
    for _ in range(phase + held_input.held_map.repeat - 1):
        before = machine.delta[before][held_input.symbol]
    after, at_step = machine.step(before, held_input.symbol)
    along = np.empty(words.shape, np.int64)
    for column, word in enumerate(words.T):
        current = after
        for place, symbol in enumerate(word):
            current, along[place, column] = machine.step(current, int(symbol))
    return at_step, along


@partial(jax.jit, static_argnums=(4, 5))
def _run(net: Net, state: Any, symbol: Any, words: Any, count: int, period: int) -> tuple[Any, Any, Any, Any]:
    """`count` map steps: last state, whether the last step moved it, answers `[count, P]`, and along words `[count, P, L, K]`."""

    def advance(state: Any, _: None) -> tuple[Any, tuple[Any, Any]]:
        columns = jnp.broadcast_to(state, (state.shape[0], words.shape[1]))
        answered = jnp.argmax(net.readout(state)[:, 0]), outputs_from(net, columns, words)[1]
        return step(net, state, jnp.asarray([symbol])), answered

    def advance_period(state: Any, _: None) -> tuple[Any, Any]:
        after, answered = lax.scan(advance, state, None, length=period)
        return after, ((after != state).any(), *answered)

    state, (moved, held, after) = lax.scan(advance_period, state, None, length=count)
    return state, moved[-1], held, after
