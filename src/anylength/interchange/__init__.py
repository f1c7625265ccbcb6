"""Interchange: nets from PyTorch and ONNX as nets of ours, and ours for other runtimes."""

from anylength.interchange.agreement import Agreement, compared
from anylength.interchange.exporting import EXPORTS, Export, export_bytes, export_named
from anylength.interchange.files import read_net
from anylength.interchange.incoming import Incoming, Source
from anylength.interchange.pytorch.live import from_torch, prove

__all__ = [
    "EXPORTS", "Agreement", "Export", "Incoming", "Source", "compared", "export_bytes", "export_named", "from_torch",
    "prove", "read_net",
]  # fmt: skip
