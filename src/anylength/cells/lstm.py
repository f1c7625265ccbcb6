"""The `lstm` cell: long short-term memory with a forget gate (Hochreiter & Schmidhuber 1997; Gers et al. 2000), no peepholes."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.cells.retention import Retention
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class Lstm(NamedCell):
    """An LSTM cell as `torch.nn.LSTMCell`, with gates i, f, g, o and its two biases added up. The state is h, then c.

    Attributes:
        weight_ih: `[4H, E]`.
        weight_hh: `[4H, H]`.
        bias: `[4H]`.
        bias_hh: `[4H]` or None, added to `bias`.
    """

    summary: ClassVar[str] = "LSTM with a forget gate"

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_hh: Tensor | None = None

    @property
    def state_size(self) -> int:
        """D = 2H: h, then c."""
        return 2 * self.hidden

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """With a = W_ih x + b + W_hh h: c' = σ(a_f)·c + σ(a_i)·tanh(a_g), h' = σ(a_o)·tanh(c')."""
        units = self.hidden
        preactivation = self.input_term(ops, symbol) + ops.matmul(self.weight_hh, state[:units])
        input_gate = ops.sigmoid(preactivation[:units])
        forget_gate = ops.sigmoid(preactivation[units : 2 * units])
        cell = forget_gate * state[units:] + input_gate * ops.tanh(preactivation[2 * units : 3 * units])
        output_gate = ops.sigmoid(preactivation[3 * units :])
        return ops.concatenate([output_gate * ops.tanh(cell), cell])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors."""
        return {"weight_ih": (4 * hidden, encoded), "weight_hh": (4 * hidden, hidden), "bias": (4 * hidden,)}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The forget gate f retains c."""
        return Retention(slice(hidden, 2 * hidden), 1.0)

    @classmethod
    def open_rows(cls, hidden: int) -> tuple[slice, ...]:
        """The input gate i and the output gate o."""
        del cls
        return slice(0, hidden), slice(3 * hidden, 4 * hidden)
