"""The `rnn` cell: h' = tanh(W_ih x + b + W_hh h), Elman's net with tanh, the post's."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax

from anylength._types import Tensor
from anylength.cells.cell import AbstractCell


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Rnn(AbstractCell):
    """A tanh RNN cell (as `torch.nn.RNNCell` with its two biases added up).

    Attributes:
        weight_ih: `[H, E]`.
        weight_hh: `[H, H]`.
        bias: `[H]`.
    """

    summary: ClassVar[str] = "tanh RNN (Elman), the post's"

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor

    @property
    def hidden(self) -> int:
        """H."""
        return self.weight_hh.shape[-1]

    @property
    def state_size(self) -> int:
        """D = H: the state is h."""
        return self.hidden

    def message(self, ops: Any, state: Any) -> Any:
        """W_hh h, the recurrent pre-activations."""
        return ops.matmul(self.weight_hh, state)

    def receive(self, ops: Any, symbol: Any, message: Any) -> Any:
        """h' = tanh(W_ih x + b + message)."""
        drive = ops.matmul(self.weight_ih, symbol) + self.bias[:, None]
        return ops.tanh(drive + message)

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three tensors."""
        return {"weight_ih": (hidden, encoded), "weight_hh": (hidden, hidden), "bias": (hidden,)}
