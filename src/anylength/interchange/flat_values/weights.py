"""The known arrays of a foreign step that become tensors of its program, each once."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError, quoted
from anylength.programs.json_form import MAX_AXIS

START = "initial_state"
"""The name of the tensor that holds a start state other than zeros."""

MAX_NAME = 100
"""Characters of a foreign tensor's name that the program's name keeps."""


@dataclass
class WeightStore:
    """Tensors by name. Equal tensors share one name.

    Attributes:
        tensors: The tensors, float32.
        shapes: Their shapes.
    """

    tensors: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _names: dict[tuple[tuple[int, ...], bytes], str] = field(default_factory=dict)

    def named(self, array: NDArray[np.float32], hint: str = "") -> str:
        """The name of a tensor.

        Args:
            array: A vector or a matrix.
            hint: A name for it, if its source has one.

        Raises:
            InputError: A number is NaN or infinite.
            ValueError: An axis is too long for a program.
        """
        if max(array.shape) > MAX_AXIS:
            raise ValueError(f"a matrix of {' × '.join(map(str, array.shape))} numbers (at most {MAX_AXIS} on an axis)")
        array = np.ascontiguousarray(array, np.float32)
        if not np.isfinite(array).all():
            kind = "NaN" if np.isnan(array).any() else "an infinity"
            raise InputError(f"finite numbers in {quoted(hint) if hint else 'the weights'}", kind, "train or export the net again")
        key = (array.shape, array.tobytes())
        if key not in self._names:
            name = self._free_name(hint)
            self._names[key], self.tensors[name], self.shapes[name] = name, array, array.shape
        return self._names[key]

    def named_start(self, state: NDArray[np.float32]) -> str | None:
        """The name of the tensor of a start state; None for zeros. Raises what `named` does."""
        return self.named(state, START) if state.any() else None

    def _free_name(self, hint: str) -> str:
        """A name that no other tensor has: the hint's printable characters, or the next number."""
        name = "".join(letter for letter in hint if " " <= letter <= "~")[:MAX_NAME] or f"tensor{len(self.tensors)}"
        while name in self.tensors:
            name += "_"
        return name
