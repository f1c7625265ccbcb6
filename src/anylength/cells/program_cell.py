"""A cell that is a program: a step from elsewhere, or a stack of layers. It has no name in `CELLS`; its program defines it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anylength.base import Tensor, pytree
from anylength.cells.cell import AbstractCell
from anylength.ops import Ops
from anylength.programs import Program, run


@pytree
@dataclass(frozen=True)
class ProgramCell(AbstractCell):
    """The step and the answer of a program, over its tensors.

    Attributes:
        weights: The tensors by their names in the program, but for the read-out's.
        steps: The program.
    """

    weights: Mapping[str, Tensor]
    steps: Program = field(metadata={"static": True})

    @property
    def hidden(self) -> int:
        """The features, which the read-out reads."""
        return self.steps.features

    @property
    def state_size(self) -> int:
        """D."""
        return self.steps.state

    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """The weights by name."""
        return self.weights

    def named_tensors(self) -> Mapping[str, Tensor]:
        """The weights by name."""
        return self.weights

    def program(self, classes: int) -> Program:
        """The program, which has its own read-out."""
        del classes
        return self.steps

    def start_state(self) -> Tensor | None:
        """The start state `[D]`; None for zeros."""
        return None if self.steps.start is None else self.weights[self.steps.start]

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """Runs the program's step."""
        instructions = self.steps.step
        return run(instructions, ops, self.weights, {"symbol": symbol, "state": state})[len(instructions) - 1]

    def features(self, ops: Ops, state: Any) -> Any:
        """Runs the program's answer."""
        instructions = self.steps.answer
        return run(instructions, ops, self.weights, {"state": state})[len(instructions) - 1]
