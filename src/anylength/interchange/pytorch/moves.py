"""Operations that only move entries: PyTorch itself applies them to the numbers of the rows."""

from typing import Any

import numpy as np

from anylength.interchange.flat_values import Flat, FlatArithmetic
from anylength.interchange.pytorch.known import Known

MOVES = frozenset({
    "view", "_unsafe_view", "reshape", "_reshape_copy", "permute", "transpose", "t", "numpy_T", "movedim", "swapaxes", "expand",
    "slice", "select", "narrow", "unsqueeze", "squeeze", "squeeze_copy", "cat", "stack", "split", "split_with_sizes", "chunk",
    "unbind", "flip", "roll", "rot90", "index", "index_select", "gather", "take", "repeat", "repeat_interleave", "clone", "alias",
    "detach", "lift_fresh", "lift_fresh_copy", "contiguous", "diagonal", "unfold", "as_strided", "slice_scatter", "select_scatter",
    "diagonal_scatter", "index_put", "index_copy", "scatter", "tril", "triu", "diag_embed", "constant_pad_nd", "copy", "view_copy",
    "where", "masked_scatter", "pixel_shuffle", "channel_shuffle", "meshgrid", "tile",
})  # fmt: skip
"""The names of these operations. Those that fill in zeros are among them."""


def move(arithmetic: FlatArithmetic, operation: Any, arguments: Any, keywords: Any) -> Any:
    """Applies such an operation: the arguments hold `Flat` arrays and `Known` tensors.

    Raises:
        ValueError: It fills in another number than 0, or takes its indices from the state or the symbol.
    """
    import torch
    from torch.utils import _pytree

    name = operation._schema.name
    if name.endswith("constant_pad_nd") and len(arguments) > 2 and arguments[2] != 0:
        raise ValueError("a padding with another number than 0")
    accumulates = keywords.get("accumulate") or (name.endswith("index_put") and len(arguments) > 3 and arguments[3])
    if operation._overloadname.startswith(("value", "reduce")) or accumulates:
        raise ValueError(f"this form of {name.removeprefix('aten::')}")
    if name.endswith("where"):
        arguments = [Known(torch.tensor(float(item))) if isinstance(item, int | float) else item for item in arguments]
    sources = _Sources(arithmetic)
    leaves, tree = _pytree.tree_flatten((arguments, keywords), is_leaf=lambda leaf: isinstance(leaf, Flat | Known))
    arguments, keywords = _pytree.tree_unflatten([sources.numbered(leaf) for leaf in leaves], tree)
    result = operation(*arguments, **keywords)
    return sources.flat(result) if isinstance(result, torch.Tensor) else [sources.flat(part) for part in result]


class _Sources:
    """One value in which the entries of several arrays have numbers. Row 0 is the number zero."""

    def __init__(self, arithmetic: FlatArithmetic) -> None:
        self._arithmetic = arithmetic
        self._values, self._firsts = [arithmetic.tracer.value(0.0, 1)], [0]

    def numbered(self, leaf: Any) -> Any:
        """An array as a tensor of row numbers; other arguments as they are."""
        import torch

        if isinstance(leaf, Known) and not leaf.tensor.dtype.is_floating_point:
            return leaf.tensor
        if isinstance(leaf, Known):
            return self.numbered(self._arithmetic.known(leaf.numbers(), leaf.name))
        if not isinstance(leaf, Flat):
            return leaf
        if leaf.source not in self._values:
            self._firsts.append(self._firsts[-1] + self._values[-1].rows)
            self._values.append(leaf.source)
        return torch.from_numpy(np.ascontiguousarray(leaf.rows + self._firsts[self._values.index(leaf.source)]))

    def flat(self, numbers: Any) -> Flat:
        """A tensor of row numbers as an array."""
        rows = numbers.numpy()
        source = np.searchsorted(self._firsts, rows, side="right") - 1
        used = np.unique(source)
        if not used.size:
            return Flat(self._values[0], rows)
        sizes = [self._values[number].rows for number in used]
        shift = np.zeros(len(self._firsts), np.int64)
        shift[used] = np.cumsum([0, *sizes[:-1]]) - np.array(self._firsts)[used]
        return Flat(self._arithmetic.tracer.concatenate([self._values[number] for number in used]), rows + shift[source])
