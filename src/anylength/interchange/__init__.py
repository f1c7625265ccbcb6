"""Import nets from PyTorch and ONNX, and export nets to other runtimes."""

from anylength.interchange.agreement import Agreement
from anylength.interchange.exporting import C_PROGRAM, EXPORT_FORMATS, ExportFormat, export_bytes, export_files, export_format
from anylength.interchange.imported_net import ComparedNet, ImportedNet
from anylength.interchange.importing import read_net
from anylength.interchange.original import Predictor
from anylength.interchange.pytorch.conversion import compared_torch, from_torch

__all__ = [
    "C_PROGRAM", "EXPORT_FORMATS", "Agreement", "ComparedNet", "ExportFormat", "ImportedNet", "Predictor", "compared_torch",
    "export_bytes", "export_files", "export_format", "from_torch", "read_net",
]  # fmt: skip
