"""One step of the cells with a memory, written again in numpy: one example at a time, with stacks and tapes as lists of vectors."""

import numpy as np

Named = dict[str, np.ndarray]


def _logistic(preactivation: float) -> float:
    return 1 / (1 + np.exp(-float(preactivation)))


def stack_step(named: Named, symbol: np.ndarray, state: np.ndarray) -> np.ndarray:
    """`stack-rnn`: two stacks of 8-vectors, listed from the top down."""
    hidden, columns = len(named["bias"]), []
    for x, column in zip(symbol.T, state.T):
        entries = column[hidden:].reshape(2, -1, 8)
        top = np.concatenate([entries[0, 0], entries[1, 0]])
        h = np.tanh(named["weight_ih"] @ x + named["bias"] + named["weight_hh"] @ column[:hidden] + named["weight_top"] @ top)
        preactivations = named["weight_action"] @ h + named["bias_action"]
        values = np.tanh(named["weight_push"] @ h + named["bias_push"]).reshape(2, 8)
        after = [h]
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
