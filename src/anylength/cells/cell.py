"""What a cell is: the equations of ONE step of a recurrent net, over a small vocabulary of operations.

States and inputs are columns: one example is one column `[rows, 1]`, a batch is more columns. Because a step uses only words
of the vocabulary, `+`, `*` (elementwise, a value on the left) and row slices, the same equations run over JAX arrays (training),
over pairs of bounds (training with bounds), over outward-rounded intervals (proof) and over bounds on rounding errors (number
formats): what is proved is what was trained.
"""

import abc
import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from anylength._types import Tensor
from anylength.ops import Ops

HARD_ACTION_FACTOR = 1e9
"""What the drive of an action is multiplied by where actions are to be all or nothing."""


@dataclass(frozen=True)
class Retention:
    """Which rows of `bias` say how much of the state stays.

    Attributes:
        rows: The rows, H of them.
        sign: +1 where a larger bias keeps more, −1 where it keeps less.
    """

    rows: slice
    sign: float


class AbstractCell(abc.ABC):
    """One recurrent cell with its weights. Immutable; a JAX pytree whose leaves are the weights.

    Subclasses are final frozen dataclasses whose fields are the tensors, named as in PyTorch; each has those named here.

    Attributes:
        summary: One line for people, at most 60 characters.
        has_fixed_size_state: Whether a state has a fixed number of entries, whatever the length: only then can boxes of states prove anything.
        bias_hh: A second bias, of the shape of the first, of cells that came from elsewhere and whose two would not add up without
            rounding; else None.
    """

    summary: ClassVar[str]
    has_fixed_size_state: ClassVar[bool] = True

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_hh: Tensor | None = None

    @property
    def hidden(self) -> int:
        """H, the number of hidden units: the columns of `weight_hh`."""
        return self.weight_hh.shape[-1]

    @property
    def state_size(self) -> int:
        """D, the rows of a state. The first H of them are what the read-out sees; most cells have no others."""
        return self.hidden

    def input_term(self, ops: Ops, symbol: Any) -> Any:
        """p = W_ih x + b: symbol `[E, B]` → `[rows of b, B]`."""
        input_term = ops.matmul(self.weight_ih, symbol) + self.bias[:, None]
        return input_term if self.bias_hh is None else input_term + self.bias_hh[:, None]

    @abc.abstractmethod
    def recurrent_term(self, ops: Ops, state: Any) -> Any:
        """All that the next step takes from a state: ops a `Ops`, state `[D, B]` → `[M, B]`.

        Proofs keep boxes of messages: that is exact where the message is linear, and needs one box per machine state.
        """

    @abc.abstractmethod
    def update(self, ops: Ops, symbol: Any, recurrent_term: Any) -> Any:
        """The state after reading one encoded symbol: symbol `[E, B]`, message `[M, B]` → `[D, B]`."""

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """One step: symbol `[E, B]`, state `[D, B]` → `[D, B]`."""
        return self.update(ops, symbol, self.recurrent_term(ops, state))

    def configured_for(self, steps: int) -> "AbstractCell":
        """The cell as it answers words of so many steps. A memory gets as deep as they may need, and its actions hard."""
        del steps
        return self

    @staticmethod
    @abc.abstractmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor, by field name, for E = `encoded` and H = `hidden`."""

    @classmethod
    def optional_shapes(cls, encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor that a cell may do without: a second bias, where other libraries' cells have two."""
        if "bias_hh" not in {field.name for field in dataclasses.fields(cls)}:  # type: ignore[arg-type]
            return {}
        return {"bias_hh": cls.shapes(encoded, hidden)["bias"]}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The rows of `bias` that keep the state or let go of it; None where the cell has no such gate."""
        return None

    @staticmethod
    def reset_rows(hidden: int) -> slice | None:
        """The rows of `bias` of a gate that hides the state from the candidate when it is closed; None where there is none."""
        return None


def glorot(rng: np.random.Generator, outputs: int, inputs: int) -> np.ndarray:
    """A Glorot-uniform matrix `[outputs, inputs]` (Glorot & Bengio 2010): uniform in ±√(6 / (inputs + outputs))."""
    limit = np.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-limit, limit, (outputs, inputs)).astype(np.float32)
