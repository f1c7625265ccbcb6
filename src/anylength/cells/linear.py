"""The `linear` and `linear-signed` cells: diagonal linear recurrences whose gates depend on the input alone.

The recurrence is s' = g·s + u. In `linear`, g = σ(p_a) lies in [0, 1]. In `linear-signed`, g = tanh(p_a) lies in [−1, 1], so a
state can change its sign at every step (Grazzi et al. 2024, arXiv 2411.12537). One tanh layer lies between s and the read-out.
"""

import abc
from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.cells.retention import Retention
from anylength.ops import Ops


@dataclass(frozen=True)
class AbstractLinear(NamedCell):
    """A recurrence that is linear in s, then h = tanh(p_o + W_hh s). The state is h, then s.

    Attributes:
        gates: G, how many gates the cell has.
        weight_ih: `[(G + 2)·H, E]`. The H-row blocks of p = W_ih x + b are: the gates p_a, input p_u, output layer p_o.
        weight_hh: `[H, H]`, from s to h of the same step.
        bias: `[(G + 2)·H]`.
    """

    gates: ClassVar[int] = 1
    linear_recurrence: ClassVar[bool] = True

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor

    @property
    def state_size(self) -> int:
        """D = 2H: h, then s."""
        return 2 * self.hidden

    @abc.abstractmethod
    def next_memory(self, ops: Ops, gates: Any, value: Any, memory: Any) -> Any:
        """s' from the gates' pre-activations p_a `[G·H, B]`, the input p_u and s, both `[H, B]`."""

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """s' from s and x, then h' = tanh(p_o + W_hh s'). The next step does not use h."""
        units, gate_rows = self.hidden, self.gates * self.hidden
        input_term = self.input_term(ops, symbol)
        memory = self.next_memory(ops, input_term[:gate_rows], input_term[gate_rows : gate_rows + units], state[units:])
        hidden_state = ops.tanh(input_term[gate_rows + units :] + ops.matmul(self.weight_hh, memory))
        return ops.concatenate([hidden_state, memory])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the three required tensors, for one gate."""
        return {"weight_ih": (3 * hidden, encoded), "weight_hh": (hidden, hidden), "bias": (3 * hidden,)}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The first gate retains s."""
        return Retention(slice(0, hidden), 1.0)


@pytree
@dataclass(frozen=True)
class Linear(AbstractLinear):
    """s' = σ(p_a)·s + p_u, h' = tanh(p_o + W_hh s')."""

    summary: ClassVar[str] = "diagonal linear recurrence, gates in [0, 1]"

    def next_memory(self, ops: Ops, gates: Any, value: Any, memory: Any) -> Any:
        """σ(p_a)·s + p_u."""
        return ops.sigmoid(gates) * memory + value


@pytree
@dataclass(frozen=True)
class LinearSigned(AbstractLinear):
    """s' = tanh(p_a)·s + p_u, h' = tanh(p_o + W_hh s')."""

    summary: ClassVar[str] = "diagonal linear recurrence, gates in [-1, 1]"

    def next_memory(self, ops: Ops, gates: Any, value: Any, memory: Any) -> Any:
        """tanh(p_a)·s + p_u."""
        return ops.tanh(gates) * memory + value
