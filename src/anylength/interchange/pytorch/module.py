"""Reads a live `torch.nn.Module`. This module does not import PyTorch: whoever has a module has loaded it.

The reader takes the module's parts: one nn.RNN, nn.GRU, nn.LSTM or the Cell of one, one nn.Linear, at most one nn.Embedding, and
parts without parameters. It cannot see what `forward` does with them, so the net is compared with `forward` on stress inputs.
"""

import sys
from typing import Any

from anylength.errors import InputError
from anylength.interchange.agreement import compare_with_original
from anylength.interchange.imported_net import ImportedNet, Predictor
from anylength.interchange.layer import Floats, net_from_layer
from anylength.interchange.pytorch.forward import forward_predictor
from anylength.interchange.pytorch.state_dict import layer_from_state_dict
from anylength.nets import Net
from anylength.tasks import Task, task_named

RECURRENT_CLASSES = ("RNN", "GRU", "LSTM", "RNNCell", "GRUCell", "LSTMCell")


def from_torch(module: Any, task: Task | str, *, answers: Predictor | None = None) -> Net:
    """Converts a live `torch.nn.Module` to a net, and compares the two on stress inputs.

    Args:
        module: One recurrent layer, one linear read-out, at most one embedding. Its `forward` takes one-hot words `[T, B, E]`
            (`[B, T, E]` if the layer has batch_first), or digits `[T, B]` if it has an embedding and the task has one tape. It
            returns logits over the output classes for every step, alone or first in a tuple.
        task: The task that the net should do, or its name (in base 10).
        answers: Runs a module with another kind of `forward`: symbols `[T, B]` → output classes `[T, B]`.

    Raises:
        InputError: The argument is not a module, has other parts, or answers differently from its parts.
    """
    task = task_named(task) if isinstance(task, str) else task
    imported = read_module(module, task, answers)
    compare_with_original(imported, task)
    return imported.net


def read_module(module: Any, task: Task, answers: Predictor | None = None) -> ImportedNet:
    """The net of a live module, with the module's own `forward` as the reference.

    Raises:
        InputError: The argument is not a module, or has other parts than a net can have.
    """
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(module, torch.nn.Module):
        remedy = "test anything else as a black box (anylength.black_boxes)"
        raise InputError("a net of anylength or a torch.nn.Module", type(module).__name__, remedy)
    recurrent = _recurrent_part(torch, module)
    layer = layer_from_state_dict(
        _float32_state(torch, module), "relu" if getattr(recurrent, "nonlinearity", "tanh") == "relu" else None
    )
    net, folding_error = net_from_layer(layer, task)
    origin = f"torch.nn.{type(recurrent).__name__} of {layer.hidden} units"
    reference = answers or forward_predictor(torch, module, recurrent, task, digits=layer.embedding is not None)
    return ImportedNet(net, layer.cell, origin, folding_error, reference, f"torch {torch.__version__}")


def _float32_state(torch: Any, module: Any) -> dict[str, Floats]:
    """The module's state_dict as float32 arrays.

    Raises:
        InputError: float32 would round a value.
    """
    state = {name: value.detach().cpu() for name, value in module.state_dict().items()}
    for name, value in state.items():
        if not torch.equal(value.float().to(value.dtype), value):
            raise InputError("numbers that float32 holds exactly", f"{name}, which float32 would round", "call model.float() first")
    return {name: value.float().numpy() for name, value in state.items()}


def _parts(torch: Any, module: Any, names: tuple[str, ...]) -> list[Any]:
    """The parts of a module that are instances of these classes of `torch.nn`, not of subclasses."""
    classes = tuple(getattr(torch.nn, name) for name in names)
    return [part for part in module.modules() if type(part) in classes]


def _recurrent_part(torch: Any, module: Any) -> Any:
    """The one recurrent layer of a module.

    Raises:
        InputError: There is not exactly one, it is bidirectional, or another part has parameters that might change the answers.
    """
    layers = _parts(torch, module, RECURRENT_CLASSES)
    if len(layers) != 1:
        names = ", ".join(type(part).__name__ for part in layers) or "none"
        expected = "a module with one nn.RNN, nn.GRU, nn.LSTM, nn.RNNCell, nn.GRUCell or nn.LSTMCell"
        raise InputError(expected, names, "test others as a black box (anylength.black_boxes)")
    if getattr(layers[0], "bidirectional", False):
        remedy = "pass bidirectional=False: a bidirectional net reads the whole input before it answers"
        raise InputError("a net that reads forwards", "bidirectional=True", remedy)
    known = {*layers, *_parts(torch, module, ("Linear", "Embedding"))}
    others = [type(part).__name__ for part in module.modules() if part not in known and _has_tensors(part)]
    if others:
        expected = "a recurrent layer, one nn.Linear and at most one nn.Embedding"
        raise InputError(expected, f"also {', '.join(others)}", "test it as a black box (anylength.black_boxes)")
    return layers[0]


def _has_tensors(part: Any) -> bool:
    """Whether a part has parameters or buffers of its own."""
    tensors = (*part.parameters(recurse=False), *part.buffers(recurse=False))
    return len(tensors) > 0
