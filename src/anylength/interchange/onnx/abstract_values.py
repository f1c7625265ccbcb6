"""The abstract values of the interpreter: what is known about each tensor of an ONNX graph without running it.

The interpreter labels the axes of every activation, so it can check every operator that moves axes. An axis is the tuple of labels
that were merged into it, in row-major order. `()` is an axis of size 1.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, TypeAlias

from numpy.typing import NDArray

Axis: TypeAlias = tuple[str, ...]

LETTER, EMBEDDING, UNIT, CLASS = "letter", "embedding", "unit", "class"
"""The labels of axes that the graph creates: one-hot vectors, embedding vectors, states, logits."""

_INPUT_PREFIX = "in "


class Stage(Enum):
    """The point of the computation at which an activation occurs."""

    INPUT = auto()
    """The graph's input, possibly cast: digits or one-hot vectors."""
    ENCODED = auto()
    """What the graph computed from digits: one-hot vectors or rows of an embedding."""
    STATES = auto()
    """The states of all steps."""
    LOGITS = auto()
    """The result of the read-out."""
    SCORES = auto()
    """The result of a softmax, which keeps the order of the logits."""
    CLASSES = auto()
    """The result of an argmax."""


@dataclass(frozen=True)
class SymbolicSize:
    """An integer that depends on the input: `number` times the sizes of the input axes with these (sorted) labels."""

    number: int
    labels: tuple[str, ...]

    def __mul__(self, other: "SymbolicSize | int") -> "SymbolicSize":
        number, labels = (other.number, other.labels) if isinstance(other, SymbolicSize) else (int(other), ())
        return SymbolicSize(self.number * number, tuple(sorted(self.labels + labels)))

    __rmul__ = __mul__


@dataclass(frozen=True, eq=False)
class Constant:
    """A tensor with known values: numbers from the file, or an object array of integers and `SymbolicSize`s."""

    array: NDArray[Any]


@dataclass(frozen=True)
class ZeroTensor:
    """A tensor of zeros whose shape depends on the input: an initial state."""


@dataclass(frozen=True)
class FinalState:
    """The state after the last step, with unknown axes."""


@dataclass(frozen=True)
class Activation:
    """A tensor that the graph computes from its input.

    Attributes:
        stage: The point of the computation.
        axes: The axes.
        element_type: The element type as onnx numbers it; known at stage INPUT only.
        biased: Whether the read-out's bias has been added.
    """

    stage: Stage
    axes: tuple[Axis, ...]
    element_type: int = 0
    biased: bool = False

    def with_axes(self, axes: Iterable[Axis]) -> "Activation":
        """The same activation with other axes."""
        return dataclasses.replace(self, axes=tuple(axes))


AbstractValue: TypeAlias = Constant | ZeroTensor | FinalState | Activation


@dataclass(frozen=True)
class AxisSizes:
    """The sizes of labelled axes.

    Attributes:
        sizes: The size for each label; None if any size is allowed.
        pinned: The labels whose size occurs as a number in the graph, so the graph works for that size only.
    """

    sizes: dict[str, int | None] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)


def rank_of(value: Constant | Activation) -> int:
    """The number of axes."""
    return value.array.ndim if isinstance(value, Constant) else len(value.axes)


def input_axis_label(axis: int) -> str:
    """The label of an axis of the graph's input."""
    return f"{_INPUT_PREFIX}{axis}"


def input_axis(label: str) -> int | None:
    """The axis of the graph's input that a label stands for; None if the graph created the axis."""
    return int(label.removeprefix(_INPUT_PREFIX)) if label.startswith(_INPUT_PREFIX) else None


def flat_labels(axes: tuple[Axis, ...]) -> Axis:
    """All labels in row-major order."""
    return tuple(label for axis in axes for label in axis)
