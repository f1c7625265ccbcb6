"""The table of cells."""

from anylength.base import LazyTable, unknown_name
from anylength.cells.cell import NamedCell

CELLS: LazyTable[type[NamedCell]] = LazyTable(
    "anylength.cells",
    {
        "rnn": "rnn:Rnn",
        "relu": "relu:Relu",
        "gru": "gru:Gru",
        "gru-reset-before": "gru_reset_before:GruResetBefore",
        "lstm": "lstm:Lstm",
        "linear": "linear:Linear",
        "linear-signed": "linear:LinearSigned",
        "mingru": "mingru:MinGru",
        "minlstm": "minlstm:MinLstm",
        "slstm": "slstm:Slstm",
        "ssm": "ssm:Ssm",
        "deltanet": "deltanet:DeltaNet",
        "rwkv7": "rwkv7:Rwkv7",
        "stack-rnn": "stack:StackRnn",
        "stack-gru": "gated_stack:StackGru",
        "stack-lstm": "gated_stack:StackLstm",
        "tape-rnn": "tape:TapeRnn",
    },
)
"""For each name of `--cell` the module and the class."""

STACK_CELLS = ("stack-rnn", "stack-gru", "stack-lstm")
"""The names of cells with stacks."""


def cell_named(name: str) -> type[NamedCell]:
    """The cell class of this name.

    Raises:
        InputError: There is no such cell. The error suggests the nearest name.
    """
    if name not in CELLS:
        raise unknown_name("cell", name, CELLS)
    return CELLS[name]
