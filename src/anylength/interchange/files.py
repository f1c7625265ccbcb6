"""A file with a net from elsewhere → the net: safetensors by PyTorch's names, ONNX; all else is refused with what converts it."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from anylength.errors import InputError
from anylength.interchange.agreement import hard_words
from anylength.interchange.incoming import Floats, Incoming, Layer, net_of
from anylength.interchange.onnx.read import read_onnx
from anylength.interchange.pytorch.names import layer_of
from anylength.interchange.pytorch.runtime import MODULES, source_of
from anylength.nets import Net, answers
from anylength.tasks import Task

SPEAKS = 0.1
"""A share of words right that is so much larger speaks for the other nonlinearity."""

FILE_LIMIT = 64 << 20
"""Bytes of the largest file that is read: a net of 1024 units has a tenth of it."""

PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle")
KERAS = (".keras", ".h5", ".hdf5")
NONLINEARITIES = {"tanh": "rnn", "relu": "relu"}
"""What our own exports say in their metadata."""

WIDER = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2"), "F64": np.dtype("<f8")}


def read_net(path: Path, task: Task, cell: str | None = None) -> Incoming:
    """The net in a file, for a task.

    Args:
        path: A .safetensors or .onnx file.
        task: What it is to do: it gives the alphabet.
        cell: Which cell it is where the file leaves that open: PyTorch's names are the same for tanh and relu.

    Raises:
        InputError: The file cannot be read, is of another kind, or holds something else than one recurrent layer and a linear
            read-out over this task's alphabet.
    """
    _require_file(path)
    return _reader(path)(path, task, cell)


def _reader(path: Path) -> Callable[[Path, Task, str | None], Incoming]:
    """The reader for the kind of file that the name says."""
    kind = path.suffix.lower()
    if kind == ".safetensors":
        return _read_safetensors
    if kind == ".onnx":
        return _read_onnx
    if kind in PICKLES:
        lines = (
            "import torch, safetensors.torch as st",
            f"state = torch.load({path.name!r}, weights_only=True)",
            f"st.save_file({{k: v.contiguous() for k, v in state.items()}}, {path.with_suffix('.safetensors').name!r})",
        )
        raise InputError(
            "safetensors or ONNX", f"{path.name}, which can run code when it is opened", f"convert it: {'; '.join(lines)}"
        )
    if kind in KERAS:
        lines = (
            "import keras",
            f"model = keras.saving.load_model({path.name!r})",
            f"model.export({path.with_suffix('.onnx').name!r}, format='onnx')",
        )
        raise InputError(
            "safetensors or ONNX", f"{path.name}, which can run code when it is opened", f"convert it: {'; '.join(lines)}"
        )
    raise InputError(
        "a .safetensors or .onnx file", path.name, "save the state_dict with safetensors.torch.save_file, or export to ONNX"
    )


def _require_file(path: Path) -> None:
    """Refuses what is no file, or too large, before anything of it is read.

    Raises:
        InputError: It is.
    """
    if not path.is_file():
        raise InputError(
            "a file with a net", f"nothing at {str(path)!r}" if not path.exists() else f"a folder, {str(path)!r}", "give its path"
        )
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise InputError(
            f"a file of at most {FILE_LIMIT >> 20} MiB", f"{size / 2**20:,.0f} MiB", "leave out what is no part of the net"
        )


def _read_safetensors(path: Path, task: Task, cell: str | None) -> Incoming:
    tensors, metadata = tensors_in(path)
    said = cell or NONLINEARITIES.get(metadata.get("nonlinearity", ""))
    layer = layer_of(tensors, said)
    net, folding = net_of(layer, task)
    if said is None and layer.cell == "rnn":
        _require_tanh(layer, net, task)
    source, runtime = source_of(layer, task)
    origin = f"a torch.nn.{MODULES[layer.cell]} of {layer.hidden} units in {path.name}"
    return Incoming(net, layer.cell, origin, folding, source, runtime)


def _require_tanh(layer: Layer, net: Net, task: Task) -> None:
    """Refuses to take nn.RNN's default, tanh, for granted where the answers speak for rectifiers.

    Raises:
        InputError: They do.
    """
    words = hard_words(task, limit=8)
    other, _ = net_of(dataclasses.replace(layer, cell="relu"), task)
    tanh, relu = (float((answers(each, words) == task.targets(words)).all(axis=0).mean()) for each in (net, other))
    if relu > tanh + SPEAKS:
        came = f"names that fit both (right on {tanh:.0%} of short words with tanh, on {relu:.0%} with rectifiers)"
        raise InputError("--cell rnn (tanh) or --cell relu", came, "say which nonlinearity the nn.RNN was made with")


def _read_onnx(path: Path, task: Task, cell: str | None) -> Incoming:
    incoming = read_onnx(path, task)
    if cell not in (None, incoming.cell):
        raise InputError(f"an ONNX file with a {cell}", f"a {incoming.cell}", "leave --cell out: the file says which cell it is")
    return incoming


def _by_nonlinearity(metadata: dict[str, str]) -> str | None:
    return "relu" if metadata.get("nonlinearity") == "relu" else None


def tensors_in(path: Path) -> tuple[dict[str, Floats], dict[str, str]]:
    """The tensors of a safetensors file as float32, and its metadata.

    Raises:
        InputError: The file is malformed, or a tensor does not fit into float32 as it is.
    """
    from safetensors import SafetensorError, deserialize

    try:
        data = path.read_bytes()
        found = deserialize(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise InputError(
            "a readable safetensors file", f"{path.name}: {error}", "save it again with safetensors.torch.save_file"
        ) from None
    tensors = {name: _as_float32(name, each["dtype"], each["shape"], each["data"]) for name, each in found}
    return dict(sorted(tensors.items())), dict(header.get("__metadata__") or {})


def _as_float32(name: str, dtype: str, shape: list[int], data: bytes) -> Floats:
    """A tensor's numbers, all of which float32 holds exactly.

    Raises:
        InputError: It is of another type, or float32 would round it.
    """
    if dtype not in WIDER:
        raise InputError("tensors of float32", f"{name} of {dtype}", "save model.float().state_dict()")
    values = np.frombuffer(data, WIDER[dtype]).reshape(shape)
    if dtype == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(all="ignore"):
        narrow = values.astype(np.float32)
    if not np.array_equal(narrow.astype(values.dtype), values, equal_nan=True):
        raise InputError(
            "numbers that float32 holds", f"{name} of {dtype}, which it would round", "save model.float().state_dict()"
        )
    return narrow
