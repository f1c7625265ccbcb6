"""Parts of a step that depend on the symbol alone, with operations that no step program has: tables over the symbols."""

from typing import Any

import numpy as np

from anylength.interchange.flat_values import Flat, FlatArithmetic, flat
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
        """A node's values as a product of their table and the symbol's encoding. It is exact: one entry of each row is taken.

        Raises:
            ValueError: A value is no tensor of real numbers, NaN or infinite.
        """
        import torch

        values = self.values(node)
        if not isinstance(values[0], torch.Tensor) or values[0].is_complex():
            raise ValueError("complex numbers" if isinstance(values[0], torch.Tensor) else "a value that is no tensor")
        table = np.stack([Known(value).numbers() for value in values], axis=-1)
        return flat(self._product(arithmetic, names, table.reshape(-1, table.shape[-1]), node.name), values[0].shape)

    def _product(self, arithmetic: FlatArithmetic, names: Names, table: np.ndarray, hint: str) -> Any:
        """A table `[rows, A]` times the one-hot vector of the symbol's number."""
        tracer, alphabet = arithmetic.tracer, self._alphabet
        for tape in range(alphabet.tapes):
            letters = alphabet.rows_of(tape) - tape * alphabet.letters
            first = [int(np.flatnonzero(letters == letter)[0]) for letter in range(alphabet.letters)]
            own = table[:, first]
            if np.array_equal(own[:, letters], table):
                one_hot = tracer.symbol()[tape * alphabet.letters : (tape + 1) * alphabet.letters]
                if np.array_equal(own, np.eye(alphabet.letters)):
                    return one_hot
                return tracer.matmul(tracer.weight(arithmetic.weights.named(own, names.of_weight(own, hint))), one_hot)
        joint = tracer.take(tracer.symbol(), alphabet.rows_of(0).tolist())
        for tape in range(1, alphabet.tapes):
            joint = joint * tracer.take(tracer.symbol(), alphabet.rows_of(tape).tolist())
        return tracer.matmul(tracer.weight(arithmetic.weights.named(table, names.of_weight(table, hint))), joint)

    def _value(self, node: Any, symbol: int) -> Any:
        if node in self._known:
            value = self._known[node]
            return value.tensor if isinstance(value, Known) else value
        return self.values(node)[symbol]
