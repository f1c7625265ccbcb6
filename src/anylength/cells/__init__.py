"""Cells: the recurrent equations. `CELLS` maps each name to its class."""

from collections.abc import Mapping

from anylength.cells import over_arrays, over_bounds
from anylength.cells.cell import AbstractCell, Vocabulary, glorot
from anylength.cells.rnn import Rnn
from anylength.errors import unknown_name

CELLS: Mapping[str, type[AbstractCell]] = {"rnn": Rnn}


def cell_named(name: str) -> type[AbstractCell]:
    """The cell class of this name.

    Raises:
        InputError: No such cell (the nearest name is suggested).
    """
    if name not in CELLS:
        raise unknown_name("cell", name, CELLS)
    return CELLS[name]


__all__ = ["CELLS", "AbstractCell", "Rnn", "Vocabulary", "cell_named", "glorot", "over_arrays", "over_bounds"]
