"""A live `torch.nn.Module` as a net of ours, and a verdict on either. PyTorch is not imported: who has a module has loaded it.

What is read are the module's parts: one nn.RNN, nn.GRU, nn.LSTM or Cell of theirs, one nn.Linear, perhaps one nn.Embedding, and
parts without parameters. That the module's own `forward` does with them what it seems to do is asked, on hard inputs.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.interchange.agreement import compared
from anylength.interchange.incoming import Incoming, Source, net_of
from anylength.interchange.pytorch.names import layer_of
from anylength.nets import AbstractNet, Net, NetConfig
from anylength.tasks import Task, task_named
from anylength.verification.verdicts import Verification, verify

RECURRENT = ("RNN", "GRU", "LSTM", "RNNCell", "GRUCell", "LSTMCell")


def prove(
    net: Any,
    task: Task | str,
    config: NetConfig | None = None,
    *,
    budget: float = 60.0,
    steps: int | None = None,
    answers: Source | None = None,
) -> Verification:
    """The verdict on a net of ours or a live `torch.nn.Module` within about `budget` seconds, and the certificate if it is PROVED.

    Args:
        net: The net, or the module.
        task: What it is to do, or its name (in base 10).
        config: The description of a net of ours that goes into its weights file.
        budget: Seconds to spend.
        steps: Steps of the attack, in place of seconds: the same verdict however busy the machine.
        answers: For a module whose `forward` takes or gives anything unusual: as in `from_torch`.

    Raises:
        InputError: The module is none that can be read: see `from_torch`.
    """
    task = task_named(task) if isinstance(task, str) else task
    own = net if isinstance(net, AbstractNet) else from_torch(net, task, answers=answers)
    return verify(own, task, config, budget=budget, steps=steps)


def from_torch(module: Any, task: Task | str, *, answers: Source | None = None) -> Net:
    """The net that a live `torch.nn.Module` is, compared with it on hard inputs.

    Args:
        module: One recurrent layer, one linear read-out, perhaps an embedding. Its `forward` takes words as one-hot numbers
            `[T, B, E]` (`[B, T, E]` where the layer has batch_first), or as digits `[T, B]` where it has an embedding and one tape,
            and gives logits over the output classes for every step, alone or first in a tuple.
        task: What it is to do, or its name (in base 10).
        answers: Asks a module whose `forward` is otherwise: symbols `[T, B]` → output classes `[T, B]`.

    Raises:
        InputError: It is no module, or of other parts, or answers otherwise than its parts would.
    """
    task = task_named(task) if isinstance(task, str) else task
    incoming = read_module(module, task, answers)
    compared(incoming, task)
    return incoming.net


def read_module(module: Any, task: Task, answers: Source | None = None) -> Incoming:
    """The net that a live module is, and a way to ask the module itself."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(module, torch.nn.Module):
        raise InputError("a net of anylength's or a torch.nn.Module", type(module).__name__, "ask anything else as a black box")
    layers = _of_kind(torch, module, RECURRENT)
    _require_known(torch, module, layers)
    part = layers[0]
    tensors = {name: value.detach().to("cpu", torch.float32).numpy() for name, value in module.state_dict().items()}
    rounded = [
        name for name, value in module.state_dict().items() if not torch.equal(value.cpu().float().to(value.dtype), value.cpu())
    ]
    if rounded:
        raise InputError("numbers that float32 holds", f"{rounded[0]}, which it would round", "call model.float() first")
    layer = layer_of(tensors, "relu" if getattr(part, "nonlinearity", "tanh") == "relu" else None)
    net, folding = net_of(layer, task)
    kind = f"torch.nn.{type(part).__name__} of {layer.hidden} units"
    source = answers or _forward(torch, module, part, task, digits=layer.embedding is not None)
    return Incoming(net, layer.cell, kind, folding, source, f"torch {torch.__version__}")


def _of_kind(torch: Any, module: Any, names: tuple[str, ...]) -> list[Any]:
    kinds = tuple(getattr(torch.nn, name) for name in names)
    return [part for part in module.modules() if type(part) in kinds]


def _require_known(torch: Any, module: Any, layers: list[Any]) -> None:
    """Refuses a module whose parts may do something else than one layer and a read-out.

    Raises:
        InputError: It has such a part, or not exactly one recurrent layer.
    """
    if len(layers) != 1:
        kinds = ", ".join(type(part).__name__ for part in layers) or "none"
        raise InputError("a module with one nn.RNN, nn.GRU, nn.LSTM or Cell of theirs", kinds, "ask others as a black box")
    if getattr(layers[0], "bidirectional", False):
        raise InputError("a net that reads forwards", "bidirectional=True", "it sees what is still to come: no state of fixed size")
    known = {*layers, *_of_kind(torch, module, ("Linear", "Embedding"))}
    strange = [
        type(part).__name__
        for part in module.modules()
        if part not in known
        and (next(part.parameters(recurse=False), None) is not None or next(part.buffers(recurse=False), None) is not None)
    ]
    if strange:
        raise InputError(
            "a recurrent layer, one nn.Linear and at most one nn.Embedding", f"also {', '.join(strange)}", "ask it as a black box"
        )


def _forward(torch: Any, module: Any, part: Any, task: Task, *, digits: bool) -> Source:
    """Asks the module's own `forward`, in evaluation mode and without gradients."""
    first = bool(getattr(part, "batch_first", False))
    if digits and task.tapes > 1:
        raise InputError(
            "a way to ask the module", f"an embedding and {task.tapes} tapes", "pass answers=, symbols [T, B] → classes [T, B]"
        )

    def ask(symbols: Symbols) -> Symbols:
        weight = next(module.parameters())
        given = torch.from_numpy(symbols.astype(np.int64)) if digits else _one_hot(torch, symbols, task).to(weight.dtype)
        given = given.to(device=weight.device)
        with _evaluating(torch, module):
            found = _called(module, given.transpose(0, 1) if first else given)
        logits = found.transpose(0, 1) if first else found
        if tuple(logits.shape) != (*symbols.shape, task.classes):
            shape = ["B", "T", "C"] if first else ["T", "B", "C"]
            remedy = "pass answers=, symbols [T, B] → classes [T, B]"
            raise InputError(f"logits [{', '.join(shape)}] from the module", f"a tensor of {list(found.shape)}", remedy)
        return logits.argmax(dim=-1).cpu().numpy().astype(np.uint8)

    return ask


def _one_hot(torch: Any, symbols: Symbols, task: Task) -> Any:
    """Words as the task encodes them: `[T, B, E]`."""
    digits = [torch.from_numpy((symbols // task.letters**tape % task.letters).astype(np.int64)) for tape in range(task.tapes)]
    return torch.cat([torch.nn.functional.one_hot(digit, task.letters) for digit in digits], dim=-1).float()


def _called(module: Callable[[Any], Any], given: Any) -> Any:
    """What `forward` gives, the first of it where it is a tuple.

    Raises:
        InputError: It raises.
    """
    try:
        found = module(given)
    except Exception as error:  # whatever a stranger's forward does
        remedy = "pass answers=, symbols [T, B] → classes [T, B]"
        raise InputError(f"a forward that takes {list(given.shape)}", f"{type(error).__name__}: {error}"[:200], remedy) from error
    return found[0] if isinstance(found, tuple) else found


@contextmanager
def _evaluating(torch: Any, module: Any) -> Iterator[None]:
    """No dropout, no gradients; the modes of all parts are as before afterwards."""
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for part, mode in modes.items():
            part.training = mode
