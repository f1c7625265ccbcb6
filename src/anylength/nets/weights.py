"""Nets as safetensors files: PyTorch's tensor names, and the configuration in the metadata.

Loading checks everything (names, shapes, dtype, finite values, format number) before it builds a net.
"""

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from anylength.base import InputError, read_file
from anylength.cells import DEFAULT_BETWEEN, Layering
from anylength.nets.abstract import AbstractNet
from anylength.nets.architectures import PROGRAM, Architecture, architecture_named, architecture_of, program_architecture
from anylength.nets.net import Net
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.rules import Task, task_named

FORMAT = 1
"""Version of the configuration in the metadata. A file with another number is refused."""

METADATA = "anylength"
"""Key of the configuration in the metadata of a safetensors file."""

MAX_WEIGHTS_BYTES = 64 << 20
"""Longest weights file that is read, ours or another library's. An LSTM of 1,024 units has 17 MiB. The checker reads 20 MiB."""


OPTIONAL: dict[str, type] = {"machine": str, "program": str, "layers": int, "between": str, "least_margin": float}
"""The type of each field of the configuration that only some nets have."""


@dataclasses.dataclass(frozen=True)
class NetConfig:
    """What a user of the net needs beside the tensors.

    Attributes:
        task_name: Name of the task.
        base: Base of the digits.
        cell: Name of the kind of net.
        hidden: H, the number of hidden units.
        machine: Text of the machine where the task is a user's own; else None.
        program: JSON of the step program where the net is one; else None.
        layers: The number of layers; None for 1.
        between: What lies between the layers; None for one layer.
        least_margin: As in `Net`; None for 0.
        format: Version of this configuration.
    """

    task_name: str
    base: int
    cell: str
    hidden: int
    machine: str | None = None
    program: str | None = None
    layers: int | None = None
    between: str | None = None
    least_margin: float | None = None
    format: int = FORMAT

    @property
    def task(self) -> Task:
        """The task, built from its name or from the user's machine."""
        return task_named(self.task_name, self.base, self.machine)

    @property
    def layering(self) -> Layering:
        """How many layers, and what lies between them.

        Raises:
            InputError: There is no such layering.
        """
        return Layering(1 if self.layers is None else self.layers, self.between or DEFAULT_BETWEEN)

    @property
    def architecture(self) -> Architecture:
        """The kind of net.

        Raises:
            InputError: There is no such kind, or the program is damaged.
        """
        if self.cell != PROGRAM:
            return architecture_named(self.cell, self.layering)
        from anylength.programs import parse_program

        return program_architecture(parse_program(self.program or "", "the net's configuration"))

    def to_dict(self) -> dict[str, Any]:
        """The configuration as a JSON object. The task's name has the key `task`; what is None is left out."""
        fields = dataclasses.asdict(self)
        fields["task"] = fields.pop("task_name")
        return {name: value for name, value in fields.items() if value is not None}

    def to_json(self) -> str:
        """The configuration as JSON text with sorted keys."""
        return json.dumps(self.to_dict(), sort_keys=True)


def describe(net: AbstractNet, task: Task) -> NetConfig:
    """The configuration of a net for this task."""
    from anylength.cells import LayeredCell, ProgramCell
    from anylength.programs import program_json

    program = program_json(net.cell.steps) if isinstance(net, Net) and isinstance(net.cell, ProgramCell) else None
    kind = architecture_of(net).name
    margin = net.least_margin or None if isinstance(net, Net) else None
    config = NetConfig(
        task.name, task.base, kind, net.hidden, machine=task.description, program=program, least_margin=margin
    )  # fmt: skip
    return with_layering(config, net.cell.kind.layering) if isinstance(net, Net) and isinstance(net.cell, LayeredCell) else config


def with_layering(config: NetConfig, layers: Layering) -> NetConfig:
    """The configuration of a net with these layers. For one layer it names none, as in older files."""
    if layers.count == 1:
        return config
    return dataclasses.replace(config, layers=layers.count, between=layers.between)


def tensors(net: AbstractNet) -> dict[str, np.ndarray]:
    """The net's tensors by name. A recurrent net has `cell.weight_ih` …, `readout.weight`, `readout.bias`."""
    return {name: np.ascontiguousarray(value, np.float32) for name, value in architecture_of(net).tensors(net).items()}


def to_bytes(net: AbstractNet, config: NetConfig) -> bytes:
    """The safetensors file of a net."""
    from safetensors.numpy import save

    return save(tensors(net), metadata={METADATA: config.to_json()})


def shapes(config: NetConfig) -> dict[str, tuple[int, ...]]:
    """The shape of each required tensor."""
    return config.architecture.shapes(config.task, config.hidden)


def build(config: NetConfig, named: dict[str, np.ndarray]) -> AbstractNet:
    """The net with these tensors. Tensors that the architecture does not know are ignored.

    Raises:
        InputError: A tensor is missing, has the wrong shape or type, or holds NaN or an infinity.
    """
    architecture = config.architecture
    optional_shapes = architecture.optional_shapes(config.task, config.hidden)
    found = architecture.shapes_found(named, config.task, config.hidden) if architecture.shapes_found else shapes(config)
    expected = found | {name: shape for name, shape in optional_shapes.items() if name in named}
    for name, shape in expected.items():
        if name not in named:
            present = ", ".join(sorted(named)) or "none"
            raise InputError(f"a tensor {name!r}", f"only {present}", "the file is of another net")
        _check_tensor(name, named[name], shape)
    net = architecture.build({name: named[name] for name in expected}, config.task)
    return dataclasses.replace(net, least_margin=config.least_margin) if config.least_margin and isinstance(net, Net) else net


def _check_tensor(name: str, value: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raises InputError unless `value` is a float32 tensor of this shape with finite entries."""
    if value.shape != shape or value.dtype != np.float32:
        got = f"{value.dtype} {list(value.shape)}"
        raise InputError(f"{name} as float32 {list(shape)}", got, "the weights file is of another net; train or copy it again")
    if not np.isfinite(value).all():
        kind = "NaN" if np.isnan(value).any() else "an infinity"
        raise InputError(f"finite numbers in {name}", kind, "the weights file is damaged; train or copy it again")


def load(path: Path) -> tuple[AbstractNet, NetConfig]:
    """Reads a net from a safetensors file.

    Raises:
        InputError: The file is missing, too long or damaged, has an unknown format, or was not written by anylength.
    """
    return from_bytes(read_file(path, limit=MAX_WEIGHTS_BYTES, kind="a weights file"), path.name)


def from_bytes(content: bytes, source: str) -> tuple[AbstractNet, NetConfig]:
    """Reads a net from the bytes of a safetensors file.

    Args:
        content: The file.
        source: Its name, for errors.

    Raises:
        InputError: The file is damaged, has an unknown format, or was not written by anylength.
    """
    file = SafetensorsFile(io.BytesIO(content), source)
    config = config_from(file.metadata.get(METADATA), source)
    return build(config, file.tensors()), config


def config_from(text: str | None, source: str) -> NetConfig:
    """Parses the configuration in the metadata of the file named `source`.

    Raises:
        InputError: The configuration is missing or damaged, or has another format number.
    """
    if text is None:
        raise InputError("anylength's metadata in the weights file", f"none in {source}", "anylength did not write this file")
    try:
        return _parsed_config(json.loads(text), source)
    except InputError:
        raise
    except (ValueError, AttributeError, TypeError, RecursionError):
        got = f"{text[:60]!r} in {source}"
        raise InputError("a net's configuration", got, "the file is damaged") from None


def _parsed_config(raw: dict[str, Any], source: str) -> NetConfig:
    """The configuration from its JSON object; ValueError where a field is missing, unknown or of the wrong type."""
    if raw.get("format") != FORMAT:
        raise InputError(f"format {FORMAT}", f"format {raw.get('format')!r} in {source}", "use the version that wrote it")
    types: dict[str, type] = {"task": str, "base": int, "cell": str, "hidden": int, "format": int}
    types |= {name: kind for name, kind in OPTIONAL.items() if name in raw}
    if set(raw) != set(types):
        raise ValueError("missing or unknown fields")
    if any(type(raw[name]) is not expected for name, expected in types.items()):
        raise ValueError("a field of the wrong type")
    fields = dict(raw)
    return NetConfig(task_name=fields.pop("task"), **fields)
