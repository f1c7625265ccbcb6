"""`read_net`: reads a net from a safetensors file with PyTorch's names or from an ONNX file.

Other files are refused. The refusal of a pickle or a Keras file shows the lines that convert it.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from anylength.base import InputError
from anylength.interchange.agreement import stress_words
from anylength.interchange.imported_net import ImportedNet
from anylength.interchange.layer import Layer, net_from_layer
from anylength.interchange.onnx.importer import read_onnx
from anylength.interchange.own_files import own_net
from anylength.interchange.pytorch.layer_original import torch_original
from anylength.interchange.pytorch.safetensors_file import read_tensors
from anylength.interchange.pytorch.state_dict import TORCH_CLASSES, layer_from_state_dict
from anylength.nets import Net, NetConfig, answers
from anylength.rules import Task

RELU_MARGIN = 0.1
"""A net with undeclared nonlinearity is refused if relu gets this much larger a share of short words right than tanh.

Smaller differences occur by chance in nets that are rarely right.
"""

SHORT_DIGITS = 8
"""Digits of the longest number in that comparison. The nonlinearities differ on short numbers already."""

PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle")
KERAS = (".keras", ".h5", ".hdf5")
CELL_OF_NONLINEARITY = {"tanh": "rnn", "relu": "relu"}
"""The cell for the entry `nonlinearity` in the metadata of our own exports."""


def read_net(path: Path, task: Task, cell: str | None = None) -> ImportedNet:
    """Reads the net in a file.

    Args:
        path: A .safetensors or .onnx file.
        task: The task that the net should do; it gives the alphabet.
        cell: The cell, if the file leaves it open: PyTorch's names are the same for tanh and relu.

    Raises:
        InputError: The file cannot be read, is of another kind, or does not hold exactly one recurrent layer and a linear read-out
            over the task's alphabet.
    """
    return _reader(path)(path, task, cell)


def _reader(path: Path) -> Callable[[Path, Task, str | None], ImportedNet]:
    """The reader for the file's suffix.

    Raises:
        InputError: There is none.
    """
    suffix = path.suffix.lower()
    if suffix == ".safetensors":
        return _read_safetensors
    if suffix == ".onnx":
        return _read_onnx
    if suffix in PICKLES:
        raise _unsafe_file(
            path,
            "import torch, safetensors.torch as st",
            f"state = torch.load({path.name!r}, weights_only=True)",
            f"st.save_file({{k: v.contiguous() for k, v in state.items()}}, {path.with_suffix('.safetensors').name!r})",
        )
    if suffix in KERAS:
        raise _unsafe_file(
            path,
            "import keras",
            f"model = keras.saving.load_model({path.name!r})",
            f"model.export({path.with_suffix('.onnx').name!r}, format='onnx')",
        )
    remedy = "save the state_dict with safetensors.torch.save_file, or export to ONNX"
    raise InputError("a .safetensors or .onnx file", path.name, remedy)


def _unsafe_file(path: Path, *conversion: str) -> InputError:
    """The refusal of a file that may run code, with the lines that convert it."""
    return InputError(
        "safetensors or ONNX", f"{path.name}, which can run code when it is opened", f"convert it: {'; '.join(conversion)}"
    )


def _read_safetensors(path: Path, task: Task, cell: str | None) -> ImportedNet:
    tensors, metadata = read_tensors(path)
    own = own_net(tensors, metadata, path.name)
    if own is not None:
        return _own_import(*own, path, task)
    declared = cell or CELL_OF_NONLINEARITY.get(metadata.get("nonlinearity", ""))
    layer = layer_from_state_dict(tensors, declared)
    net, folding_error = net_from_layer(layer, task)
    if declared is None and layer.cell == "rnn":
        _require_tanh(layer, net, task)
    origin = f"a torch.nn.{TORCH_CLASSES[layer.cell][0]} of {layer.hidden} units in {path.name}"
    return ImportedNet(net, layer.cell, origin, folding_error, torch_original(layer, task))


def _own_import(net: Net, config: NetConfig, path: Path, task: Task) -> ImportedNet:
    """The net of a module that anylength generated. Its tensors are the net's own, so there is nothing to compare it with.

    Raises:
        InputError: It reads another alphabet than the task.
    """
    if (net.base, net.tapes) != (task.letters, task.tapes):
        expected = f"a net over {task.tapes} tapes of {task.letters} letters"
        raise InputError(expected, f"one over {net.tapes} of {net.base} in {path.name}", f"pass --task {config.task_name}")
    return ImportedNet(net, config.cell, f"exported by anylength: a module of {net.hidden} units in {path.name}")


def _require_tanh(layer: Layer, net: Net, task: Task) -> None:
    """Refuses to assume nn.RNN's default nonlinearity, tanh, if the net is right more often with relu.

    Raises:
        InputError: It is.
    """
    words = stress_words(task, limit=SHORT_DIGITS)
    relu_net, _ = net_from_layer(dataclasses.replace(layer, cell="relu"), task)
    tanh, relu = (float((answers(form, words) == task.targets(words)).all(axis=0).mean()) for form in (net, relu_net))
    if relu > tanh + RELU_MARGIN:
        got = f"names that fit both (right on {tanh:.0%} of short words with tanh, on {relu:.0%} with relu)"
        raise InputError("--cell rnn (tanh) or --cell relu", got, "say which nonlinearity the nn.RNN was made with")


def _read_onnx(path: Path, task: Task, cell: str | None) -> ImportedNet:
    imported = read_onnx(path, task)
    if cell not in (None, imported.cell):
        raise InputError(f"an ONNX file with a {cell}", f"a {imported.cell}", "leave --cell out: the file says which cell it is")
    return imported
