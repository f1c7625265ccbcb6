"""The `gru-reset-before` cell: a gated recurrent unit whose reset gate acts before the recurrent matrix. ONNX's default."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.cells.retention import Retention
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class GruResetBefore(NamedCell):
    """The GRU cell of Cho et al. 2014 (arXiv 1406.1078), with gates r, z, n. In ONNX: `GRU` with linear_before_reset = 0.

    Attributes:
        weight_ih: `[3H, E]`.
        weight_hh: `[3H, H]`.
        bias: `[3H]`.
        bias_hh: `[3H]` or None, added to `bias`.
    """

    summary: ClassVar[str] = "GRU whose reset gate acts first, ONNX's default"

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_hh: Tensor | None = None

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """r = σ(p_r + W_hr h), z = σ(p_z + W_hz h), n = tanh(p_n + W_hn (r·h)), h' = (1 − z)·n + z·h; p = W_ih x + b."""
        units = self.hidden
        input_term = self.input_term(ops, symbol)
        gates = ops.sigmoid(input_term[: 2 * units] + ops.matmul(self.weight_hh[: 2 * units], state))
        recurrent = ops.matmul(self.weight_hh[2 * units :], gates[:units] * state)
        candidate = ops.tanh(input_term[2 * units :] + recurrent)
        return ops.lerp(gates[units:], candidate, state)

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors."""
        return {"weight_ih": (3 * hidden, encoded), "weight_hh": (3 * hidden, hidden), "bias": (3 * hidden,)}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The update gate z retains h."""
        return Retention(slice(hidden, 2 * hidden), 1.0)

    @staticmethod
    def reset_rows(hidden: int) -> slice | None:
        """The reset gate r."""
        return slice(0, hidden)
