"""A layer run by PyTorch itself, where it is installed: what an imported net is compared with."""

import importlib.util
from typing import Any

import numpy as np

from anylength._types import Symbols
from anylength.interchange.incoming import Layer, Source
from anylength.tasks import Task

MODULES = {"rnn": "RNN", "relu": "RNN", "gru": "GRU", "lstm": "LSTM"}
COLUMNS = 1024
"""Words that are run together."""


def source_of(layer: Layer, task: Task) -> tuple[Source | None, str | None]:
    """Asks PyTorch's own module with these tensors, and names the runtime; None and None where it is not installed."""
    if layer.cell not in MODULES or importlib.util.find_spec("torch") is None:
        return None, None
    import torch

    module = _module(torch, layer)
    readout = _tensor(torch, layer.readout)
    offset = _tensor(torch, np.zeros(len(layer.readout)) if layer.readout_bias is None else layer.readout_bias)
    table = _tensor(torch, np.eye(task.letters) if layer.embedding is None else layer.embedding)

    def ask(symbols: Symbols) -> Symbols:
        parts = np.split(symbols, range(COLUMNS, symbols.shape[1], COLUMNS), axis=1)
        with torch.no_grad():
            return np.concatenate([_answers(part) for part in parts], axis=1)

    def _answers(part: Symbols) -> Symbols:
        digits = [torch.from_numpy((part // task.letters**tape % task.letters).astype(np.int64)) for tape in range(task.tapes)]
        states, _ = module(torch.cat([table[digit] for digit in digits], dim=-1))
        return (states @ readout.T + offset).argmax(dim=-1).numpy().astype(np.uint8)

    return ask, f"torch {torch.__version__}"


def _module(torch: Any, layer: Layer) -> Any:
    """The module of `torch.nn` with the layer's own weights."""
    options = {"nonlinearity": "relu" if layer.cell == "relu" else "tanh"} if MODULES[layer.cell] == "RNN" else {}
    module = getattr(torch.nn, MODULES[layer.cell])(layer.weight_ih.shape[1], layer.hidden, **options)
    zeros = np.zeros(len(layer.weight_hh), np.float32)
    given = {
        "weight_ih_l0": layer.weight_ih,
        "weight_hh_l0": layer.weight_hh,
        "bias_ih_l0": zeros if layer.bias_ih is None else layer.bias_ih,
        "bias_hh_l0": zeros if layer.bias_hh is None else layer.bias_hh,
    }
    module.load_state_dict({name: _tensor(torch, value) for name, value in given.items()})
    return module.eval()


def _tensor(torch: Any, values: Any) -> Any:
    """A float32 tensor that owns its numbers."""
    return torch.from_numpy(np.array(values, np.float32))
