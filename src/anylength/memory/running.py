"""A net with stacks on many words in float32: its answers, what it does with its stacks, and whether a gate is soft."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.cells import StackCell
from anylength.nets import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays
from anylength.rules import KEEP, POP, push


@dataclass(frozen=True)
class Ran:
    """What a net did on words `[T, B]`.

    Attributes:
        outputs: `[T, B]` its answers.
        actions: `[T, B, K]` `KEEP`, `POP`, or `push(1)` whatever it pushed. A gate whose number is positive is open.
        soft: `[T, B]` how many gates were neither exactly 0 nor 1 where that matters, as clip(z + ½, 0, 1).
        deepest: The largest depth of a stack.
    """

    outputs: NDArray[np.int64]
    actions: NDArray[np.int64]
    soft: NDArray[np.int64]
    deepest: int


def run_with_stacks(net: Net, words: NDArray[np.integer]) -> Ran:
    """Runs a net on words `[T, B]`."""
    cell, (steps, columns) = net.cell, words.shape
    assert isinstance(cell, StackCell)
    stacks, width, every = cell.stacks, cell.width, np.arange(columns)
    codes, state = encoded_alphabet(net).astype(np.float32), np.zeros((cell.controller_size, columns), np.float32)
    held, depth = np.zeros((stacks, steps + 1, width, columns), np.float32), np.zeros((stacks, columns), np.int64)
    outputs, soft, deepest = np.zeros(words.shape, np.int64), np.zeros(words.shape, np.int64), 0
    actions = np.full((*words.shape, stacks), KEEP)
    for step, symbols in enumerate(words):
        tops = np.concatenate([held[k, depth[k], :, every].T for k in range(stacks)])
        state, values = cell.controlled(numpy_arrays, codes[:, symbols], tops, state)
        features = state[: net.hidden]
        outputs[step] = (net.weight @ features + net.bias[:, None]).argmax(axis=0)
        numbers = cell.weight_action @ features + cell.bias_action[:, None]
        for k in range(stacks):
            pushes, pops = numbers[2 * k : 2 * k + 2] > 0
            between = np.abs(numbers[2 * k : 2 * k + 2]) < np.float32(0.5)
            soft[step] += between[0] | (~pushes & between[1])
            actions[step, :, k] = np.where(pushes, push(1), np.where(pops, POP, KEEP))
            depth[k] = np.where(pushes, depth[k] + 1, np.maximum(depth[k] - pops, 0))
            pushed = np.flatnonzero(pushes)
            held[k, depth[k, pushed], :, pushed] = values[k * width : (k + 1) * width, pushed].T
        deepest = max(deepest, int(depth.max()))
    return Ran(outputs, actions, soft, deepest)
