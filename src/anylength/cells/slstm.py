"""The `slstm` cell: xLSTM's LSTM with exponential gates, normaliser and stabiliser (Beck et al. 2024, arXiv 2405.04517).

The paper's state holds a cell c, a normaliser n and a stabiliser m, and the step uses c/n alone. This cell keeps u = c/n and
l = m + log n in their place: the same step without a division and without numbers that overflow. It starts with n = 1.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.cells.retention import Retention
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class Slstm(NamedCell):
    """An sLSTM cell of one head. The state is h, then the normalised cell u, then the logarithm l of the normaliser.

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
        """D = 3H: h, u, l."""
        return 3 * self.hidden

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """With a = W_ih x + b + W_hh h, the input gate exp(a_i) and the forget gate σ(a_f): h' = σ(a_o)·u'.

        u' = (1 − w)·tanh(a_z) + w·u with the share of the past w = σ(d), l' = log(exp(a_i) + σ(a_f)·exp(l)) = a_i + softplus(d),
        where d = log σ(a_f) + l − a_i and log σ(x) = −softplus(−x).
        """
        units = self.hidden
        preactivation = self.input_term(ops, symbol) + ops.matmul(self.weight_hh, state[:units])
        log_input, forget, value, output = (preactivation[k * units : (k + 1) * units] for k in range(4))
        log_forget = ops.scale(ops.softplus(ops.scale(forget, -1.0)), -1.0)
        ahead = (log_forget + state[2 * units :]) - log_input
        cell = ops.lerp(ops.sigmoid(ahead), ops.tanh(value), state[units : 2 * units])
        return ops.concatenate([ops.sigmoid(output) * cell, cell, log_input + ops.softplus(ahead)])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors."""
        return {"weight_ih": (4 * hidden, encoded), "weight_hh": (4 * hidden, hidden), "bias": (4 * hidden,)}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The forget gate f retains the past."""
        return Retention(slice(hidden, 2 * hidden), 1.0)
