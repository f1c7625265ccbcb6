"""The export formats: the file of each, the cells it can express, its writer, and the runtime that will run it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from anylength.cells import CELLS
from anylength.errors import InputError, unknown_name
from anylength.interchange.onnx.recurrent_ops import OPERATOR_OF_CELL
from anylength.interchange.onnx.write import onnx_bytes
from anylength.interchange.pytorch.state_dict import TORCH_CLASSES
from anylength.interchange.pytorch.write import torch_bytes
from anylength.interchange.text.json_file import json_bytes
from anylength.interchange.text.source_code import c_bytes, js_bytes
from anylength.interchange.usage import c_usage, js_usage, json_usage, onnx_usage, torch_usage
from anylength.nets import AbstractNet, Net, NetConfig

FIXED_SIZE_CELLS = tuple(name for name, cell in CELLS.items() if cell.has_fixed_size_state)
"""The cells whose state has a fixed size."""


@dataclass(frozen=True)
class ExportFormat:
    """One export format.

    Attributes:
        file: The name of the file in a run folder.
        cells: The cells that the format can express.
        write: Net → content of the file.
        runtime: The runtime that will run the file: a name in `certify.RUNTIMES`.
        usage: (net, config, path of the file) → lines of code that use the file.
    """

    file: str
    cells: tuple[str, ...]
    write: Callable[[Net, NetConfig], bytes]
    runtime: str
    usage: Callable[[Net, NetConfig, Path], str]


EXPORT_FORMATS: Mapping[str, ExportFormat] = {
    "onnx": ExportFormat("model.onnx", tuple(OPERATOR_OF_CELL), onnx_bytes, "onnxruntime", onnx_usage),
    "torch": ExportFormat("model.torch.safetensors", tuple(TORCH_CLASSES), torch_bytes, "PyTorch", torch_usage),
    "json": ExportFormat("model.json", FIXED_SIZE_CELLS, json_bytes, "float32", json_usage),
    "js": ExportFormat("model.mjs", FIXED_SIZE_CELLS, js_bytes, "JavaScript", js_usage),
    "c": ExportFormat("model.c", FIXED_SIZE_CELLS, c_bytes, "C", c_usage),
}


def export_format(name: str) -> ExportFormat:
    """The export format with this name.

    Raises:
        InputError: The name is unknown; the nearest name is suggested.
    """
    if name not in EXPORT_FORMATS:
        raise unknown_name("export format", name, EXPORT_FORMATS)
    return EXPORT_FORMATS[name]


def export_bytes(net: AbstractNet, config: NetConfig, name: str) -> bytes:
    """The content of the exported file.

    Raises:
        InputError: The format cannot express the net.
    """
    target = export_format(name)
    if not isinstance(net, Net) or config.cell not in target.cells:
        others = [other for other, form in EXPORT_FORMATS.items() if isinstance(net, Net) and config.cell in form.cells]
        elsewhere = f"take --to {', '.join(others[:-1])} or {others[-1]}" if others else ""
        remedy = elsewhere or "its state grows with the input, so only anylength can run it"
        raise InputError(f"a net that {name} can express ({', '.join(target.cells)})", f"a run of {config.cell}", remedy)
    return target.write(net, config)
