"""The `relu` cell: h' = max(0, W_ih x + b + W_hh h), Elman's net with a rectifier. Its states have no bound of their own."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.cells.rnn import AbstractElman
from anylength.ops import Ops
from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class Relu(AbstractElman):
    """A rectified RNN cell (as `torch.nn.RNNCell(nonlinearity="relu")` whose two biases may be added up)."""

    summary: ClassVar[str] = "RNN with rectifiers, whose states have no bound"

    def activation(self, ops: Ops, input_term: Any) -> Any:
        """max(0, drive)."""
        return ops.relu(input_term)
