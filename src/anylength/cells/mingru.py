"""The `mingru` cell: a GRU whose gates depend on the input alone (Feng et al. 2024, arXiv 2410.01201), below one tanh layer."""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.base import pytree
from anylength.cells.linear import AbstractLinear
from anylength.cells.retention import Retention
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class MinGru(AbstractLinear):
    """s' = (1 − z)·s + z·p_u with z = σ(p_z), h' = tanh(p_o + W_hh s')."""

    summary: ClassVar[str] = "minGRU: gates that see the input alone"

    def next_memory(self, ops: Ops, gates: Any, value: Any, memory: Any) -> Any:
        """(1 − σ(p_z))·s + σ(p_z)·p_u."""
        return ops.lerp(ops.sigmoid(gates), memory, value)

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The gate z retains s where it is closed."""
        return Retention(slice(0, hidden), -1.0)
