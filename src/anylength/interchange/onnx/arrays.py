"""`StepArray`: what an ONNX graph computes at one step of one word, with the axes of time and batch marked.

A graph computes the arrays of all steps and all words at once. A step program computes one step of one word. So an axis of time or
batch has size 1 here, and a mark. Operators may not mix along a marked axis. All other axes have their true sizes.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.interchange.flat_values import NO_ERF, Condition, ErfTerm, Flat

Axes = Sequence[tuple[int, tuple[str, ...]]]
"""The size and the labels of each axis."""

Marks = tuple[tuple[str, ...], ...]
"""For each axis the labels of time and batch in it, in row-major order; () for an axis that one step of one word has."""

MIXED = "which mixes steps, words and units, or needs a fixed number of steps or words"

MAX_ENTRIES = 1 << 26
"""Numbers in one known array: a net of 1024 units has a sixteenth of them in its largest matrix."""


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
class StepArray:
    """An array of one step of one word.

    Attributes:
        value: The array: of rows of the program, known (numbers, or integers and `SymbolicSize`s), or a condition.
        marks: The labels of each axis.
        digits: Whether the entries are digits of the symbol: the rows then are numbers of tapes.
        final: Whether this is the array after the last step only.
        answers: For the result of an ArgMax or a LogSoftmax: the logits, whose order is all that this array keeps.
    """

    value: Any
    marks: Marks
    digits: bool = False
    final: bool = False
    answers: Flat | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape at one step of one word."""
        return self.value.shape

    def with_value(self, value: Any, marks: Marks | None = None) -> "StepArray":
        """The same kind of array with another value."""
        return dataclasses.replace(self, value=value, marks=self.marks if marks is None else marks)


def known(array: np.ndarray) -> StepArray:
    """A known array, the same at every step."""
    return StepArray(array, ((),) * array.ndim)


def of_sizes(entries: Sequence[object]) -> np.ndarray:
    """Integers and `SymbolicSize`s as an array."""
    result = np.empty(len(entries), object)
    result[:] = entries
    return result


def require_entries(count: int) -> None:
    """Refuses a known array that is too large.

    Raises:
        ValueError: It has more than `MAX_ENTRIES` numbers.
    """
    if count > MAX_ENTRIES:
        raise ValueError(f"which would make a constant of {count:,} numbers")


def operand_of(array: StepArray) -> Any:
    """The value of an array of numbers, or of a term with the error function.

    Raises:
        ValueError: It holds digits, conditions or answers.
    """
    if array.answers is not None:
        raise ValueError("of classes or logarithms of shares: no operator but those that move entries may follow")
    if array.digits:
        raise ValueError("of digits: encode them one-hot or by an embedding first")
    if isinstance(array.value, Condition):
        raise ValueError("of conditions")
    return array.value


def numbers_of(array: StepArray) -> Any:
    """The value of an array of numbers.

    Raises:
        ValueError: It holds digits, conditions, answers or an error function.
    """
    if isinstance(array.value, ErfTerm):
        raise ValueError(NO_ERF)
    return operand_of(array)


def common_shape(*arrays: StepArray) -> tuple[int, ...]:
    """The shape to which arrays are broadcast together.

    Raises:
        ValueError: They do not fit.
    """
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        shapes = " and ".join(str(list(array.shape)) for array in arrays)
        raise ValueError(f"of arrays {shapes}, which do not fit") from None


def together(arrays: Sequence[StepArray], shape: Sequence[int]) -> Marks:
    """The marks of the result of an elementwise operator of this shape, whose operands are broadcast to each other.

    Raises:
        ValueError: An axis has different marks, or differs between the steps or words.
    """
    marks: list[tuple[str, ...]] = []
    for back in range(len(shape), 0, -1):
        labels = {array.marks[-back] for array in arrays if back <= len(array.marks)} - {()}
        if len(labels) > 1 or (labels and shape[-back] != 1):
            raise ValueError(MIXED)
        marks.append(labels.pop() if labels else ())
    flat = [label for group in marks for label in group]
    if len(set(flat)) != len(flat):
        raise ValueError(MIXED)
    return tuple(marks)


def is_final(arrays: Sequence[StepArray], time: str | None) -> bool:
    """Whether a result belongs to the last step only.

    Raises:
        ValueError: One operand is of the last step, and another one of every step.
    """
    final = any(array.final for array in arrays)
    if final and any(time in group for array in arrays for group in array.marks):
        raise ValueError("which reads the last step at every step")
    return final


def sizes(array: StepArray) -> list[object]:
    """The sizes of the axes as the graph sees them: symbols for marked axes."""
    return [SymbolicSize(1, tuple(sorted(group))) if group else n for n, group in zip(array.shape, array.marks, strict=True)]


def reshaped(array: StepArray, target: Axes) -> StepArray:
    """An array in a shape whose axes each have a size and labels. At most one size may be −1.

    Raises:
        ValueError: The new axes do not keep time, batch and units apart, or hold another number of entries.
    """
    labels = [label for group in array.marks for label in group]
    axes = _resolved(target, math.prod(array.shape), labels)
    if any(group and n != 1 for n, group in axes) or _places(axes) != _places(list(zip(array.shape, array.marks, strict=True))):
        raise ValueError(MIXED)
    order = [label for n, group in axes for label in group]
    if sorted(order) != sorted(labels):
        raise ValueError(MIXED)
    value = array.value
    shape = [n for n, _ in axes]
    return array.with_value(_shaped(value, shape), tuple(group for _, group in axes))


def _shaped(value: Any, shape: Sequence[int]) -> Any:
    if isinstance(value, Condition | ErfTerm):
        raise ValueError("of a condition or an error function")
    return value.reshape(tuple(shape))


def _resolved(target: Axes, total: int, labels: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """The target with the size −1 replaced by what the others leave, and the labels of each axis in their old order."""
    given = math.prod(n for n, _ in target if n != -1)
    used = [label for _, group in target for label in group]
    left = tuple(label for label in labels if label not in used)
    if sum(n == -1 for n, _ in target) > 1 or not given or total % given:
        raise ValueError(MIXED)
    filled = [(total // given, left) if n == -1 else (n, tuple(sorted(group, key=_rank(labels)))) for n, group in target]
    if math.prod(n for n, _ in filled) != total:
        raise ValueError(MIXED)
    return filled


def _rank(labels: Sequence[str]) -> Any:
    order = {label: at for at, label in enumerate(labels)}
    return lambda label: order.get(label, len(order))


def _places(axes: Axes) -> list[tuple[str, int]]:
    """Each label in order, with the number of entries of the axes before it."""
    before, places = 1, []
    for n, group in axes:
        places += [(label, before) for label in group]
        before *= n
    return places
