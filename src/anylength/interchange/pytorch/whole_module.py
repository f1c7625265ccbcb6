"""A whole `nn.Module` with recurrent modules in it as a step program, and its own answers on words."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from anylength.base import InputError
from anylength.interchange.flat_values import Alphabet
from anylength.interchange.pytorch.alphabet import InputForm, Inputs, forms_of
from anylength.interchange.pytorch.call import find_call
from anylength.interchange.pytorch.captured import in_evaluation_mode, parameters_of
from anylength.interchange.pytorch.known import Names
from anylength.interchange.pytorch.module_original import ModuleOriginal
from anylength.interchange.pytorch.recurrent_parts import RecurrentPart, recurrent_parts
from anylength.interchange.pytorch.step import TorchStep, read_call
from anylength.interchange.pytorch.threaded_module import ThreadedModule

FORWARD = "a forward(words), called with one step of one word,"
"""What takes x, for messages."""


def module_program(module: Any, alphabet: Alphabet, inputs: Inputs | None) -> tuple[TorchStep, bool]:
    """The step program of a module, and whether the module answers once a word.

    Args:
        module: Its `forward` takes words `[T, B, E]` or token numbers `[T, B]`, or with the batch first.
        alphabet: The alphabet.
        inputs: What it takes; None: tokens if it has an embedding, else one-hot vectors.

    Raises:
        InputError: The module has no recurrent part, cannot be run step by step, or has an operation that no step program has.
    """
    parts = recurrent_parts(module)
    if not parts:
        remedy = (
            "pass step(state, x) → (state, logits) and initial_state=, or test the module as a black box (anylength.black_boxes)"
        )
        raise InputError("a module with an nn.RNN, nn.GRU or nn.LSTM, or a step", _kinds(module), remedy)
    parameters = parameters_of({"": module})
    threaded = ThreadedModule(module, parts)
    with in_evaluation_mode({"": module}), threaded.swapped():
        call = find_call(threaded.step, threaded.zeros(), _forms(module, alphabet, inputs), FORWARD)
        call = find_call(threaded.step, threaded.start(), [call.form])
        return read_call(call, Names(parameters)), threaded.accepts


def module_originals(module: Any, step: TorchStep, *, accepts: bool) -> Iterator[ModuleOriginal]:
    """The module as PyTorch runs it, for each order of axes that it may take.

    The shape of one number for one symbol does not tell whether it comes for each step or once a word: both are tried.
    """
    for once in (accepts,) if step.one is None else (False, True):
        for batch_first in _orders(recurrent_parts(module)):
            yield ModuleOriginal(module, step.call.form, batch_first, once)


def _orders(parts: list[RecurrentPart]) -> list[bool]:
    """Whether the batch axis comes first: as the recurrent modules say; both orders where they say nothing, or different things."""
    said = {part.module.batch_first for part in parts if not part.is_cell}
    return list(said) if len(said) == 1 and not any(part.is_cell for part in parts) else [False, True]


def _forms(module: Any, alphabet: Alphabet, inputs: Inputs | None) -> Iterator[InputForm]:
    import torch

    embedded = any(isinstance(part, torch.nn.Embedding) for part in module.modules())
    for form in forms_of(alphabet, inputs, ("tokens", "one-hot") if embedded else ("one-hot", "tokens")):
        yield replace(form, batched=True)


def _kinds(module: Any) -> str:
    """The classes of a module's parts, for a message."""
    names = list(dict.fromkeys(type(part).__name__ for part in module.modules()))
    return f"a module of {', '.join(names[:6])}"
