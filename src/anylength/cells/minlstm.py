"""The `minlstm` cell: an LSTM whose gates depend on the input alone (Feng et al. 2024, arXiv 2410.01201), below one tanh layer."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength._types import Tensor
from anylength.cells.cell import NamedCell
from anylength.cells.retention import Retention
from anylength.ops import Ops
from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class MinLstm(NamedCell):
    """A recurrence that is linear in s, with gates f and i that are scaled to sum to 1. The state is h, then s.

    Attributes:
        weight_ih: `[4H, E]`. The H-row blocks of p = W_ih x + b are: forget gate p_f, input gate p_i, input p_u, output layer p_o.
        weight_hh: `[H, H]`, from s to h of the same step.
        bias: `[4H]`.
    """

    summary: ClassVar[str] = "minLSTM: gates that see the input alone"
    linear_recurrence: ClassVar[bool] = True

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor

    @property
    def state_size(self) -> int:
        """D = 2H: h, then s."""
        return 2 * self.hidden

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """s' = (f·s + i·p_u) / (f + i) with f = σ(p_f) and i = σ(p_i); h' = tanh(p_o + W_hh s').

        The share i / (f + i) is σ(log i − log f), and log σ(x) = −softplus(−x).
        """
        units = self.hidden
        input_term = self.input_term(ops, symbol)
        log_gates = ops.scale(ops.softplus(ops.scale(input_term[: 2 * units], -1.0)), -1.0)
        share = ops.sigmoid(log_gates[units:] - log_gates[:units])
        memory = ops.lerp(share, state[units:], input_term[2 * units : 3 * units])
        hidden_state = ops.tanh(input_term[3 * units :] + ops.matmul(self.weight_hh, memory))
        return ops.concatenate([hidden_state, memory])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors."""
        return {"weight_ih": (4 * hidden, encoded), "weight_hh": (hidden, hidden), "bias": (4 * hidden,)}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The forget gate f retains s."""
        return Retention(slice(0, hidden), 1.0)
