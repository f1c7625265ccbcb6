"""Nets as safetensors files, their tensors named as a PyTorch reader expects, the configuration in the metadata.

Loading checks everything (names, shapes, dtype, finite values, format number) before a net exists.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np

from anylength.errors import InputError
from anylength.nets.abstract import AbstractNet
from anylength.nets.architectures import architecture_named, architecture_of
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


def describe(net: AbstractNet, task: Task) -> NetConfig:
    """The configuration of a net of this task."""
    return NetConfig(task=task.name, base=task.base, cell=architecture_of(net).name, hidden=net.hidden)


def tensors(net: AbstractNet) -> dict[str, np.ndarray]:
    """The net's tensors by name: `cell.weight_ih` …, `readout.weight`, `readout.bias` for a recurrent one."""
    return {name: np.ascontiguousarray(value, np.float32) for name, value in architecture_of(net).tensors(net).items()}


def to_bytes(net: AbstractNet, config: NetConfig) -> bytes:
    """The safetensors file of a net."""
    from safetensors.numpy import save

    return save(tensors(net), metadata={"anylength": json.dumps(dataclasses.asdict(config), sort_keys=True)})


def shapes(config: NetConfig) -> dict[str, tuple[int, ...]]:
    """The shape that each tensor must have."""
    return architecture_named(config.cell).shapes(task_named(config.task, config.base), config.hidden)


def build(config: NetConfig, named: dict[str, np.ndarray]) -> AbstractNet:
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
    own = {name: named[name] for name in wanted}
    return architecture_named(config.cell).build(own, task_named(config.task, config.base))


def load(path: Path) -> tuple[AbstractNet, NetConfig]:
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
