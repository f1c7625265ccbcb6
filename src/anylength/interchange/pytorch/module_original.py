"""A whole module as PyTorch runs it: on many words at once, or on one word alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.base import InputError, Symbols
from anylength.interchange.original import Response, asked_steps
from anylength.interchange.pytorch.alphabet import InputForm
from anylength.interchange.pytorch.call import failed_call
from anylength.interchange.pytorch.captured import in_evaluation_mode
from anylength.interchange.pytorch.results import logits_in
from anylength.interchange.pytorch.whole_words import loops, require_whole_words

CHUNK = 2500
"""Words in one call of a module. It bounds the memory for their states."""

ACCEPTED_STEPS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 22, 32, 47)
"""Steps after which an acceptor is asked, which answers once a word: each needs a run of its own. Then comes the last step."""

RETURNS = (
    "return logits for each step, or for an acceptor those of the last step; or pass answers=, symbols [T, B] → classes [T, B]"
)


@dataclass(frozen=True)
class ModuleOriginal:
    """A module and how it is called.

    Attributes:
        module: The module. It runs in evaluation mode.
        form: The form of its inputs.
        batch_first: Whether its first axis counts words.
        accepts: Whether it answers once a word.
        width: The most words in one call.
    """

    module: Any
    form: InputForm
    batch_first: bool
    accepts: bool = False
    width: int = CHUNK

    @property
    def runtime(self) -> str:
        """The name and version of PyTorch."""
        import torch

        return f"torch {torch.__version__}"

    @property
    def loops(self) -> bool:
        """Whether the module loops over its steps in Python.

        Raises:
            InputError: It sees how long a word is, or other words.
        """
        with in_evaluation_mode({"": self.module}):
            if loops(self.module, self._example):
                return True
            require_whole_words(self.module, self._example, batch_first=self.batch_first)
        return False

    def _example(self, steps: int, words: int) -> Any:
        return self._inputs(np.zeros((steps, words), np.uint64))

    @property
    def subject(self) -> Any:
        """The module."""
        return self.module

    def respond(self, words: Symbols) -> Response:
        """The module's logits for words `[T, B]`.

        Raises:
            InputError: It fails on them, or returns other axes.
        """
        steps = sorted({*(at for at in ACCEPTED_STEPS if at < len(words)), len(words) - 1}) if self.accepts else None
        blocks = [words[:, first : first + self.width] for first in range(0, words.shape[1], self.width)]
        response = self._at(blocks[0], steps)
        for block in blocks[1:]:
            response = response.joined(self._at(block, steps))
        return response

    def respond_alone(self, word: Symbols) -> Response:
        """The module's logits for one word `[T]`; of an acceptor at its last steps alone, if there are many.

        Raises:
            InputError: As `respond`.
        """
        return self._at(word[:, None], asked_steps(len(word)) if self.accepts else None)

    def _at(self, words: Symbols, steps: list[int] | None) -> Response:
        with in_evaluation_mode({"": self.module}):
            if steps is not None:
                return Response(steps, np.stack([self._call(words[: at + 1], axes=2) for at in steps]))
            logits = self._call(words, axes=3)
        return Response(range(len(words)), logits.swapaxes(0, 1) if self.batch_first else logits)

    def _call(self, words: Symbols, *, axes: int) -> np.ndarray:
        """What the module returns for words `[T, B]`.

        Raises:
            InputError: It fails, or returns other axes than `[T, B, C]`, `[B, T, C]` or, for an acceptor, `[B, C]`.
        """
        inputs = self._inputs(words)
        taken = list(inputs.shape)
        try:
            logits = logits_in(self.module(inputs))
        except InputError:
            raise
        except Exception as error:  # a foreign forward may raise anything
            raise failed_call(error, f"a forward that takes {taken}") from error
        leading = [words.shape[1]] if axes == 2 else taken[:2]
        if list(logits.shape) == leading:  # one number for two classes
            logits = logits.unsqueeze(-1)
        if list(logits.shape[:-1]) != leading:
            raise InputError(f"logits of {[*leading, 'C']} for inputs of {taken}", str(list(logits.shape)), RETURNS)
        return logits.detach().float().cpu().numpy()

    def _inputs(self, words: Symbols) -> Any:
        """The module's inputs: numbers of its weights' type, on its device."""
        inputs, weight = self.form.tensor(words), next(self.module.parameters(), None)
        if weight is not None:
            inputs = inputs.to(weight.device, weight.dtype if self.form.kind == "one-hot" else inputs.dtype)
        return inputs.transpose(0, 1) if self.batch_first else inputs
