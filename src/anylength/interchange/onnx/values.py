"""What is known of the values in an ONNX graph while it is followed from input to output.

The axes of what flows through the net are kept as labels, so that every move of axes can be checked: an axis is the tuple of labels
that have been merged into it, in row-major order, and `()` is an axis of size 1.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError, quoted

Axis: TypeAlias = tuple[str, ...]

LETTER, PART, UNIT, CLASS = "letter", "part", "unit", "class"
"""Labels of axes that the graph makes: one-hot vectors, embeddings, states, logits. Those of its input: `input_label`."""

_INPUT = "in "

MOST_SIZES = 64
"""The most entries of an array of sizes that is read."""

REMEDY = "export nn.RNN, nn.GRU or nn.LSTM with one nn.Linear after it, and nothing else"


class Stage(Enum):
    """How far what flows through the net has come."""

    INPUT = auto()
    """As it came in, or cast: digits, or one-hot vectors."""
    CODE = auto()
    """What the graph has made of digits: one-hot vectors, or rows of an embedding."""
    STATES = auto()
    LOGITS = auto()
    SCORES = auto()
    """After a softmax: in the order of the logits."""
    CLASSES = auto()
    """After an argmax."""


@dataclass(frozen=True)
class Size:
    """A whole number that is known only as a product of sizes of the input's axes: `number` times those of `labels` (sorted)."""

    number: int
    labels: tuple[str, ...]

    def __mul__(self, other: "Size | int") -> "Size":
        times, labels = (other.number, other.labels) if isinstance(other, Size) else (int(other), ())
        return Size(self.number * times, tuple(sorted(self.labels + labels)))

    __rmul__ = __mul__


@dataclass(frozen=True, eq=False)
class Known:
    """Numbers that the file holds, or, as an array of objects, integers and `Size`s of the input."""

    array: NDArray[Any]


@dataclass(frozen=True)
class Zeros:
    """Zeros, as many as the input's shape asks for."""


@dataclass(frozen=True)
class Last:
    """The state after the last step, wherever its axes are."""


@dataclass(frozen=True)
class Flow:
    """What flows through the net.

    Attributes:
        stage: How far it has come.
        axes: Its axes.
        element: Of the input alone: the type of its elements, as onnx numbers them.
        biased: Whether the read-out's bias has been added.
    """

    stage: Stage
    axes: tuple[Axis, ...]
    element: int = 0
    biased: bool = False

    def moved(self, axes: Iterable[Axis]) -> "Flow":
        """The same with other axes."""
        return dataclasses.replace(self, axes=tuple(axes))


Value: TypeAlias = Known | Zeros | Last | Flow


@dataclass(frozen=True)
class Labels:
    """What is known of the sizes behind labels.

    Attributes:
        sizes: The size of each label; None where any is allowed.
        pinned: Labels whose size a number in the graph repeats.
    """

    sizes: dict[str, int | None] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Operator:
    """One node of the graph with what is known of its inputs.

    Attributes:
        kind: The operator, as `Transpose`.
        inputs: Its inputs; None where an optional one is left out.
        names: Their names.
        attributes: Its attributes.
        opset: The version of the standard operators.
        labels: The sizes behind all labels.
    """

    kind: str
    inputs: tuple[Value | None, ...]
    names: tuple[str, ...]
    attributes: dict[str, Any]
    opset: int
    labels: Labels

    def input(self, at: int) -> Value | None:
        """An input; None where there is none."""
        return self.inputs[at] if at < len(self.inputs) else None

    @property
    def first(self) -> Value:
        """The first input.

        Raises:
            InputError: There is none.
        """
        value = self.input(0)
        if value is None:
            raise self.refused("without an input")
        return value

    def place(self, axis: int, rank: int) -> int:
        """An axis of so many, counted from the front.

        Raises:
            InputError: There is no such axis.
        """
        if not -rank <= axis < rank:
            raise self.refused(f"whose axis {axis} is none of {rank}")
        return axis % rank

    def name(self, at: int) -> str:
        """An input's name, ready to be shown."""
        return quoted(self.names[at])

    def refused(self, why: str, remedy: str = REMEDY) -> InputError:
        """The error that this operator does not belong here."""
        wanted = "one recurrent operator, one linear read-out, and around them only moves of axes"
        return InputError(wanted, f"the operator {quoted(self.kind)}, {why}", remedy)

    def numbers(self, at: int) -> NDArray[Any]:
        """An input that the file itself holds.

        Raises:
            InputError: It is not.
        """
        value = self.input(at)
        if not isinstance(value, Known):
            raise self.refused(f"whose input {self.name(at) if at < len(self.names) else at} is not a constant")
        return value.array

    def sizes(self, at: int) -> list[Any]:
        """A constant input of a few whole numbers and `Size`s of the input, as a flat list.

        Raises:
            InputError: It is no such constant.
        """
        array = np.ravel(self.numbers(at))
        if array.dtype.kind not in "iuO" or len(array) > MOST_SIZES:
            raise self.refused("whose sizes are no whole numbers")
        return array.tolist()

    def integers(self, at: int) -> list[int]:
        """A constant input of whole numbers, as a flat list.

        Raises:
            InputError: It is no such constant.
        """
        array = np.ravel(self.numbers(at))
        if array.dtype.kind not in "iuO" or any(isinstance(entry, Size) for entry in array):
            raise self.refused("whose places depend on the input")
        return [int(entry) for entry in array]


def rank_of(value: Known | Flow) -> int:
    """How many axes a value has."""
    return value.array.ndim if isinstance(value, Known) else len(value.axes)


def input_label(axis: int) -> str:
    """The label of an axis of the graph's input."""
    return f"{_INPUT}{axis}"


def input_axis(label: str) -> int | None:
    """The axis of the graph's input that a label stands for; None where the graph has made it."""
    return int(label.removeprefix(_INPUT)) if label.startswith(_INPUT) else None


def whole(axes: tuple[Axis, ...]) -> Axis:
    """All labels in row-major order."""
    return tuple(label for axis in axes for label in axis)
