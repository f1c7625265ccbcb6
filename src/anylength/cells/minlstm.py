"""The `minlstm` cell: an LSTM whose gates depend on the input alone (Feng et al. 2024, arXiv 2410.01201), below one tanh layer."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import pytree
from anylength.cells.linear import AbstractLinear
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class MinLstm(AbstractLinear):
    """s' = (f·s + i·p_u) / (f + i) with gates f = σ(p_f) and i = σ(p_i) scaled to sum to 1; h' = tanh(p_o + W_hh s')."""

    summary: ClassVar[str] = "minLSTM: gates that see the input alone"
    gates: ClassVar[int] = 2

    def next_memory(self, ops: Ops, gates: Any, value: Any, memory: Any) -> Any:
        """(1 − w)·s + w·p_u: the share w = i / (f + i) is σ(log i − log f), and log σ(x) = −softplus(−x)."""
        log_gates = ops.scale(ops.softplus(ops.scale(gates, -1.0)), -1.0)
        share = ops.sigmoid(log_gates[self.hidden :] - log_gates[: self.hidden])
        return ops.lerp(share, memory, value)

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors, for two gates."""
        return {"weight_ih": (4 * hidden, encoded), "weight_hh": (hidden, hidden), "bias": (4 * hidden,)}
