"""The `slstm` cell: xLSTM's LSTM with exponential gates, normaliser and stabiliser (Beck et al. 2024, arXiv 2405.04517)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength._types import Tensor
from anylength.cells.cell import NamedCell, Retention
from anylength.ops import Ops
from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class Slstm(NamedCell):
    """An sLSTM cell of one head. The state is h, then the cell c, the normaliser n and the stabiliser m.

    Attributes:
        weight_ih: `[4H, E]`, for input gate i, forget gate f, value z and output gate o.
        weight_hh: `[4H, H]`.
        bias: `[4H]`.
    """

    summary: ClassVar[str] = "sLSTM (xLSTM): exponential gates, normalised"

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor

    @property
    def state_size(self) -> int:
        """D = 4H: h, c, n, m."""
        return 4 * self.hidden

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """With a = W_ih x + b + W_hh h and the input gate eᵃⁱ, the forget gate σ(a_f): h' = σ(a_o)·c'/n'.

        The stabiliser m' = max(log f + m, a_i) divides both gates by eᵐ', so that the larger one is 1. With
        d = log f + m − a_i the input gate is then e^−max(0, d) and the forget gate e^−max(0, −d).
        """
        units = self.hidden
        hidden_state, cell, normaliser, stabiliser = (state[k * units : (k + 1) * units] for k in range(4))
        preactivation = self.input_term(ops, symbol) + ops.matmul(self.weight_hh, hidden_state)
        log_input, forget, value, output = (preactivation[k * units : (k + 1) * units] for k in range(4))
        log_forget = ops.scale(ops.softplus(ops.scale(forget, -1.0)), -1.0)
        lead = (log_forget + stabiliser) - log_input
        input_gate = ops.exp(ops.scale(ops.relu(lead), -1.0))
        forget_gate = ops.exp(ops.scale(ops.relu(ops.scale(lead, -1.0)), -1.0))
        cell = forget_gate * cell + input_gate * ops.tanh(value)
        normaliser = forget_gate * normaliser + input_gate
        ratio = cell * ops.reciprocal(normaliser)
        return ops.concatenate([ops.sigmoid(output) * ratio, cell, normaliser, log_input + ops.relu(lead)])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors."""
        return {"weight_ih": (4 * hidden, encoded), "weight_hh": (4 * hidden, hidden), "bias": (4 * hidden,)}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The forget gate f retains c and n."""
        return Retention(slice(hidden, 2 * hidden), 1.0)
