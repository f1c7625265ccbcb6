"""The interface of a cell: the equations of one step of a recurrent net.

A step is written once over the operations `Ops`. It uses only those, `+`, `*` (elementwise) and row slices. So every interpreter in
`anylength.ops` runs the same equations, and a proof is about the net that was trained.

States and inputs are columns: one example is one column `[rows, 1]`, a batch has more columns.
"""

import abc
import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from anylength._types import Tensor
from anylength.ops import Ops

HARD_ACTION_FACTOR = 1e9
"""Factor of an action's pre-activation that makes the action hard. In float32 the logistic function is exactly 0 or 1 beyond ±104,
so every pre-activation larger than about 10⁻⁷ in magnitude gives exactly 0 or 1."""


@dataclass(frozen=True)
class Retention:
    """The bias of the gate that retains the state.

    Attributes:
        rows: The gate's H rows of `bias`.
        sign: +1 if a larger bias retains more of the state, −1 if it retains less.
    """

    rows: slice
    sign: float


class AbstractCell(abc.ABC):
    """One recurrent cell with its weights. Immutable; a JAX pytree whose leaves are the weights.

    Subclasses are final frozen dataclasses. Their fields are the tensors, with PyTorch's names. Each has at least the fields below.

    Attributes:
        summary: One line for users, at most 60 characters.
        has_fixed_size_state: Whether the size of a state is the same at every word length. Proofs by boxes of states need this.
        weight_ih: Weights of the encoded symbol.
        weight_hh: Weights of the previous hidden state.
        bias: Bias of the input term.
        bias_hh: A second bias of the same shape, or None. Imported cells have one where adding it to the first would round.
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
        """D, the number of rows of a state. The read-out sees the first H of them; most cells have no others."""
        return self.hidden

    def input_term(self, ops: Ops, symbol: Any) -> Any:
        """p = W_ih x + b: symbol `[E, B]` → `[len(bias), B]`."""
        input_term = ops.matmul(self.weight_ih, symbol) + self.bias[:, None]
        return input_term if self.bias_hh is None else input_term + self.bias_hh[:, None]

    @abc.abstractmethod
    def recurrent_term(self, ops: Ops, state: Any) -> Any:
        """Everything that the next step needs from a state: state `[D, B]` → `[M, B]`.

        Proofs keep boxes of recurrent terms rather than of states: one box per machine state then suffices, and a box loses nothing
        where the term is linear.
        """

    @abc.abstractmethod
    def update(self, ops: Ops, symbol: Any, recurrent_term: Any) -> Any:
        """The state after one symbol: encoded symbol `[E, B]`, recurrent term `[M, B]` → `[D, B]`."""

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """One step: encoded symbol `[E, B]`, state `[D, B]` → the next state `[D, B]`."""
        return self.update(ops, symbol, self.recurrent_term(ops, state))

    def configured_for(self, steps: int) -> "AbstractCell":
        """The cell as it answers words of `steps` steps: a memory gets room for that many steps, and hard actions."""
        del steps
        return self

    @staticmethod
    @abc.abstractmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each required tensor, by field name, for E = `encoded` and H = `hidden`."""

    @classmethod
    def optional_shapes(cls, encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each optional tensor: `bias_hh` in cells that have two biases in other libraries."""
        if "bias_hh" not in {field.name for field in dataclasses.fields(cls)}:  # type: ignore[arg-type]
            return {}
        return {"bias_hh": cls.shapes(encoded, hidden)["bias"]}

    @staticmethod
    def retention(hidden: int) -> Retention | None:
        """The bias of the gate that retains the state; None if the cell has no such gate."""
        return None

    @staticmethod
    def reset_rows(hidden: int) -> slice | None:
        """The rows of `bias` of the reset gate, which hides the state from the candidate when closed; None if the cell has none."""
        return None


def glorot(rng: np.random.Generator, outputs: int, inputs: int) -> np.ndarray:
    """A Glorot-uniform matrix `[outputs, inputs]` (Glorot & Bengio 2010): uniform in ±√(6 / (inputs + outputs))."""
    limit = np.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-limit, limit, (outputs, inputs)).astype(np.float32)
