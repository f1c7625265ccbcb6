"""A whole `nn.Module` with recurrent modules in it as a step program, and its own answers on words."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.interchange.pytorch.alphabet import Alphabet, InputForm, Inputs
from anylength.interchange.pytorch.call import failed_call, find_call
from anylength.interchange.pytorch.captured import in_evaluation_mode, parameters_of
from anylength.interchange.pytorch.comparing import Reference
from anylength.interchange.pytorch.known import Names
from anylength.interchange.pytorch.recurrent_parts import RecurrentPart, recurrent_parts
from anylength.interchange.pytorch.step import TorchStep, read_call
from anylength.interchange.pytorch.threaded_module import ThreadedModule

FORWARD = "a forward(words), called with one step of one word,"
"""What takes x, for messages."""

CHUNK = 2500
"""Words in one call of the module. It bounds the memory for their states."""

ACCEPTED_STEPS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 22, 32, 47)
"""Steps after which an acceptor is asked, which answers once a word: each needs a run of its own. Then comes the last step."""


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


def module_references(module: Any, step: TorchStep, words: Symbols, *, accepts: bool) -> Iterator[Reference]:
    """The module's own answers on words `[T, B]`, for each order of axes that it may take.

    Raises:
        InputError: It fails on them, or returns other axes.
    """
    form = step.call.form
    steps = sorted({*(at for at in ACCEPTED_STEPS if at < len(words)), len(words) - 1}) if accepts else list(range(len(words)))
    for batch_first in _orders(recurrent_parts(module)):
        with in_evaluation_mode({"": module}):
            chunks = [words[:, first : first + CHUNK] for first in range(0, words.shape[1], CHUNK)]
            logits = [_logits(module, form, chunk, steps, batch_first=batch_first, accepts=accepts) for chunk in chunks]
        yield Reference(steps, np.concatenate(logits, axis=1))


def _logits(module: Any, form: InputForm, words: Symbols, steps: list[int], *, batch_first: bool, accepts: bool) -> np.ndarray:
    """The module's logits `[steps, B, C]`."""
    if accepts:
        return np.stack([_call(module, form, words[: at + 1], batch_first=batch_first, axes=2) for at in steps])
    logits = _call(module, form, words, batch_first=batch_first, axes=3)
    return logits.swapaxes(0, 1) if batch_first else logits


def _call(module: Any, form: InputForm, words: Symbols, *, batch_first: bool, axes: int) -> np.ndarray:
    """What the module returns for words `[T, B]`.

    Raises:
        InputError: It fails, or returns other axes than `[T, B, C]`, `[B, T, C]` or, for an acceptor, `[B, C]`.
    """
    inputs = form.tensor(words)
    taken = list(inputs.transpose(0, 1).shape if batch_first else inputs.shape)
    try:
        output = module(inputs.transpose(0, 1) if batch_first else inputs)
    except Exception as error:  # a foreign forward may raise anything
        raise failed_call(error, f"a forward that takes {taken}") from error
    logits = output[0] if isinstance(output, tuple | list) else output
    leading = [words.shape[1]] if axes == 2 else taken[:2]
    if list(logits.shape[:-1]) != leading:
        remedy = "return logits for each step, or for an acceptor those of the last step"
        raise InputError(f"logits of {[*leading, 'C']} for inputs of {taken}", str(list(logits.shape)), remedy)
    return logits.float().cpu().numpy()


def _orders(parts: list[RecurrentPart]) -> list[bool]:
    """Whether the batch axis comes first: as the recurrent modules say; both orders where they say nothing, or different things."""
    said = {part.module.batch_first for part in parts if not part.is_cell}
    return list(said) if len(said) == 1 and not any(part.is_cell for part in parts) else [False, True]


def _forms(module: Any, alphabet: Alphabet, inputs: Inputs | None) -> Iterator[InputForm]:
    import torch

    embedded = any(isinstance(part, torch.nn.Embedding) for part in module.modules())
    kinds: list[Inputs] = (["tokens", "one-hot"] if embedded else ["one-hot", "tokens"]) if inputs is None else [inputs]
    for kind in kinds:
        for apart in (False, True) if kind == "tokens" and alphabet.tapes > 1 else (False,):
            yield InputForm(alphabet, kind, batched=True, apart=apart)


def _kinds(module: Any) -> str:
    """The classes of a module's parts, for a message."""
    names = list(dict.fromkeys(type(part).__name__ for part in module.modules()))
    return f"a module of {', '.join(names[:6])}"
