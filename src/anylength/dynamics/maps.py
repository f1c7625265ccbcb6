"""The map of a net's state space into itself under a repeated (held) symbol, in float64: values, Jacobians, logits. No JAX.

States are columns `[D, B]`. A state of an LSTM is h, then c.
"""

from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.time_limit import check_time
from anylength.nets import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays
from anylength.ops.slopes import array_slopes, jacobians, variables

States = NDArray[np.float64]

TIE_LOST = -float(np.finfo(np.float64).tiny)
"""The margin of an answer that loses a tie: the negative number closest to 0 that no processor rounds to 0."""


@dataclass(frozen=True)
class HeldMap:
    """F(h): the state after one more step of the held symbol, or after `repeat` more steps. Made with `of`.

    The orbits of a net whose recurrence diverges overflow to infinity or NaN, silently: every search stops there.

    Attributes:
        net: The net, its tensors as float64 numpy arrays.
        symbol: The held symbol.
        encoded: `[E, 1]`, the symbol as the cell reads it.
        repeat: Number of steps of the net in one step of the map.
    """

    net: Net
    symbol: int
    encoded: NDArray[np.float64]
    repeat: int = 1

    @staticmethod
    def of(net: Net, symbol: int, repeat: int = 1) -> "HeldMap":
        """The map of a net under one symbol."""
        exact: Net = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), net)
        return HeldMap(exact, symbol, encoded_alphabet(net)[:, [symbol]], repeat)

    @property
    def size(self) -> int:
        """D, the number of rows of a state."""
        return self.net.cell.state_size

    @np.errstate(over="ignore", invalid="ignore")
    def step(self, states: States) -> States:
        """F on a batch `[D, B]`."""
        check_time()
        encoded = np.repeat(self.encoded, states.shape[1], axis=1)
        for _ in range(self.repeat):
            states = self.net.cell.step(numpy_arrays, encoded, states)
        return states

    def steps(self, states: States, count: int) -> States:
        """F applied `count` times to a batch `[D, B]`."""
        for _ in range(count):
            states = self.step(states)
        return states

    @np.errstate(over="ignore", invalid="ignore")
    def jacobians(self, states: States) -> NDArray[np.float64]:
        """The Jacobian of F at each state: `[B, D, D]`, entry (b, i, j) is ∂F_i/∂h_j at column b."""
        check_time()
        after, encoded = variables(states), np.repeat(self.encoded, states.shape[1], axis=1)
        for _ in range(self.repeat):
            after = self.net.cell.step(array_slopes, encoded, after)
        return jacobians(after, self.size)

    @np.errstate(over="ignore", invalid="ignore")
    def logits(self, states: States) -> NDArray[np.float64]:
        """The logits `[C, B]` of states `[D, B]`."""
        return self.net.readout(states, numpy_arrays)

    def start(self) -> States:
        """The start state of the net `[D, 1]`."""
        return self.net.numpy_start(1)


def symbol_maps(net: Net) -> tuple[HeldMap, ...]:
    """The one-step map of every symbol. All maps share the tensors of one float64 net."""
    exact, alphabet = HeldMap.of(net, 0).net, encoded_alphabet(net)
    return tuple(HeldMap(exact, symbol, alphabet[:, [symbol]]) for symbol in range(alphabet.shape[1]))


@np.errstate(invalid="ignore")  # of two infinite logits none leads: the margin is NaN
def margins_of(logits: NDArray[np.float64], right: int | NDArray[np.integer]) -> NDArray[np.float64]:
    """The margin of the right answer: its logit minus the largest other logit. The answer is wrong where the margin is negative.

    The net answers the first class with the largest logit. So a tie with an earlier class is a wrong answer, and its margin is
    `TIE_LOST`.

    Args:
        logits: `[C, B]`.
        right: The right class, one for all columns or one for each column `[B]`.

    Returns:
        The margins `[B]`.
    """
    columns, others = np.arange(logits.shape[1]), logits.copy()
    others[right, columns] = -np.inf
    margins = logits[right, columns] - others.max(axis=0)
    return np.where((margins == 0) & (logits.argmax(axis=0) != right), TIE_LOST, margins)
