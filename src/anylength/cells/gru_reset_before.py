"""The `gru-reset-before` cell: a gated recurrent unit as first described: its reset gate acts before the matrix. ONNX's default."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength._types import Tensor
from anylength.cells.cell import AbstractCell, Retention
from anylength.ops import Ops
from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class GruResetBefore(AbstractCell):
    """A GRU cell of Cho et al. 2014 (arXiv 1406.1078); ONNX's operator with linear_before_reset = 0. Gates r, z, n.

    Attributes:
        weight_ih: `[3H, E]`.
        weight_hh: `[3H, H]`.
        bias: `[3H]`.
        bias_hh: `[3H]` or None, added to the first.
    """

    summary: ClassVar[str] = "GRU whose reset gate acts first, ONNX's default"

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_hh: Tensor | None = None

    def recurrent_term(self, ops: Ops, state: Any) -> Any:
        """W_hh h of the gates r and z `[2H, B]`, then h."""
        return ops.concatenate([ops.matmul(self.weight_hh[: 2 * self.hidden], state), state])

    def update(self, ops: Ops, symbol: Any, recurrent_term: Any) -> Any:
        """r = σ(p_r + m_r), z = σ(p_z + m_z), n = tanh(p_n + W_hn (r·h)), h' = (1 − z)·n + z·h; p = W_ih x + b."""
        units = self.hidden
        input_term, before = self.input_term(ops, symbol), recurrent_term[2 * units :]
        gates = ops.sigmoid(input_term[: 2 * units] + recurrent_term[: 2 * units])
        recurrent = ops.matmul(self.weight_hh[2 * units :], gates[:units] * before)
        return ops.lerp(gates[units:], ops.tanh(input_term[2 * units :] + recurrent), before)

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three tensors."""
        return {"weight_ih": (3 * hidden, encoded), "weight_hh": (3 * hidden, hidden), "bias": (3 * hidden,)}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The update gate z: an open one keeps h."""
        return Retention(slice(hidden, 2 * hidden), 1.0)

    @staticmethod
    def reset_rows(hidden: int) -> slice | None:
        """The reset gate r."""
        return slice(0, hidden)
