"""The export formats: the file of each, its writer, and the runtime that will run it.

Every format can express every net whose state has a fixed size: those that have no operator for it get its program. C and
JavaScript can express one with stacks, too, whose gates are then exactly 0 or 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from anylength.base import InputError, unknown_name
from anylength.cells import StackCell
from anylength.interchange.onnx.write import onnx_bytes
from anylength.interchange.pytorch.write import torch_bytes
from anylength.interchange.text.json_file import json_bytes
from anylength.interchange.text.source_code import c_files, js_bytes
from anylength.interchange.usage import c_program_usage, c_usage, js_usage, json_usage, onnx_usage, torch_usage
from anylength.nets import AbstractNet, Net, NetConfig
from anylength.rules import Phases


@dataclass(frozen=True)
class ExportFormat:
    """One export format.

    Attributes:
        file: The name of the file in a run folder.
        write: (net, config, name of the file) → the content of each file, by name; the file of that name comes first.
        runtime: The runtime that will run the file: a name in `certify.RUNTIMES`.
        usage: (net, config, path of the file) → lines of code that use the file.
        stacks: Whether it can express a net with stacks.
    """

    file: str
    write: Callable[[Net, NetConfig, str], Mapping[str, bytes]]
    runtime: str
    usage: Callable[[Net, NetConfig, Path], str]
    stacks: bool = False


def _one(write: Callable[[Net, NetConfig], bytes]) -> Callable[[Net, NetConfig, str], Mapping[str, bytes]]:
    """A writer of one file."""
    return lambda net, config, name: {name: write(net, config)}


EXPORT_FORMATS: Mapping[str, ExportFormat] = {
    "onnx": ExportFormat("model.onnx", _one(onnx_bytes), "onnxruntime", onnx_usage),
    "torch": ExportFormat("model.torch.safetensors", _one(torch_bytes), "PyTorch", torch_usage),
    "json": ExportFormat("model.json", _one(json_bytes), "float32", json_usage),
    "js": ExportFormat("model.mjs", _one(js_bytes), "JavaScript", js_usage, stacks=True),
    "c": ExportFormat("model.c", c_files, "C", c_usage, stacks=True),
}

C_PROGRAM = ExportFormat("model.c", partial(c_files, main=True), "C", c_program_usage, stacks=True)
"""C with a `main`."""


def export_format(name: str, *, main: bool = False) -> ExportFormat:
    """The export format with this name; with `main`, as a program.

    Raises:
        InputError: The name is unknown; the nearest name is suggested. Or it has no program.
    """
    if name not in EXPORT_FORMATS:
        raise unknown_name("export format", name, EXPORT_FORMATS)
    if main and name != "c":
        raise InputError("a main of a C file", f"the format {name}", "pass --to c, or leave out --main")
    return C_PROGRAM if main else EXPORT_FORMATS[name]


def export_files(net: AbstractNet, config: NetConfig, form: ExportFormat, file: str) -> Mapping[str, bytes]:
    """The content of each exported file, by name; the file of the name `file` comes first.

    Raises:
        InputError: The state of the net has no fixed size and is no stack, the format cannot express stacks, or the task is from
            string to string.
    """
    has_stacks = isinstance(net, Net) and isinstance(net.cell, StackCell)
    if has_stacks and not form.stacks:
        remedy = " or ".join(f"--to {name}" for name, known in EXPORT_FORMATS.items() if known.stacks)
        raise InputError("a format that can express stacks", f"a run of {config.cell}", f"pass {remedy}")
    if not isinstance(net, Net) or not (has_stacks or net.cell.has_fixed_size_state):
        remedy = "its state grows with the input, so only anylength can run it"
        raise InputError("a net whose state has a fixed size", f"a run of {config.cell}", remedy)
    if config.task.names is not None and isinstance(config.task.layout, Phases):
        remedy = "only anylength asks a net for answers from string to string"
        raise InputError("a net of another task", f"a run of {config.task_name}", remedy)
    return form.write(net, config, file)


def export_bytes(net: AbstractNet, config: NetConfig, name: str) -> bytes:
    """The content of the exported file, the first if there are several.

    Raises:
        InputError: As `export_files`, or the format is unknown.
    """
    form = export_format(name)
    return export_files(net, config, form, form.file)[form.file]
