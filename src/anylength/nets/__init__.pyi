from .abstract import AbstractNet
from .answers import answers
from .architectures import ARCHITECTURES, PROGRAM, Architecture, architecture_named, architecture_of, program_net
from .foreign import AbstractForeignNet
from .grids import GRIDS, SCALES, AbstractGrid, IntegerGrid, grid_named
from .net import Net, encoded_alphabet
from .packed import pack, packed_bytes, round_to_grid, stored_tensors, unpack, unpacked_bytes
from .scan import logits, logits_and_states, outputs_from, step
from .weights import NetConfig, build, describe, from_bytes, load, tensors, to_bytes, with_layering

__all__ = [
    "ARCHITECTURES",
    "GRIDS",
    "PROGRAM",
    "SCALES",
    "AbstractForeignNet",
    "AbstractGrid",
    "AbstractNet",
    "Architecture",
    "Net",
    "NetConfig",
    "IntegerGrid",
    "answers",
    "architecture_named",
    "architecture_of",
    "build",
    "describe",
    "encoded_alphabet",
    "grid_named",
    "from_bytes",
    "load",
    "logits",
    "logits_and_states",
    "outputs_from",
    "pack",
    "packed_bytes",
    "program_net",
    "round_to_grid",
    "step",
    "stored_tensors",
    "tensors",
    "to_bytes",
    "unpack",
    "unpacked_bytes",
    "with_layering",
]
