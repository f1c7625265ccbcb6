"""Import nets from PyTorch and ONNX, and export nets to other runtimes."""

from anylength.interchange.agreement import Agreement, compare_with_original
from anylength.interchange.exporting import EXPORT_FORMATS, ExportFormat, export_bytes, export_format
from anylength.interchange.imported_net import ImportedNet, Predictor
from anylength.interchange.importing import read_net
from anylength.interchange.pytorch.conversion import from_torch

__all__ = [
    "EXPORT_FORMATS", "Agreement", "ExportFormat", "ImportedNet", "Predictor", "compare_with_original", "export_bytes",
    "export_format", "from_torch", "read_net",
]  # fmt: skip
