"""`from_torch`: a live module or step of PyTorch as a net. This module does not import PyTorch: whoever has a module has loaded it.

A module of one recurrent layer, one linear read-out and at most one embedding becomes a net of one of our cells, from its tensors
alone, if that net answers as the module's own `forward` does. Every other module, and every step, is traced to a step program.
"""

import sys
from typing import Any

from anylength.base import InputError
from anylength.interchange.imported_net import ComparedNet
from anylength.interchange.original import Predictor
from anylength.interchange.pytorch.alphabet import Inputs
from anylength.interchange.pytorch.live import read_live
from anylength.interchange.pytorch.module import folds_embedding, is_one_layer, read_module
from anylength.nets import Net
from anylength.rules import Task, task_named

OTHERS = "test anything else as a black box (anylength.black_boxes)"


def from_torch(
    module: Any, task: Task | str, *, answers: Predictor | None = None, initial_state: Any = None, inputs: Inputs | None = None
) -> Net:  # fmt: skip
    """Converts a live `torch.nn.Module`, or a step, to a net, and compares the two on hard inputs.

    Args:
        module: A module whose recurrent parts are nn.RNN, nn.GRU, nn.LSTM or their Cell classes. Its `forward` takes one-hot words
            `[T, B, E]`, or token numbers `[T, B]`, or the same with the batch first. It returns logits for every step, alone or
            first in a tuple; an acceptor returns those of the last step, `[B, C]`. Or a step with its `initial_state`.
        task: The task that the net should do, or its name (in base 10).
        answers: Runs a module with another kind of `forward`: symbols `[T, B]` → output classes `[T, B]`.
        initial_state: For `step(state, x) → (state, logits)`: the state before the first step, a tree of float32 tensors.
        inputs: What the module or step takes: "one-hot", "tokens", or of each symbol its token, the row of an embedding; None:
            found by trying.

    Raises:
        InputError: It cannot be read, or answers differently from what was read.
    """
    task = task_named(task) if isinstance(task, str) else task
    return compared_torch(module, task, answers=answers, initial_state=initial_state, inputs=inputs).net()


def compared_torch(
    module: Any, task: Task, *, answers: Predictor | None = None, initial_state: Any = None, inputs: Inputs | None = None
) -> ComparedNet:  # fmt: skip
    """The net of a module or step beside its original: see `from_torch`.

    Raises:
        InputError: It cannot be read, or answers differently from what was read.
    """
    if initial_state is not None or inputs is not None or not is_one_layer(module):
        return _traced(module, task, initial_state, inputs)
    try:
        imported = read_module(module, task, answers)
    except InputError as refusal:
        return _traced_or_refused(module, task, refusal)
    try:
        return imported.compared(task)
    except InputError:
        if answers is not None:
            raise
        return _traced(module, task, None, None)


def _traced_or_refused(module: Any, task: Task, refusal: InputError) -> ComparedNet:
    """The net of a module that is traced; the reason why its tensors are no layer where it cannot be."""
    try:
        return _traced(module, task, None, None)
    except InputError as again:
        raise (again if folds_embedding(module) else refusal) from None


def _traced(module: Any, task: Task, initial_state: Any, inputs: Inputs | None) -> ComparedNet:
    """The net of a module or step that is traced.

    Raises:
        InputError: It cannot be.
    """
    torch = sys.modules.get("torch")
    if torch is None or (initial_state is None and not isinstance(module, torch.nn.Module)):
        raise InputError("a net of anylength, a torch.nn.Module, or a step with its initial_state", type(module).__name__, OTHERS)
    return read_live(module, task, initial_state=initial_state, inputs=inputs)
