"""How a module of PyTorch is called with words, found by trying: token numbers or one-hot vectors, the batch first or time first.

The order of the two axes cannot be seen from the shapes alone: a recurrent layer without `batch_first=True` takes `[B, T]` as well,
and mixes the words of a batch. So a form counts only if the answers to one word do not depend on the other words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from anylength.base import InputError, Symbols
from anylength.interchange.pytorch.alphabet import Inputs
from anylength.interchange.pytorch.call import failed_call
from anylength.interchange.pytorch.captured import in_evaluation_mode
from anylength.interchange.pytorch.recurrent_parts import CELLS, LAYERED
from anylength.rules import Task

WORDS, STEPS = 3, 7
"""The words and steps of a first call, at least. The two differ, so that the axes can be told apart."""

PROBES, PROBE_STEPS = 16, 24
"""Words and steps of the test whether a module looks ahead."""


@dataclass(frozen=True)
class ModuleForm:
    """How a module is called.

    Attributes:
        inputs: "tokens", int64 numbers `[B, T]`, or "one-hot", float32 vectors `[B, T, A]`.
        batch_first: Whether the batch is the first axis; else time is.
        symbols: A, the number of symbols.
        classes: C, the number of output classes.
    """

    inputs: Inputs
    batch_first: bool
    symbols: int
    classes: int

    def logits(self, module: torch.nn.Module, tokens: Tensor) -> Tensor:
        """The logits `[B, T, C]` of words `[B, T]`.

        Raises:
            InputError: `forward` raises, or returns another shape.
        """
        x = tokens if self.inputs == "tokens" else one_hot(tokens, self.symbols).float()
        x = x if self.batch_first else x.transpose(0, 1)
        try:
            output = module(x)
        except InputError:
            raise
        except Exception as error:  # a user's forward may raise anything
            raise failed_call(error, f"a forward that takes {self.inputs} {self._axes(x.shape)}") from error
        logits = output[0] if isinstance(output, tuple | list) else output
        expected = [*x.shape[:2], self.classes]
        if not isinstance(logits, Tensor) or list(logits.shape) != expected:
            got = str(list(logits.shape)) if isinstance(logits, Tensor) else type(logits).__name__
            remedy = f"return logits of {self.classes} classes (outputs) for each step of each word"
            raise InputError(f"logits {self._axes(expected)} for {self.inputs} {self._axes(x.shape)}", got, remedy)
        return logits if self.batch_first else logits.transpose(0, 1)

    def _axes(self, shape: Any) -> str:
        """A shape with the names of its first two axes."""
        first, second = ("batch", "time") if self.batch_first else ("time", "batch")
        return f"[{', '.join([f'{first} {shape[0]}', f'{second} {shape[1]}', *map(str, shape[2:])])}]"


def find_form(module: torch.nn.Module, task: Task) -> ModuleForm:
    """The first form in which a module answers words over a task's alphabet, each by itself.

    Raises:
        InputError: There is none; or the logits are NaN or infinite, or differ from call to call.
    """
    failures: list[InputError] = []
    for inputs in _inputs(module):
        for batch_first in _orders(module):
            form = ModuleForm(inputs, batch_first, task.symbols, task.classes)
            try:
                _check(module, form)
            except InputError as error:
                failures.append(error)
                continue
            return form
    raise next((error for error in failures if error.__cause__ is None), failures[0])


def looks_ahead(module: torch.nn.Module, form: ModuleForm) -> bool:
    """Whether an answer depends on symbols that come after it, on random words."""
    words = _random_words(np.random.default_rng(1), form, PROBES, PROBE_STEPS)
    half = PROBE_STEPS // 2
    others = torch.cat([words[:, :half], _random_words(np.random.default_rng(2), form, PROBES, PROBE_STEPS)[:, half:]], dim=1)
    with in_evaluation_mode({"": module}):
        whole, changed, short = (form.logits(module, tokens)[:, :half] for tokens in (words, others, words[:, :half]))
    return not (_close(whole, changed) and _close(whole, short))


def _check(module: torch.nn.Module, form: ModuleForm) -> None:
    """Checks one form.

    Raises:
        InputError: The module does not answer in this form.
    """
    rng = np.random.default_rng(0)
    steps = max(STEPS, -(-form.symbols // WORDS) + 1)
    words = _every_symbol(rng, form, steps)
    others = torch.cat([_random_words(rng, form, len(words) - 1, steps), words[-1:]])
    with in_evaluation_mode({"": module}):
        logits, again, beside = (form.logits(module, tokens) for tokens in (words, words, others))
    if not torch.isfinite(logits).all():
        kind = "NaN" if torch.isnan(logits).any() else "an infinity"
        raise InputError("finite logits from a new module", kind, "look for a division by zero or a logarithm of zero in forward")
    if not _close(logits, again):
        remedy = "switch random draws off in evaluation: F.dropout(x, p, self.training)"
        raise InputError("the same answers from call to call after model.eval()", "others", remedy)
    if not _close(logits[-1], beside[-1]):
        remedy = "pass batch_first=True to recurrent layers, and mix no words in forward"
        raise InputError("answers to a word that do not depend on the other words of a batch", "answers that do", remedy)


def _every_symbol(rng: np.random.Generator, form: ModuleForm, steps: int) -> Tensor:
    """`WORDS` words of so many steps, in which each symbol occurs."""
    words = _random_words(rng, form, WORDS, steps).flatten()
    words[: form.symbols] = torch.arange(form.symbols)
    return words[torch.from_numpy(rng.permutation(len(words)))].reshape(WORDS, steps)


def _random_words(rng: np.random.Generator, form: ModuleForm, words: int, steps: int) -> Tensor:
    return torch.from_numpy(rng.integers(0, form.symbols, (words, steps)))


def _inputs(module: torch.nn.Module) -> Iterator[Inputs]:
    """The kinds of inputs in the order in which they are tried."""
    first = next((part for part in module.modules() if not list(part.children())), module)
    one_hot_first = type(first).__name__ in (*LAYERED, *CELLS, "Linear", "Conv1d")
    yield from ("one-hot", "tokens") if one_hot_first else ("tokens", "one-hot")


def _orders(module: torch.nn.Module) -> list[bool]:
    """Whether the batch comes first: as most recurrent layers say, then the other order."""
    said = [bool(part.batch_first) for part in module.modules() if type(part).__name__ in LAYERED]  # type: ignore[arg-type]
    return [False, True] if said and not any(said) else [True, False]


def _close(found: Tensor, wanted: Tensor) -> bool:
    # another order of additions makes about 1e-6
    return torch.allclose(found, wanted, rtol=1e-4, atol=1e-5)


def tensor_of(words: Symbols) -> Tensor:
    """Words `[B, T]` as token numbers."""
    return torch.from_numpy(words.astype(np.int64))
