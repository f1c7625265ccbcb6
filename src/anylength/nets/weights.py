"""Nets as safetensors files, their tensors named as a PyTorch reader expects, the configuration in the metadata.

Loading checks everything (names, shapes, dtype, finite values, format number) before a net exists.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np

from anylength.cells import CELLS, cell_named
from anylength.errors import InputError
from anylength.nets.net import Net
from anylength.tasks import Task, task_named

FORMAT = 1


@dataclasses.dataclass(frozen=True)
class NetConfig:
    """What is needed, beside the tensors, to use a net."""

    task: str
    base: int
    cell: str
    hidden: int
    format: int = FORMAT


def describe(net: Net, task: Task) -> NetConfig:
    """The configuration of a net of this task."""
    name = next(name for name, cell in CELLS.items() if type(net.cell) is cell)
    return NetConfig(task=task.name, base=task.base, cell=name, hidden=net.hidden)


def tensors(net: Net) -> dict[str, np.ndarray]:
    """The net's tensors by name: `cell.weight_ih` …, `readout.weight`, `readout.bias`."""
    fields = [f.name for f in dataclasses.fields(net.cell) if not f.metadata.get("static")]  # type: ignore[arg-type]
    named = {f"cell.{name}": getattr(net.cell, name) for name in fields}
    named |= {"readout.weight": net.weight, "readout.bias": net.bias}
    return {name: np.ascontiguousarray(value, np.float32) for name, value in named.items()}


def to_bytes(net: Net, config: NetConfig) -> bytes:
    """The safetensors file of a net."""
    from safetensors.numpy import save

    return save(tensors(net), metadata={"anylength": json.dumps(dataclasses.asdict(config), sort_keys=True)})


def shapes(config: NetConfig) -> dict[str, tuple[int, ...]]:
    """The shape that each tensor must have."""
    task = task_named(config.task, config.base)
    cell = cell_named(config.cell).shapes(task.encoded, config.hidden)
    named = {f"cell.{name}": shape for name, shape in cell.items()}
    return named | {"readout.weight": (task.classes, config.hidden), "readout.bias": (task.classes,)}


def build(config: NetConfig, named: dict[str, np.ndarray]) -> Net:
    """The net with these tensors.

    Raises:
        InputError: A tensor is missing, has the wrong shape or type, or holds NaN or an infinity.
    """
    wanted = shapes(config)
    for name, shape in wanted.items():
        if name not in named:
            raise InputError(f"a tensor {name!r}", f"only {', '.join(sorted(named)) or 'none'}", "the file is of another net")
        value = named[name]
        if value.shape != shape or value.dtype != np.float32:
            got = f"{value.dtype} {list(value.shape)}"
            raise InputError(f"{name} as float32 {list(shape)}", got, "the weights file is of another net; train or copy it again")
        if not np.isfinite(value).all():
            raise InputError(f"finite numbers in {name}", "NaN or infinity", "the weights file is damaged; train or copy it again")
    task = task_named(config.task, config.base)
    cell = cell_named(config.cell)(**{n.removeprefix("cell."): named[n] for n in wanted if n.startswith("cell.")})
    return Net(cell, named["readout.weight"], named["readout.bias"], base=task.letters, tapes=task.tapes)


def load(path: Path) -> tuple[Net, NetConfig]:
    """Reads a net from a safetensors file.

    Raises:
        InputError: The file is missing, damaged, of an unknown format, or not a net of ours.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputError("a weights file", f"nothing at {str(path)!r}", "give the path of a model.safetensors")
    try:
        with safe_open(path, "numpy") as file:
            text = (file.metadata() or {}).get("anylength")
            named = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, TypeError, ValueError) as error:
        raise InputError("a readable safetensors file", f"{path.name}: {error}", "the file is damaged") from None
    return build(config_from(text, path.name), named), config_from(text, path.name)


def config_from(text: str | None, source: str) -> NetConfig:
    """Parses the configuration in the metadata.

    Raises:
        InputError: It is missing, not ours, or of another format number.
    """
    if text is None:
        raise InputError("anylength's metadata in the weights file", f"none in {source}", "it was not written by this program")
    try:
        raw = json.loads(text)
        fields = {f.name: f.type for f in dataclasses.fields(NetConfig)}
        if raw.get("format") != FORMAT:
            raise InputError(f"format {FORMAT}", f"format {raw.get('format')!r} in {source}", "use the version that wrote it")
        if set(raw) != set(fields) or any(type(raw[name]) is not kind for name, kind in fields.items()):
            raise ValueError
        config = NetConfig(**raw)
    except (ValueError, AttributeError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("a net's configuration", f"{text[:60]!r} in {source}", "the file is damaged") from None
    return config
