"""The cells `stack-gru` and `stack-lstm`: a GRU or an LSTM with stacks, whose input is the symbol and then the tops of the stacks.

Their equations are those of `gru` and `lstm`.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import NamedCell
from anylength.cells.gru import Gru
from anylength.cells.lstm import Lstm
from anylength.cells.retention import Retention
from anylength.cells.stack import StackCell, shapes_of_stacks
from anylength.ops import Ops


class GatedStackCell(StackCell):
    """What both have in common; `weight_ih` is `[3H, E + K·M]` or `[4H, E + K·M]`."""

    controller: ClassVar[type[NamedCell]]

    @property
    def encoded(self) -> int:
        """E."""
        return self.weight_ih.shape[-1] - self.stacks * self.width

    @property
    def hidden(self) -> int:
        """H."""
        return self.weight_hh.shape[-1]

    def controller_step(self, ops: Ops, symbol: Any, tops: Any, state: Any) -> Any:
        """A step of the GRU or LSTM."""
        names = self.controller.shapes(self.encoded, self.hidden)
        gated = self.controller(**{name: getattr(self, name) for name in names})
        return gated.step(ops, ops.concatenate([symbol, tops]), state)

    @classmethod
    def shapes_with(cls, encoded: int, hidden: int, stacks: int, width: int) -> dict[str, tuple[int, ...]]:
        """Those of the GRU or LSTM, and of the stacks."""
        return cls.controller.shapes(encoded + stacks * width, hidden) | shapes_of_stacks(hidden, stacks, width)

    @classmethod
    def retention(cls, hidden: int) -> Retention | None:  # type: ignore[override]
        """The gate that retains the controller's state."""
        return cls.controller.retention(hidden)

    @classmethod
    def reset_rows(cls, hidden: int) -> slice | None:  # type: ignore[override]
        """The reset gate, if there is one."""
        return cls.controller.reset_rows(hidden)

    @classmethod
    def open_rows(cls, hidden: int) -> tuple[slice, ...]:
        """The gates that let through."""
        return cls.controller.open_rows(hidden)


@pytree
@dataclass(frozen=True)
class StackGru(GatedStackCell):
    """A GRU with K stacks of M-vectors: the tensors of `Gru` without PyTorch's second bias, and those of the stacks."""

    summary: ClassVar[str] = "GRU with stacks"
    controller: ClassVar[type[NamedCell]] = Gru

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_hn: Tensor
    weight_action: Tensor
    bias_action: Tensor
    weight_push: Tensor
    bias_push: Tensor
    depth: int = field(default=16, metadata={"static": True})


@pytree
@dataclass(frozen=True)
class StackLstm(GatedStackCell):
    """An LSTM with K stacks of M-vectors: the tensors of `Lstm` without PyTorch's second bias, and those of the stacks."""

    summary: ClassVar[str] = "LSTM with stacks"
    controller: ClassVar[type[NamedCell]] = Lstm

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    weight_action: Tensor
    bias_action: Tensor
    weight_push: Tensor
    bias_push: Tensor
    depth: int = field(default=16, metadata={"static": True})

    @property
    def controller_size(self) -> int:
        """S = 2H: h, then c."""
        return 2 * self.hidden
