"""A net as the search for ellipsoids sees it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet, tensors
from anylength.ops.arrays import numpy_arrays
from anylength.programs import Program
from anylength.programs.running import run
from anylength.rules import Machine, PartialMachine

Array = NDArray[np.float64]

MOST_BLOCKS = 2
"""Quadratic parts that are kept, of as many as a state has numbers."""


@dataclass(frozen=True)
class Problem:
    """The net, the machine that it is to follow, and the noise of each step.

    Attributes:
        net: The net.
        machine: The machine, or the part of it along some words.
        epsilon: The noise of each number of a state at each step.
        eta: The margin that the machine's output has to have.
    """

    net: Net
    machine: Machine | PartialMachine
    epsilon: float
    eta: float

    @property
    def blocks(self) -> int:
        """How many quadratic parts are kept."""
        return min(MOST_BLOCKS, self.net.program.state)

    @cached_property
    def program(self) -> Program:
        """The net's step."""
        return self.net.program

    @cached_property
    def tensors(self) -> dict[str, Array]:
        """The weights in float64."""
        return {name: np.asarray(value, np.float64) for name, value in tensors(self.net).items()}

    @cached_property
    def symbols(self) -> Array:
        """The encoded symbols `[E, A]`."""
        return np.asarray(encoded_alphabet(self.net), np.float64)

    @cached_property
    def start(self) -> Array:
        """The net's start state `[D]`."""
        return np.asarray(self.net.numpy_start(1), np.float64)[:, 0]

    def step(self, states: Array, symbols: NDArray[np.integer]) -> Array:
        """The next states `[D, B]` under symbols `[B]`."""
        leaves = {"symbol": self.symbols[:, symbols], "state": states}
        return run(self.program.step, numpy_arrays, self.tensors, leaves)[len(self.program.step) - 1]  # pyright: ignore[reportArgumentType]
