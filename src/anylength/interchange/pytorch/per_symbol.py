"""Parts of a step that depend on the symbol alone, with operations that no step program has: tables over the symbols."""

from typing import Any

import numpy as np

from anylength.interchange.flat_values import Flat, FlatArithmetic, by_symbol
from anylength.interchange.pytorch.alphabet import InputForm
from anylength.interchange.pytorch.known import Known, Names


class PerSymbol:
    """Values for each symbol, and their tables as tensors of the program.

    Args:
        form: The symbols as the step takes them.
        symbol: The node of x.
        known: The values that depend on no input, by node.
    """

    def __init__(self, form: InputForm, symbol: Any, known: dict[Any, Any]) -> None:
        self._known = known
        self._alphabet = form.alphabet
        self._values: dict[Any, list[Any]] = {symbol: [form.one(number) for number in range(form.alphabet.symbols)]}

    def values(self, node: Any) -> list[Any]:
        """What a node that depends on the symbol alone is for each symbol."""
        if node not in self._values:
            from torch.fx.node import map_arg

            results = []
            for symbol in range(self._alphabet.symbols):
                arguments, keywords = map_arg((node.args, node.kwargs), lambda other: self._value(other, symbol))  # noqa: B023
                results.append(node.target(*arguments, **keywords))
            self._values[node] = results
        return self._values[node]

    def table(self, arithmetic: FlatArithmetic, names: Names, node: Any) -> Flat:
        """A node's values as an array of the program.

        Raises:
            ValueError: A value is no tensor of real numbers, NaN or infinite.
        """
        import torch

        values = self.values(node)
        if not isinstance(values[0], torch.Tensor) or values[0].is_complex():
            raise ValueError("complex numbers" if isinstance(values[0], torch.Tensor) else "a value that is no tensor")
        table = np.stack([Known(value).numbers() for value in values], axis=-1)
        rows = table.reshape(-1, table.shape[-1])
        shape = tuple(values[0].shape)
        return arithmetic.flat(
            by_symbol(arithmetic, self._alphabet, rows, shape, lambda weight: names.of_weight(weight, node.name))
        )

    def _value(self, node: Any, symbol: int) -> Any:
        if node in self._known:
            value = self._known[node]
            return value.tensor if isinstance(value, Known) else value
        return self.values(node)[symbol]
