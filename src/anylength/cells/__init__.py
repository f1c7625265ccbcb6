"""Cells: the equations of recurrent nets. `CELLS` maps each name to its class."""

from collections.abc import Mapping

from anylength.cells.cell import AbstractCell, CellKind, NamedCell, Part
from anylength.cells.deltanet import DeltaNet
from anylength.cells.growing import growing_fields
from anylength.cells.gru import Gru
from anylength.cells.gru_reset_before import GruResetBefore
from anylength.cells.layers import BETWEEN, DEFAULT_BETWEEN, MAX_LAYERS, ONE_LAYER, LayeredCell, Layering, Layers
from anylength.cells.linear import Linear, LinearSigned
from anylength.cells.lstm import Lstm
from anylength.cells.mingru import MinGru
from anylength.cells.minlstm import MinLstm
from anylength.cells.program_cell import ProgramCell
from anylength.cells.relu import Relu
from anylength.cells.retention import Retention
from anylength.cells.rnn import Rnn
from anylength.cells.rwkv7 import Rwkv7
from anylength.cells.slstm import Slstm
from anylength.cells.ssm import Ssm
from anylength.cells.stack import StackRnn
from anylength.cells.tape import TapeRnn
from anylength.cells.traced import CELL_PREFIX, READOUT
from anylength.cells.uniform import glorot
from anylength.errors import unknown_name

CELLS: Mapping[str, type[NamedCell]] = {
    "rnn": Rnn,
    "relu": Relu,
    "gru": Gru,
    "gru-reset-before": GruResetBefore,
    "lstm": Lstm,
    "linear": Linear,
    "linear-signed": LinearSigned,
    "mingru": MinGru,
    "minlstm": MinLstm,
    "slstm": Slstm,
    "ssm": Ssm,
    "deltanet": DeltaNet,
    "rwkv7": Rwkv7,
    "stack-rnn": StackRnn,
    "tape-rnn": TapeRnn,
}


def cell_named(name: str) -> type[NamedCell]:
    """The cell class of this name.

    Raises:
        InputError: There is no such cell. The error suggests the nearest name.
    """
    if name not in CELLS:
        raise unknown_name("cell", name, CELLS)
    return CELLS[name]


__all__ = [
    "BETWEEN", "CELLS", "CELL_PREFIX", "DEFAULT_BETWEEN", "MAX_LAYERS", "ONE_LAYER", "READOUT", "AbstractCell", "CellKind",
    "DeltaNet", "Gru", "GruResetBefore", "LayeredCell", "Layering", "Layers", "Linear", "LinearSigned", "Lstm", "MinGru", "MinLstm",
    "NamedCell", "Part", "ProgramCell", "Relu", "Retention", "Rnn", "Rwkv7", "Slstm", "Ssm", "StackRnn", "TapeRnn",
    "cell_named", "glorot", "growing_fields",
]  # fmt: skip
