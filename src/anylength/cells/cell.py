"""The interface of a cell: one step of a recurrent net.

A cell of our own is one file: the equations of its step and the shapes of its tensors. The equations are written once, over the
operations `Ops`, `+`, `-`, `*` (elementwise) and row slices. So every interpreter in `anylength.ops` runs the same equations, and a
proof is about the net that was trained. Traced, they are a step program, which certificates and exports carry.

States and inputs are columns: one example is one column `[rows, 1]`, a batch has more columns.
"""

import abc
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from anylength.base import Tensor
from anylength.cells.names import CELL_PREFIX
from anylength.ops import Ops

if TYPE_CHECKING:
    from anylength.cells.retention import Retention
    from anylength.programs import Program

HARD_ACTION_FACTOR = 1e9
"""Factor of an action's pre-activation that makes the action hard. In float32 the logistic function is exactly 0 or 1 beyond ±104,
so every pre-activation larger than about 10⁻⁷ in magnitude gives exactly 0 or 1."""


@dataclass(frozen=True)
class Part:
    """One layer of a cell, as recipes draw its tensors.

    Attributes:
        prefix: What comes before the names of its tensors: nothing for a cell of one layer.
        kind: Its equations.
        encoded: The rows that it reads at each step.
    """

    prefix: str
    kind: "type[NamedCell]"
    encoded: int


@runtime_checkable
class CellKind(Protocol):
    """What recipes and architectures need of a kind of cell: a `NamedCell` class, or `Layers` of one."""

    @property
    def summary(self) -> str:
        """One line for users."""
        ...

    @property
    def has_fixed_size_state(self) -> bool:
        """Whether the size of a state is the same at every word length."""
        ...

    @property
    def linear_recurrence(self) -> bool:
        """Whether the state is multiplied by what depends on the input alone."""
        ...

    def __call__(self, **tensors: Any) -> "AbstractCell":
        """The cell with these tensors."""
        ...

    def shapes(self, encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each required tensor."""
        ...

    def optional_shapes(self, encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each optional tensor."""
        ...

    def parts(self, encoded: int, hidden: int) -> tuple[Part, ...]:
        """The layers, from the first."""
        ...

    def fixed_start(self, encoded: int, hidden: int) -> dict[str, np.ndarray]:
        """The tensors that start with these numbers under every recipe."""
        ...


class AbstractCell(abc.ABC):
    """One recurrent cell with its weights. Immutable; a JAX pytree whose leaves are the weights.

    Attributes:
        has_fixed_size_state: Whether the size of a state is the same at every word length. Proofs by boxes of states need this.
    """

    has_fixed_size_state: ClassVar[bool] = True

    @property
    @abc.abstractmethod
    def hidden(self) -> int:
        """H, the number of hidden units of a layer: the rows of `features`."""

    @property
    @abc.abstractmethod
    def state_size(self) -> int:
        """D, the number of rows of a state."""

    @property
    @abc.abstractmethod
    def tensors(self) -> Mapping[str, Tensor]:
        """The weights by name. Programs and weights files put `CELL_PREFIX` before the names of a cell of our own."""

    @abc.abstractmethod
    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """One step: encoded symbol `[E, B]`, state `[D, B]` → the next state `[D, B]`."""

    @abc.abstractmethod
    def features(self, ops: Ops, state: Any) -> Any:
        """What the read-out reads of a state: `[D, B]` → `[H, B]`."""

    @abc.abstractmethod
    def program(self, classes: int) -> "Program":
        """The program of this cell under a linear read-out into C = `classes`."""

    @abc.abstractmethod
    def named_tensors(self) -> Mapping[str, Tensor]:
        """The weights by their names in the program."""

    def start_state(self) -> Tensor | None:
        """The start state `[D]`; None for zeros."""
        return None

    def recurrent_term(self, ops: Ops, state: Any) -> Any:
        """Everything that the next step needs from a state, the values of the program's cut: state `[D, B]` → `[M, B]`.

        Proofs keep boxes of recurrent terms rather than of states: one box per machine state then suffices, and a box loses nothing
        where the term is linear.
        """
        from anylength.programs import run, stacked_cut

        program = self.program(1)
        values = run(program.step, ops, self.named_tensors(), {"state": state}, wanted=program.cut)
        return stacked_cut(program, ops, values)

    def update(self, ops: Ops, symbol: Any, recurrent_term: Any) -> Any:
        """The state after one symbol: encoded symbol `[E, B]`, recurrent term `[M, B]` → `[D, B]`."""
        from anylength.programs import cut_parts, run

        program = self.program(1)
        given = cut_parts(program, recurrent_term)
        return run(program.step, ops, self.named_tensors(), {"symbol": symbol}, given=given)[len(program.step) - 1]

    def configured_for(self, steps: int) -> "AbstractCell":
        """The cell as it answers words of `steps` steps: a memory gets room for that many steps, and hard actions."""
        del steps
        return self

    def with_room(self, ops: Ops, state: Any) -> Any:
        """A state as one that has room for one more step. A state of a fixed size always has."""
        del ops
        return state


class NamedCell(AbstractCell):
    """A cell of our own, with a name in `CELLS`. Its state begins with h, which the read-out reads.

    Subclasses are final frozen dataclasses. Their fields are the tensors, with PyTorch's names. Each has at least the fields below.

    Attributes:
        summary: One line for users, at most 60 characters.
        linear_recurrence: Whether the state is multiplied by what depends on the input alone, and nothing squashes it. Such a state
            cannot correct errors (arXiv 2605.07755, theorem 1).
        decays: Whether every part of a state can shrink at each step.
        weight_ih: Weights of the encoded symbol.
        weight_hh: Weights of the previous hidden state.
        bias: Bias of the input term.
        bias_hh: A second bias of the same shape, or None. Imported cells have one where adding it to the first would round.
    """

    summary: ClassVar[str]
    linear_recurrence: ClassVar[bool] = False
    decays: ClassVar[bool] = True

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    bias_hh: Tensor | None = None

    @property
    def hidden(self) -> int:
        """H: the columns of `weight_hh`."""
        return self.weight_hh.shape[-1]

    @property
    def state_size(self) -> int:
        """D; most cells have a state of h alone."""
        return self.hidden

    @property
    def tensors(self) -> dict[str, Tensor]:
        """The weights by the names of their fields."""
        names = [*self.shapes(1, 1), *self.optional_shapes(1, 1)]
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def named_tensors(self) -> dict[str, Tensor]:
        """The weights, as `cell.weight_ih` and so on."""
        return {CELL_PREFIX + name: value for name, value in self.tensors.items()}

    def features(self, ops: Ops, state: Any) -> Any:
        """h, the first H rows of a state."""
        del ops
        return state[: self.hidden]

    def program(self, classes: int) -> "Program":
        """The traced program; equal shapes share one."""
        from anylength.cells.traced import shapes_of, traced_program

        sizes = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.metadata.get("static")}  # type: ignore[arg-type]
        return traced_program(type(self), tuple(sizes.items()), shapes_of(self.tensors), self.encoded, classes)

    @property
    def encoded(self) -> int:
        """E, the numbers of an encoded symbol."""
        return self.weight_ih.shape[-1]

    def input_term(self, ops: Ops, symbol: Any) -> Any:
        """p = W_ih x + b: symbol `[E, B]` → `[len(bias), B]`."""
        input_term = ops.matmul(self.weight_ih, symbol) + self.bias[:, None]
        return input_term if self.bias_hh is None else input_term + self.bias_hh[:, None]

    @staticmethod
    @abc.abstractmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each required tensor, by field name, for E = `encoded` and H = `hidden`."""

    @classmethod
    def shapes_found(cls, found: Mapping[str, Tensor], encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes that required tensors must have beside these; a memory may be of any size."""
        del found
        return cls.shapes(encoded, hidden)

    @classmethod
    def optional_shapes(cls, encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each optional tensor: `bias_hh` in cells that have two biases in other libraries."""
        if "bias_hh" not in {field.name for field in dataclasses.fields(cls)}:  # type: ignore[arg-type]
            return {}
        return {"bias_hh": cls.shapes(encoded, hidden)["bias"]}

    @classmethod
    def parts(cls, encoded: int, hidden: int) -> tuple[Part, ...]:
        """The cell itself, one layer."""
        del hidden
        return (Part("", cls, encoded),)

    @staticmethod
    def fixed_start(encoded: int, hidden: int) -> dict[str, np.ndarray]:
        """The tensors that start with these numbers under every recipe. None in most cells: the recipe draws all."""
        del encoded, hidden
        return {}

    @staticmethod
    def retention(hidden: int) -> "Retention | None":
        """The bias of the gate that retains the state; None if the cell has no such gate."""
        return None

    @staticmethod
    def reset_rows(hidden: int) -> slice | None:
        """The rows of `bias` of the reset gate, which hides the state from the candidate when closed; None if the cell has none."""
        return None

    @classmethod
    def open_rows(cls, hidden: int) -> tuple[slice, ...]:
        """The rows of `bias` of the gates that, where open, let a step act as a plain one: the reset gate, if there is one."""
        reset = cls.reset_rows(hidden)
        return () if reset is None else (reset,)
