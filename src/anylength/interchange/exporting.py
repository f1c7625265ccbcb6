"""The export formats: the file of each, its writer, and the runtime that will run it.

Every format can express every net whose state has a fixed size: those that have no operator for it get its program.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from anylength.errors import InputError, unknown_name
from anylength.interchange.onnx.write import onnx_bytes
from anylength.interchange.pytorch.write import torch_bytes
from anylength.interchange.text.json_file import json_bytes
from anylength.interchange.text.source_code import c_bytes, js_bytes
from anylength.interchange.usage import c_usage, js_usage, json_usage, onnx_usage, torch_usage
from anylength.nets import AbstractNet, Net, NetConfig


@dataclass(frozen=True)
class ExportFormat:
    """One export format.

    Attributes:
        file: The name of the file in a run folder.
        write: Net → content of the file.
        runtime: The runtime that will run the file: a name in `certify.RUNTIMES`.
        usage: (net, config, path of the file) → lines of code that use the file.
    """

    file: str
    write: Callable[[Net, NetConfig], bytes]
    runtime: str
    usage: Callable[[Net, NetConfig, Path], str]


EXPORT_FORMATS: Mapping[str, ExportFormat] = {
    "onnx": ExportFormat("model.onnx", onnx_bytes, "onnxruntime", onnx_usage),
    "torch": ExportFormat("model.torch.safetensors", torch_bytes, "PyTorch", torch_usage),
    "json": ExportFormat("model.json", json_bytes, "float32", json_usage),
    "js": ExportFormat("model.mjs", js_bytes, "JavaScript", js_usage),
    "c": ExportFormat("model.c", c_bytes, "C", c_usage),
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
        InputError: The state of the net has no fixed size, or its task is from string to string.
    """
    target = export_format(name)
    if not isinstance(net, Net) or not net.cell.has_fixed_size_state:
        remedy = "its state grows with the input, so only anylength can run it"
        raise InputError("a net whose state has a fixed size", f"a run of {config.cell}", remedy)
    if config.task.any_net:
        remedy = "only anylength asks a net for answers from string to string"
        raise InputError("a net of another task", f"a run of {config.task_name}", remedy)
    return target.write(net, config)
