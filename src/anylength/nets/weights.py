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
    """What is needed, beside the tensors, to use a net. `machine` is the text of a user's own machine, else None."""

    task: str
    base: int
    cell: str
    hidden: int
    machine: str | None = None
    format: int = FORMAT

    @property
    def task_itself(self) -> Task:
        """The task, a user's own one from the machine's text."""
        return task_named(self.task, self.base, self.machine)


def describe(net: AbstractNet, task: Task) -> NetConfig:
    """The configuration of a net of this task."""
    return NetConfig(task.name, task.base, architecture_of(net).name, net.hidden, machine=task.description)


def tensors(net: AbstractNet) -> dict[str, np.ndarray]:
    """The net's tensors by name: `cell.weight_ih` …, `readout.weight`, `readout.bias` for a recurrent one."""
    return {name: np.ascontiguousarray(value, np.float32) for name, value in architecture_of(net).tensors(net).items()}


def to_bytes(net: AbstractNet, config: NetConfig) -> bytes:
    """The safetensors file of a net."""
    from safetensors.numpy import save

    fields = {name: value for name, value in dataclasses.asdict(config).items() if value is not None}
    return save(tensors(net), metadata={"anylength": json.dumps(fields, sort_keys=True)})


def shapes(config: NetConfig) -> dict[str, tuple[int, ...]]:
    """The shape that each tensor must have."""
    return architecture_named(config.cell).shapes(config.task_itself, config.hidden)


def build(config: NetConfig, named: dict[str, np.ndarray]) -> AbstractNet:
    """The net with these tensors.

    Raises:
        InputError: A tensor is missing, has the wrong shape or type, or holds NaN or an infinity.
    """
    optional_shapes = architecture_named(config.cell).optional_shapes(config.task_itself, config.hidden)
    wanted = shapes(config) | {name: shape for name, shape in optional_shapes.items() if name in named}
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
    return architecture_named(config.cell).build(own, config.task_itself)


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
        fields: dict[str, type] = {"task": str, "base": int, "cell": str, "hidden": int, "format": int}
        fields |= {"machine": str} if "machine" in raw else {}
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
