"""One step of the cells with a memory, written again in numpy: one example at a time, with stacks and tapes as lists of vectors."""

from typing import Any

import numpy as np

Named = dict[str, np.ndarray]


def _logistic(preactivation: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(preactivation, np.float64)))


def _rnn(named: Named, x: np.ndarray, top: np.ndarray, h: np.ndarray) -> np.ndarray:
    return np.tanh(named["weight_ih"] @ x + named["bias"] + named["weight_hh"] @ h + named["weight_top"] @ top)


def _gru(named: Named, x: np.ndarray, top: np.ndarray, h: np.ndarray) -> np.ndarray:
    given, held = named["weight_ih"] @ np.concatenate([x, top]) + named["bias"], named["weight_hh"] @ h
    (p_r, p_z, p_n), (m_r, m_z, m_n) = given.reshape(3, -1), held.reshape(3, -1)
    z = _logistic(p_z + m_z)
    return (1 - z) * np.tanh(p_n + _logistic(p_r + m_r) * (m_n + named["bias_hn"])) + z * h


def _lstm(named: Named, x: np.ndarray, top: np.ndarray, state: np.ndarray) -> np.ndarray:
    h, c = state.reshape(2, -1)
    a_i, a_f, a_g, a_o = (named["weight_ih"] @ np.concatenate([x, top]) + named["bias"] + named["weight_hh"] @ h).reshape(4, -1)
    after = _logistic(a_f) * c + _logistic(a_i) * np.tanh(a_g)
    return np.concatenate([_logistic(a_o) * np.tanh(after), after])


_CONTROLLERS = {"stack-rnn": (_rnn, 1), "stack-gru": (_gru, 1), "stack-lstm": (_lstm, 2)}


def stack_step(name: str, named: Named, symbol: np.ndarray, state: np.ndarray) -> np.ndarray:
    """A cell with stacks: two stacks of 8-vectors, listed from the top down."""
    (controller, states), hidden, columns = _CONTROLLERS[name], named["weight_action"].shape[1], []
    for x, column in zip(symbol.T, state.T):
        entries = column[states * hidden :].reshape(2, -1, 8)
        top = np.concatenate([entries[0, 0], entries[1, 0]])
        after_controller = controller(named, x, top, column[: states * hidden])
        h = after_controller[:hidden]
        preactivations = named["weight_action"] @ h + named["bias_action"]
        values = np.tanh(named["weight_push"] @ h + named["bias_push"]).reshape(2, 8)
        after = [after_controller]
        for k, stack in enumerate(entries):
            push = _logistic(preactivations[2 * k])
            pop = (1 - push) * _logistic(preactivations[2 * k + 1])
            stay = 1 - push - pop
            for place in range(len(stack)):
                above = values[k] if place == 0 else stack[place - 1]
                below = stack[place + 1] if place + 1 < len(stack) else np.zeros(8)
                after.append(push * above + pop * below + stay * stack[place])
        columns.append(np.concatenate(after))
    return np.stack(columns, axis=1)


def tape_step(named: Named, symbol: np.ndarray, state: np.ndarray) -> np.ndarray:
    """`tape-rnn`: a ring of 8-vectors, listed from the head on."""
    hidden, columns = len(named["bias"]), []
    for x, column in zip(symbol.T, state.T):
        tape = column[hidden:].reshape(-1, 8).copy()
        h = np.tanh(named["weight_ih"] @ x + named["bias"] + named["weight_hh"] @ column[:hidden] + named["weight_head"] @ tape[0])
        write, move, right = map(_logistic, named["weight_action"] @ h + named["bias_action"])
        tape[0] = (1 - write) * tape[0] + write * np.tanh(named["weight_write"] @ h + named["bias_write"])
        moved = move * right * np.roll(tape, -1, axis=0) + move * (1 - right) * np.roll(tape, 1, axis=0) + (1 - move) * tape
        columns.append(np.concatenate([h, moved.ravel()]))
    return np.stack(columns, axis=1)
