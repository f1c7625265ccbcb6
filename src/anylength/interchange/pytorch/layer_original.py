"""Runs a layer of a file in PyTorch, if it is installed: the original that an imported net is compared with."""

import importlib.util
from typing import Any

import numpy as np

from anylength.base import Symbols
from anylength.interchange.layer import Layer
from anylength.interchange.original import FunctionOriginal
from anylength.interchange.pytorch.state_dict import TORCH_CLASSES
from anylength.rules import Task


def torch_original(layer: Layer, task: Task) -> FunctionOriginal | None:
    """The layer as PyTorch runs it; None if PyTorch cannot run it."""
    if layer.cell not in TORCH_CLASSES or importlib.util.find_spec("torch") is None:
        return None
    import torch

    module = _module(torch, layer)
    readout = _tensor(torch, layer.readout)
    bias = _tensor(torch, np.zeros(len(layer.readout)) if layer.readout_bias is None else layer.readout_bias)
    table = _tensor(torch, np.eye(task.letters) if layer.embedding is None else layer.embedding)

    def run(words: Symbols) -> np.ndarray:
        digits = [torch.from_numpy((words // task.letters**tape % task.letters).astype(np.int64)) for tape in range(task.tapes)]
        with torch.no_grad():
            states, _ = module(torch.cat([table[digit] for digit in digits], dim=-1))
            return (states @ readout.T + bias).numpy()

    return FunctionOriginal(run, f"torch {torch.__version__}")


def _module(torch: Any, layer: Layer) -> Any:
    """The recurrent module of `torch.nn` with the layer's weights."""
    name, options = TORCH_CLASSES[layer.cell]
    module = getattr(torch.nn, name)(layer.weight_ih.shape[1], layer.hidden, **options)
    zeros = np.zeros(len(layer.weight_hh), np.float32)
    state_dict = {
        "weight_ih_l0": layer.weight_ih,
        "weight_hh_l0": layer.weight_hh,
        "bias_ih_l0": zeros if layer.bias_ih is None else layer.bias_ih,
        "bias_hh_l0": zeros if layer.bias_hh is None else layer.bias_hh,
    }
    module.load_state_dict({name: _tensor(torch, value) for name, value in state_dict.items()})
    return module.eval()


def _tensor(torch: Any, values: Any) -> Any:
    """A float32 tensor with its own copy of the values."""
    return torch.from_numpy(np.array(values, np.float32))
