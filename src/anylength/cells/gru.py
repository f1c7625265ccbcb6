"""The `gru` cell: a gated recurrent unit (Cho et al. 2014) in PyTorch's form: the reset gate acts after the recurrent matrix."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.cells.retention import Retention
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class Gru(NamedCell):
    """A GRU cell as `torch.nn.GRUCell`, with gates r, z, n. PyTorch's two biases are added up, except in the candidate n.

    Attributes:
        weight_ih: `[3H, E]`.
        weight_hh: `[3H, H]`.
        bias: `[3H]`.
        bias_hn: `[H]`, the recurrent bias of the candidate. The reset gate scales it.
        bias_hh: `[3H]` or None, added to `bias`: PyTorch's second bias, with zeros for the candidate.
    """

    summary: ClassVar[str] = "GRU: gated recurrent unit, PyTorch's form"

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_hn: Tensor
    bias_hh: Tensor | None = None

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """r = σ(p_r + m_r), z = σ(p_z + m_z), n = tanh(p_n + r·(m_n + b_hn)), h' = (1 − z)·n + z·h; p = W_ih x + b, m = W_hh h."""
        units = self.hidden
        # One stack of both: it orders the sums of the gradient as in earlier versions, so that they train the same net to the bit.
        recurrent = ops.concatenate([ops.matmul(self.weight_hh, state), state])
        input_term = self.input_term(ops, symbol)
        gates = ops.sigmoid(input_term[: 2 * units] + recurrent[: 2 * units])
        reset = gates[:units] * (recurrent[2 * units : 3 * units] + self.bias_hn[:, None])
        candidate = ops.tanh(input_term[2 * units :] + reset)
        return ops.lerp(gates[units:], candidate, recurrent[3 * units :])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the four required tensors."""
        rows = 3 * hidden
        return {"weight_ih": (rows, encoded), "weight_hh": (rows, hidden), "bias": (rows,), "bias_hn": (hidden,)}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The update gate z retains h."""
        return Retention(slice(hidden, 2 * hidden), 1.0)

    @staticmethod
    def reset_rows(hidden: int) -> slice | None:
        """The reset gate r."""
        return slice(0, hidden)
