"""The `rwkv7` cell: RWKV-7's matrix state, with decay and removal for each channel (Peng et al. 2025, arXiv 2503.14456).

One head, below one tanh layer. Token shift: every projection reads the symbol and the one before it, which the state keeps.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class Rwkv7(NamedCell):
    """A matrix S of H values for each of K = `KEYS` channels. The state is h, then S row by row, then the last symbol `[E]`.

    Attributes:
        weight_ih: `[2H + 5K, E]`. The blocks of p = W_ih x + W_shift (last x) + b are: value p_v `[H]`, output layer p_o `[H]`, and
            `[K]` each: decay p_w, removal key p_κ, rate p_a, key p_k, receptance p_r.
        weight_hh: `[H, H]`, from what the receptance reads to h of the same step.
        bias: `[2H + 5K]`.
        weight_shift: `[2H + 5K, E]`, weights of the last symbol.
    """

    summary: ClassVar[str] = "RWKV-7: matrix state, decay and delta rule"
    linear_recurrence: ClassVar[bool] = True
    KEYS: ClassVar[int] = 4
    """K, the channels of a key. RWKV-7 has 64 in a head; the tasks here have few things to remember."""
    DECAY: ClassVar[float] = float(np.float32(np.exp(-0.5)))
    """The largest exponent of the decay: w = e^(−e^−½·σ(p_w)) lies between 0.545 and 1."""
    NORM_EPSILON: ClassVar[float] = 1e-6
    """Added to the mean square of a removal key, whose norm is then at most 1."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    weight_shift: Tensor

    @property
    def state_size(self) -> int:
        """D = H + H·K + E."""
        return self.hidden * (1 + self.KEYS) + self.weight_ih.shape[-1]

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """S' = S(diag(w) − κ(a·κ)ᵀ) + v kᵀ, h' = tanh(p_o + W_hh S' r), with w = e^(−e^−½·σ(p_w)), κ of norm 1, a = σ(p_a)."""
        units, keys, size = self.hidden, self.KEYS, self.hidden * (1 + self.KEYS)
        input_term = self.input_term(ops, symbol) + ops.matmul(self.weight_shift, state[size:])
        value, output = input_term[:units], input_term[units : 2 * units]
        decay, removal, rate, key, receptance = (
            input_term[2 * units + k * keys : 2 * units + (k + 1) * keys] for k in range(5)
        )  # fmt: skip
        kept = ops.exp(ops.scale(ops.sigmoid(decay), -self.DECAY))
        removal = ops.scale(ops.normalize(removal, ops.mean_square(removal), self.NORM_EPSILON), keys**-0.5)
        removed = ops.sigmoid(rate) * removal
        each_value = [row for row in range(units) for _ in range(keys)]
        each_key = list(range(keys)) * units
        old = state[units:size]
        decayed = old * ops.take(kept, each_key) - ops.take(ops.matvec(old, removal), each_value) * ops.take(removed, each_key)
        memory = decayed + ops.take(value, each_value) * ops.take(key, each_key)
        read = ops.matvec(memory, receptance)
        return ops.concatenate([ops.tanh(output + ops.matmul(self.weight_hh, read)), memory, symbol])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the four required tensors."""
        rows = 2 * hidden + 5 * Rwkv7.KEYS
        return {
            "weight_ih": (rows, encoded), "weight_hh": (hidden, hidden), "bias": (rows,), "weight_shift": (rows, encoded)
        }  # fmt: skip
