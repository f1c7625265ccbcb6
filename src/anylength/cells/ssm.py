"""The `ssm` cell: a selective diagonal state-space model, Mamba's recurrence (Gu & Dao 2023, arXiv 2312.00752).

The short convolution reads the last `TAPS` inputs; all but the newest are kept in the state.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class Ssm(NamedCell):
    """H channels with N = `STATES` numbers each. The state is h `[H]`, the last inputs `[3H]` (oldest first), then s `[H·N]`.

    Attributes:
        weight_ih: `[2H, E]`. The H-row blocks of p = W_ih x + b are: the input p_u, the output gate p_z.
        weight_hh: `[H, H]`, from the convolved input to the step size Δ.
        bias: `[2H]`.
        bias_delta: `[H]`, bias of the step size.
        weight_conv: `[4H]`, the taps of the convolution, H for each input, oldest first.
        bias_conv: `[H]`.
        weight_in: `[N, H]`, from the convolved input to B.
        weight_out: `[N, H]`, from the convolved input to C.
        rates: `[H·N]`: A = −|rates|. (Mamba trains log(−A) instead.)
        skip: `[H]`, weight of the convolved input in the answer.
    """

    summary: ClassVar[str] = "selective state-space model (Mamba)"
    linear_recurrence: ClassVar[bool] = True
    STATES: ClassVar[int] = 4
    """N, numbers of a channel. Mamba has 16; the tasks here need few, and a proof keeps an interval for each."""
    TAPS: ClassVar[int] = 4
    """Inputs that the convolution reads, as in Mamba."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_delta: Tensor
    weight_conv: Tensor
    bias_conv: Tensor
    weight_in: Tensor
    weight_out: Tensor
    rates: Tensor
    skip: Tensor

    @property
    def state_size(self) -> int:
        """D = (TAPS + N)·H."""
        return (self.TAPS + self.STATES) * self.hidden

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """s' = e^(Δ·A)·s + Δ·B·u, h' = (C·s' + skip·u)·silu(p_z), with u the convolved input and Δ = softplus(W_hh u + b_Δ)."""
        units, kept = self.hidden, self.TAPS * self.hidden
        input_term = self.input_term(ops, symbol)
        inputs = ops.concatenate([state[units:kept], input_term[:units]])
        convolved = self._convolved(ops, inputs)
        delta = ops.softplus(ops.matmul(self.weight_hh, convolved) + self.bias_delta[:, None])
        each_channel = [channel for channel in range(units) for _ in range(self.STATES)]
        each_state = list(range(self.STATES)) * units
        rates = ops.absolute(ops.tensor(self.rates, symbol.shape[-1]))
        decay = ops.exp(ops.scale(ops.take(delta, each_channel) * rates, -1.0))
        read = ops.take(delta * convolved, each_channel) * ops.take(ops.matmul(self.weight_in, convolved), each_state)
        memory = decay * state[kept:] + read
        answer = ops.matvec(memory, ops.matmul(self.weight_out, convolved))
        gated = (answer + convolved * self.skip[:, None]) * ops.silu(input_term[units:])
        return ops.concatenate([gated, inputs[units:], memory])

    def _convolved(self, ops: Ops, inputs: Any) -> Any:
        """u: silu of the weighted sum of the last inputs `[4H]`."""
        units = self.hidden
        products = inputs * self.weight_conv[:, None]
        total = products[:units]
        for tap in range(1, self.TAPS):
            total = total + products[tap * units : (tap + 1) * units]
        return ops.silu(total + self.bias_conv[:, None])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the ten required tensors."""
        states, taps = Ssm.STATES, Ssm.TAPS
        return {
            "weight_ih": (2 * hidden, encoded), "weight_hh": (hidden, hidden), "bias": (2 * hidden,), "bias_delta": (hidden,),
            "weight_conv": (taps * hidden,), "bias_conv": (hidden,), "weight_in": (states, hidden), "weight_out": (states, hidden),
            "rates": (states * hidden,), "skip": (hidden,),
        }  # fmt: skip

    @staticmethod
    def fixed_start(encoded: int, hidden: int) -> dict[str, np.ndarray]:
        """Rates 1 to N as in Mamba, a skip weight of 1, and a convolution that passes the newest input on."""
        del encoded
        newest = np.zeros(Ssm.TAPS * hidden, np.float32)
        newest[-hidden:] = 1.0
        rates = np.tile(np.arange(1, Ssm.STATES + 1, dtype=np.float32), hidden)
        return {"weight_conv": newest, "rates": rates, "skip": np.ones(hidden, np.float32)}
