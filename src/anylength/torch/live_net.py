"""A step program with the tensors of a live module: what the loss runs, so that gradients reach the module's parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from anylength.ops.torch_arrays import torch_arrays
from anylength.ops.torch_ibp import OPS, Box
from anylength.programs import Program, cut_parts, run, stacked_cut


@dataclass(frozen=True)
class LiveNet:
    """A net as its program and its tensors are now. Columns are examples.

    Attributes:
        program: One step of the net.
        tensors: The tensors of the program by name.
    """

    program: Program
    tensors: Mapping[str, Tensor]

    def start(self) -> Tensor:
        """The start state `[D, 1]`."""
        if self.program.start is None:
            weight = self.tensors[self.program.weight]
            return torch.zeros(self.program.state, 1, dtype=weight.dtype, device=weight.device)
        return self.tensors[self.program.start][:, None]

    def step(self, symbols: Tensor, cut: Box) -> Box:
        """The boxes `[D, K]` of states after encoded symbols `[E, K]`, from boxes `[M, K]` of the cut's values."""
        program = self.program
        given = cut_parts(program, cut)
        return run(program.step, OPS, self.tensors, {"symbol": symbols}, given=given)[len(program.step) - 1]

    def cut(self, states: Any) -> Any:
        """The cut's values `[M, K]` of states `[D, K]`: boxes of boxes, tensors of tensors."""
        values = run(self.program.step, OPS, self.tensors, {"state": states}, wanted=self.program.cut)
        return stacked_cut(self.program, OPS, values)

    def features(self, symbols: Tensor, states: Box) -> Box:
        """The boxes `[F, K]` that the read-out reads."""
        answer = self.program.answer
        return run(answer, OPS, self.tensors, {"symbol": symbols, "state": states})[len(answer) - 1]

    def logits(self, features: Tensor) -> Tensor:
        """The logits `[C, K]` of features `[F, K]`."""
        product = torch_arrays.matmul(self.tensors[self.program.weight], features)
        return product + self.tensors[self.program.bias][:, None]
