"""Reads a live `torch.nn.Module` of one recurrent layer from its tensors. This module does not import PyTorch: its caller has.

The parts are one nn.RNN, nn.GRU, nn.LSTM or the Cell of one, one nn.Linear, at most one nn.Embedding, and parts without parameters.
The reader cannot see what `forward` does with them, so its caller compares the net with `forward` on stress inputs.
"""

import sys
from typing import Any

from anylength.base import InputError
from anylength.interchange.flat_values import Alphabet
from anylength.interchange.imported_net import ImportedNet
from anylength.interchange.layer import Floats, net_from_layer
from anylength.interchange.original import FunctionOriginal, Predictor
from anylength.interchange.pytorch.alphabet import InputForm
from anylength.interchange.pytorch.module_original import RETURNS, ModuleOriginal
from anylength.interchange.pytorch.state_dict import layer_from_state_dict
from anylength.rules import Task

RECURRENT_CLASSES = ("RNN", "GRU", "LSTM", "RNNCell", "GRUCell", "LSTMCell")


def is_one_layer(module: Any) -> bool:
    """Whether a module has one recurrent layer without a projection, and beside it only linear layers and embeddings."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(module, torch.nn.Module):
        return False
    layers = _parts(torch, module, RECURRENT_CLASSES)
    known = {*layers, *_parts(torch, module, ("Linear", "Embedding"))}
    linear, embeddings = _parts(torch, module, ("Linear",)), _parts(torch, module, ("Embedding",))
    others = [part for part in module.modules() if part not in known and _has_tensors(part)]
    one = len(layers) == len(linear) == 1 and len(embeddings) <= 1 and not others
    return one and getattr(layers[0], "num_layers", 1) == 1 and not getattr(layers[0], "proj_size", 0)


def folds_embedding(module: Any) -> bool:
    """Whether `read_module` multiplies an embedding of this module into the input weights."""
    return is_one_layer(module) and bool(_parts(sys.modules["torch"], module, ("Embedding",)))


def read_module(module: Any, task: Task, answers: Predictor | None = None) -> ImportedNet:
    """The net of a live module of one layer, with the module's own `forward` as the original.

    Raises:
        InputError: It is bidirectional, its numbers are not those of float32, or it has an embedding and the task several tapes:
            the module's order of tapes is unknown.
    """
    torch = sys.modules["torch"]
    recurrent = _recurrent_part(torch, module)
    layer = layer_from_state_dict(
        _float32_state(torch, module), "relu" if getattr(recurrent, "nonlinearity", "tanh") == "relu" else None
    )
    net, folding_error = net_from_layer(layer, task)
    origin = f"torch.nn.{type(recurrent).__name__} of {layer.hidden} units"
    if answers is not None:
        return ImportedNet(
            net, layer.cell, origin, folding_error, FunctionOriginal(answers, f"torch {torch.__version__}", loops=True)
        )
    if layer.embedding is not None and task.tapes > 1:
        raise InputError("a way to call the module", f"an embedding and {task.tapes} tapes", RETURNS)
    form = InputForm(Alphabet(task.letters, task.tapes), "tokens" if layer.embedding is not None else "one-hot", batched=True)
    original = ModuleOriginal(module, form, bool(getattr(recurrent, "batch_first", False)))
    return ImportedNet(net, layer.cell, origin, folding_error, original)


def _float32_state(torch: Any, module: Any) -> dict[str, Floats]:
    """The module's state_dict as float32 arrays.

    Raises:
        InputError: float32 would round a value.
    """
    state = {name: value.detach().cpu() for name, value in module.state_dict().items()}
    for name, value in state.items():
        if value.dtype in (torch.float16, torch.bfloat16):
            raise InputError("weights of float32 numbers", f"{name} of {value.dtype}", "call .float() first")
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
        InputError: It is bidirectional.
    """
    (layer,) = _parts(torch, module, RECURRENT_CLASSES)
    if getattr(layer, "bidirectional", False):
        remedy = "pass bidirectional=False: a bidirectional net reads the whole input before it answers"
        raise InputError("a net that reads forwards", "bidirectional=True", remedy)
    return layer


def _has_tensors(part: Any) -> bool:
    """Whether a part has parameters or buffers of its own."""
    tensors = (*part.parameters(recurse=False), *part.buffers(recurse=False))
    return len(tensors) > 0
