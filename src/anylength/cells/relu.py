"""The `relu` cell h' = max(0, W_ih x + b + W_hh h): Elman's net with rectifiers. The values of its states are unbounded."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import pytree
from anylength.cells.rnn import AbstractElman
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class Relu(AbstractElman):
    """A rectifier RNN cell as `torch.nn.RNNCell(nonlinearity="relu")`, with its two biases added up."""

    summary: ClassVar[str] = "RNN with rectifiers, whose states have no bound"

    def activation(self, ops: Ops, preactivation: Any) -> Any:
        """max(0, preactivation)."""
        return ops.relu(preactivation)
