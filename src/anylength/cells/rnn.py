"""The `rnn` cell h' = tanh(W_ih x + b + W_hh h) (Elman 1990), which the post uses; and the base class that `relu` shares."""

import abc
from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.ops import Ops


@dataclass(frozen=True)
class AbstractElman(NamedCell):
    """h' = activation(W_ih x + b + W_hh h) (Elman 1990).

    Attributes:
        weight_ih: `[H, E]`.
        weight_hh: `[H, H]`.
        bias: `[H]`.
        bias_hh: `[H]` or None, added to `bias`.
    """

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_hh: Tensor | None = None

    @abc.abstractmethod
    def activation(self, ops: Ops, preactivation: Any) -> Any:
        """h' from its pre-activation."""

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """h' = activation(W_ih x + b + W_hh h)."""
        return self.activation(ops, self.input_term(ops, symbol) + ops.matmul(self.weight_hh, state))

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors."""
        return {"weight_ih": (hidden, encoded), "weight_hh": (hidden, hidden), "bias": (hidden,)}


@pytree
@dataclass(frozen=True)
class Rnn(AbstractElman):
    """A tanh RNN cell as `torch.nn.RNNCell`, with its two biases added up."""

    summary: ClassVar[str] = "tanh RNN (Elman), the post's"

    def activation(self, ops: Ops, preactivation: Any) -> Any:
        """Hyperbolic tangent."""
        return ops.tanh(preactivation)
