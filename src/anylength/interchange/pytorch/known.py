"""Numbers of a graph that depend on no input, and the names of their tensors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Known:
    """A tensor that depends on no input of the step.

    Attributes:
        tensor: The tensor.
        name: The parameter that it comes from, and the operations applied to it; empty for numbers in the code.
    """

    tensor: Any
    name: str = ""

    def numbers(self) -> np.ndarray:
        """As float32 numbers."""
        return np.asarray(self.tensor.detach().cpu().resolve_conj().resolve_neg().float().numpy())


class Names:
    """The names of parameters by their content.

    Args:
        parameters: The parameters by name.
    """

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self._places = {_place(tensor): name for name, tensor in reversed(list(parameters.items()))}
        self._contents: dict[tuple[tuple[int, ...], bytes], str] = {}
        for name, tensor in reversed(list(parameters.items())):
            if tensor.is_floating_point() and not tensor.is_complex():
                array = Known(tensor).numbers()
                self._contents[_content(array)] = name

    def of_input(self, tensor: Any, fallback: str) -> str:
        """The name of a tensor that the graph takes."""
        content = None if tensor.is_complex() else self._contents.get(_content(Known(tensor).numbers()))
        return self._places.get(_place(tensor)) or content or fallback

    def of_weight(self, array: np.ndarray, hint: str) -> str:
        """The name for a matrix of weights: that of the parameter with this content, `NAME.T` for its transpose, else the hint."""
        for content, suffix in ((array, ""), (array.T, ".T")):
            name = self._contents.get(_content(content))
            if name:
                return f"{name}{suffix}"
        return hint


def _place(tensor: Any) -> tuple[int, tuple[int, ...]]:
    return tensor.data_ptr(), tuple(tensor.shape)


def _content(array: np.ndarray) -> tuple[tuple[int, ...], bytes]:
    return array.shape, np.ascontiguousarray(array, np.float32).tobytes()
