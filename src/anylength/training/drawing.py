"""The first weights of a cell: a recipe draws those of one layer, and the kind of cell says which layers there are."""

from collections.abc import Callable, Mapping

import numpy as np

from anylength.cells import AbstractCell, CellKind, Part

Draw = Callable[[Part], Mapping[str, np.ndarray]]
"""One layer → its tensors by name."""


def drawn_cell(kind: CellKind, encoded: int, hidden: int, draw: Draw) -> AbstractCell:
    """A cell with the tensors that `draw` draws, layer after layer. Tensors with a start of their own get that start."""
    named: dict[str, np.ndarray] = {}
    for part in kind.parts(encoded, hidden):
        named |= {part.prefix + name: np.asarray(value, np.float32) for name, value in draw(part).items()}
    return kind(**(named | kind.fixed_start(encoded, hidden)))
