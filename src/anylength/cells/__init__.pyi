from .cell import AbstractCell, CellKind, NamedCell, Part
from .deltanet import DeltaNet
from .gated_stack import StackGru, StackLstm
from .growing import growing_fields
from .gru import Gru
from .gru_reset_before import GruResetBefore
from .layers import BETWEEN, DEFAULT_BETWEEN, MAX_LAYERS, ONE_LAYER, LayeredCell, Layering, Layers
from .linear import Linear, LinearSigned
from .lstm import Lstm
from .mingru import MinGru
from .minlstm import MinLstm
from .names import CELL_PREFIX, READOUT
from .program_cell import ProgramCell
from .relu import Relu
from .retention import Retention
from .rnn import Rnn
from .rwkv7 import Rwkv7
from .slstm import Slstm
from .ssm import Ssm
from .stack import StackCell, StackRnn
from .table import CELLS, STACK_CELLS, cell_named
from .tape import TapeRnn
from .uniform import glorot

__all__ = [
    "BETWEEN", "CELLS", "CELL_PREFIX", "DEFAULT_BETWEEN", "MAX_LAYERS", "ONE_LAYER", "READOUT", "STACK_CELLS", "AbstractCell",
    "CellKind", "DeltaNet", "Gru", "GruResetBefore", "LayeredCell", "Layering", "Layers", "Linear", "LinearSigned", "Lstm",
    "MinGru", "MinLstm", "NamedCell", "Part", "ProgramCell", "Relu", "Retention", "Rnn", "Rwkv7", "Slstm", "Ssm", "StackCell",
    "StackGru", "StackLstm", "StackRnn", "TapeRnn", "cell_named", "glorot", "growing_fields",
]  # fmt: skip
