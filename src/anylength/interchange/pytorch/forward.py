"""Runs a live module through its own `forward`, in evaluation mode and without gradients."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from anylength._types import OUTPUT, Symbols
from anylength.errors import InputError
from anylength.interchange.imported_net import Predictor
from anylength.tasks import Task

REMEDY = "pass answers=, symbols [T, B] → classes [T, B]"

MAX_MESSAGE = 200
"""Characters of an exception of `forward` that an error message repeats."""


def forward_predictor(torch: Any, module: Any, recurrent: Any, task: Task, *, digits: bool) -> Predictor:
    """A predictor that calls the module.

    Args:
        torch: The package.
        module: The module.
        recurrent: Its recurrent layer, whose `batch_first` gives the order of axes.
        task: The task.
        digits: Whether `forward` takes digits `[T, B]` instead of one-hot vectors `[T, B, E]`.

    Raises:
        InputError: `forward` takes digits and the task has several tapes: the module's order of tapes is unknown.
    """
    batch_first = bool(getattr(recurrent, "batch_first", False))
    if digits and task.tapes > 1:
        raise InputError("a way to call the module", f"an embedding and {task.tapes} tapes", REMEDY)

    def predict(symbols: Symbols) -> Symbols:
        weight = next(module.parameters())
        inputs = torch.from_numpy(symbols.astype(np.int64)) if digits else _one_hot(torch, symbols, task).to(weight.dtype)
        inputs = inputs.to(device=weight.device)
        with evaluation_mode(torch, module):
            output = _call(module, inputs.transpose(0, 1) if batch_first else inputs)
        logits = output.transpose(0, 1) if batch_first else output
        if tuple(logits.shape) != (*symbols.shape, task.classes):
            axes = "[B, T, C]" if batch_first else "[T, B, C]"
            raise InputError(f"logits {axes} from the module", f"a tensor of {list(output.shape)}", REMEDY)
        return logits.argmax(dim=-1).cpu().numpy().astype(OUTPUT)

    return predict


def _one_hot(torch: Any, symbols: Symbols, task: Task) -> Any:
    """Words `[T, B]` as the task encodes them: `[T, B, E]`."""
    digits = [torch.from_numpy((symbols // task.letters**tape % task.letters).astype(np.int64)) for tape in range(task.tapes)]
    return torch.cat([torch.nn.functional.one_hot(digit, task.letters) for digit in digits], dim=-1).float()


def _call(module: Callable[[Any], Any], inputs: Any) -> Any:
    """The result of `forward`, or its first entry if it is a tuple.

    Raises:
        InputError: `forward` raises.
    """
    try:
        output = module(inputs)
    except Exception as error:  # a foreign forward may raise anything
        message = f"{type(error).__name__}: {error}"[:MAX_MESSAGE]
        raise InputError(f"a forward that takes {list(inputs.shape)}", message, REMEDY) from error
    return output[0] if isinstance(output, tuple) else output


@contextmanager
def evaluation_mode(torch: Any, module: Any) -> Iterator[None]:
    """Switches off dropout and gradients; restores the mode of every part afterwards."""
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for part, mode in modes.items():
            part.training = mode
