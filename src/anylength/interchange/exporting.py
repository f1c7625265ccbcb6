"""The forms in which a net leaves: for each its file, the cells that it can express, its writer, the runtime that will run it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from anylength.cells import CELLS
from anylength.errors import InputError, unknown_name
from anylength.interchange.onnx.cells import WRITTEN
from anylength.interchange.onnx.write import onnx_bytes
from anylength.interchange.pytorch.write import CLASSES, torch_bytes
from anylength.interchange.text.c import c_bytes
from anylength.interchange.text.js import js_bytes
from anylength.interchange.text.json_file import json_bytes
from anylength.interchange.using import c_use, js_use, json_use, onnx_use, torch_use
from anylength.nets import AbstractNet, Net, NetConfig

BOUNDED = tuple(name for name, cell in CELLS.items() if cell.has_fixed_size_state)
"""The cells whose state has a fixed size."""


@dataclass(frozen=True)
class Export:
    """One form.

    Attributes:
        file: Its name in a run folder.
        cells: The cells that it can express.
        write: Net → the file.
        runtime: Who runs it: a name in `certify.RUNTIMES`.
        use: (net, config, where the file lies) → lines that use it.
    """

    file: str
    cells: tuple[str, ...]
    write: Callable[[Net, NetConfig], bytes]
    runtime: str
    use: Callable[[Net, NetConfig, Path], str]


EXPORTS: Mapping[str, Export] = {
    "onnx": Export("model.onnx", tuple(WRITTEN), onnx_bytes, "onnxruntime", onnx_use),
    "torch": Export("model.torch.safetensors", tuple(CLASSES), torch_bytes, "PyTorch", torch_use),
    "json": Export("model.json", BOUNDED, json_bytes, "float32", json_use),
    "js": Export("model.mjs", BOUNDED, js_bytes, "JavaScript", js_use),
    "c": Export("model.c", BOUNDED, c_bytes, "C", c_use),
}


def export_named(name: str) -> Export:
    """The form of this name.

    Raises:
        InputError: No such form (the nearest name is suggested).
    """
    if name not in EXPORTS:
        raise unknown_name("form of an export", name, EXPORTS)
    return EXPORTS[name]


def export_bytes(net: AbstractNet, config: NetConfig, name: str) -> bytes:
    """The net in this form.

    Raises:
        InputError: The form cannot express the net.
    """
    form = export_named(name)
    if not isinstance(net, Net) or config.cell not in form.cells:
        others = [other for other, found in EXPORTS.items() if isinstance(net, Net) and config.cell in found.cells]
        elsewhere = f"take --to {', '.join(others[:-1])} or {others[-1]}" if others else ""
        remedy = elsewhere or "its state grows with the input: only anylength itself runs it"
        raise InputError(f"a net that {name} can express ({', '.join(form.cells)})", f"a run of {config.cell}", remedy)
    return form.write(net, config)
