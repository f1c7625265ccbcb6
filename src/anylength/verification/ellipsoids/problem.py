"""A net as the search for ellipsoids sees it: the forms of a step from many contexts at once, in numpy or in JAX."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine
from anylength.nets import Net, encoded_alphabet, tensors
from anylength.ops import numpy_arrays
from anylength.ops.forms import Form
from anylength.programs import Program
from anylength.programs.running import run
from anylength.verification.partial_machines import PartialMachine

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """The net, the machine that it is to follow, and the noise of each step.

    Attributes:
        net: The net.
        machine: The machine, or the part of it along some words.
        epsilon: The noise of each number of a state at each step.
        eta: The margin that the machine's output has to have.
        most_blocks: How many quadratic parts are kept, of as many as a state has numbers.
    """

    net: Net
    machine: Machine | PartialMachine
    epsilon: float
    eta: float
    most_blocks: int = 2

    @property
    def blocks(self) -> int:
        """How many quadratic parts are kept."""
        return min(self.most_blocks, self.net.program.state)

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
        """The start state `[D]`."""
        return np.asarray(self.net.numpy_start(1), np.float64)[:, 0]

    def step(self, states: Array, symbols: NDArray[np.integer]) -> Array:
        """The next states `[D, B]` under symbols `[B]`."""
        leaves = {"symbol": self.symbols[:, symbols], "state": states}
        return run(self.program.step, numpy_arrays, self.tensors, leaves)[len(self.program.step) - 1]  # pyright: ignore[reportArgumentType]


def state_forms(center: Any, shape: Any, blocks: int) -> Form:
    """The states of ellipsoids: centers `[N, D]`, shapes `[N, D, D]`; as forms of N columns."""
    arrays = center.__array_namespace__()
    linear = arrays.moveaxis(shape, 1, 0)
    zeros = 0 * center.T
    return Form(center.T, linear, zeros[..., None, None] + arrays.zeros((blocks, linear.shape[-1]), center.dtype), zeros)


def cut_forms(program: Program, ops: Any, tensors: Mapping[str, Any], state: Form) -> dict[int, Any]:
    """What the rest of the step needs of the states: the values of the cut, by number."""
    values = run(program.step, ops, tensors, {"state": state}, wanted=program.cut)
    return {number: values[number] for number in program.cut}


def image_forms(program: Program, ops: Any, tensors: Mapping[str, Any], cut: Mapping[int, Any], sources: Any, symbol: Any) -> Form:
    """The states after a step from the contexts `sources [B]` under encoded symbols `[E, B]`, without noise."""
    given = {number: value[:, sources] for number, value in cut.items()}
    return run(program.step, ops, tensors, {"symbol": symbol}, given=given)[len(program.step) - 1]


def answer_forms(program: Program, ops: Any, tensors: Mapping[str, Any], image: Form, symbol: Any) -> Form:
    """What the read-out reads of the states after a step `[F, B]`."""
    return run(program.answer, ops, tensors, {"symbol": symbol, "state": image})[len(program.answer) - 1]
