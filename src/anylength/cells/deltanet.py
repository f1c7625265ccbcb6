"""The `deltanet` cell: a matrix that the delta rule writes to (Yang et al. 2024, arXiv 2406.06484), below one tanh layer.

Its transition matrices have eigenvalues in [−1, 1] (Grazzi et al. 2024, arXiv 2411.12537): β in [0, 2] reflects at 2.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class DeltaNet(NamedCell):
    """A matrix S of H values for each of K = `KEYS` directions. The state is h, then S row by row.

    Attributes:
        weight_ih: `[2H + 2K + 1, E]`. The blocks of p = W_ih x + b are: value p_v `[H]`, output layer p_o `[H]`, key p_k `[K]`,
            query p_q `[K]`, step size p_β `[1]`.
        weight_hh: `[H, H]`, from what the query reads to h of the same step.
        bias: `[2H + 2K + 1]`.
    """

    summary: ClassVar[str] = "DeltaNet: matrix state, eigenvalues in [-1, 1]"
    linear_recurrence: ClassVar[bool] = True
    decays: ClassVar[bool] = False
    KEYS: ClassVar[int] = 4
    """K, the directions of a key. DeltaNet has 128 in a head; the tasks here have few things to remember."""
    NORM_EPSILON: ClassVar[float] = 1e-6
    """Added to the mean square of a key. The norm of a key stays at most 1, and the eigenvalues within ±1."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor

    @property
    def state_size(self) -> int:
        """D = H + H·K."""
        return self.hidden * (1 + self.KEYS)

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """S' = S(I − β k kᵀ) + β v kᵀ with β = 2σ(p_β), h' = tanh(p_o + W_hh S' q); keys and queries have norm 1."""
        units, keys = self.hidden, self.KEYS
        input_term = self.input_term(ops, symbol)
        value, output = input_term[:units], input_term[units : 2 * units]
        key = self._unit(ops, input_term[2 * units : 2 * units + keys])
        query = self._unit(ops, input_term[2 * units + keys : 2 * units + 2 * keys])
        step_size = ops.scale(ops.sigmoid(input_term[2 * units + 2 * keys :]), 2.0)
        each_value = [row for row in range(units) for _ in range(keys)]
        each_key = list(range(keys)) * units
        old = state[units:]
        error = value - ops.matvec(old, key)
        write = ops.take(key * ops.take(step_size, [0] * keys), each_key)
        memory = old + ops.take(error, each_value) * write
        read = ops.matvec(memory, query)
        return ops.concatenate([ops.tanh(output + ops.matmul(self.weight_hh, read)), memory])

    def _unit(self, ops: Ops, value: Any) -> Any:
        """The value `[K]` with norm 1."""
        return ops.scale(ops.normalize(value, ops.mean_square(value), self.NORM_EPSILON), self.KEYS**-0.5)

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors."""
        rows = 2 * hidden + 2 * DeltaNet.KEYS + 1
        return {"weight_ih": (rows, encoded), "weight_hh": (hidden, hidden), "bias": (rows,)}
