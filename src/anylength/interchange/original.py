"""The original of an imported net: the net as its own library runs it, eagerly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT, Symbols
from anylength.nets import AbstractForeignNet
from anylength.rules import Task

Predictor = Callable[[Symbols], Symbols]
"""Runs a net: symbols `[T, B]` → output classes `[T, B]`."""

MAX_ASKED_STEPS = 300
"""Steps of a longer word at which a net that answers once a word is asked: the last ones. Each is a run from the start."""


@dataclass(frozen=True)
class Response:
    """What an original returns for words.

    Attributes:
        steps: The numbers of the steps at which it answered.
        scores: What it returned `[steps, B, S]`; None where it returned classes.
        classes: The classes `[steps, B]` that it returned; None where it returned scores.
    """

    steps: Sequence[int]
    scores: NDArray[np.float32] | None = None
    classes: Symbols | None = None

    @property
    def words(self) -> int:
        """B, the number of words that were answered."""
        return (self.scores if self.scores is not None else np.asarray(self.classes)).shape[1]

    def joined(self, other: "Response") -> "Response":
        """This response and that to other words."""
        if self.scores is not None and other.scores is not None:
            return Response(self.steps, scores=np.concatenate([self.scores, other.scores], axis=1))
        return Response(self.steps, classes=np.concatenate([np.asarray(self.classes), np.asarray(other.classes)], axis=1))


class Original(Protocol):
    """A net of another library, as that library runs it."""

    @property
    def runtime(self) -> str:
        """The name and version of what runs it."""
        ...

    @property
    def width(self) -> int:
        """The most words in one call."""
        ...

    @property
    def subject(self) -> Any:
        """The function or module that runs, whose variables no call may change."""
        ...

    @property
    def loops(self) -> bool:
        """Whether it loops over the steps of a word in a way of its own, which no one can follow.

        Raises:
            InputError: It sees how long a word is, or other words.
        """
        ...

    def respond(self, words: Symbols) -> Response:
        """What it returns for words `[T, B]`, side by side; for the first of them where it takes no batch.

        Raises:
            InputError: It fails.
        """
        ...

    def respond_alone(self, word: Symbols) -> Response:
        """What it returns for one word `[T]` in a batch of one, eagerly, as a user calls it.

        Raises:
            InputError: It fails.
        """
        ...


@dataclass(frozen=True)
class FunctionOriginal:
    """An original that a function runs.

    Attributes:
        run: Words `[T, B]` → output classes `[T, B]`, or what the net returns `[T, B, S]` as floating-point numbers.
        runtime: The name of what runs it.
        width: The most words in one call.
        alone: The same for one word `[T, 1]`, eagerly; None: `run`.
        last: The same for the last step alone, `[1, B]`, where each step takes a run of its own; None where one run answers all.
        subject: The function or module, whose variables no call may change; None where there is none in Python.
        loops: Whether the function loops over the steps itself.
    """

    run: Callable[[Symbols], NDArray[Any]]
    runtime: str
    width: int = 1024
    alone: Callable[[Symbols], NDArray[Any]] | None = None
    last: Callable[[Symbols], NDArray[Any]] | None = None
    subject: Any = None
    loops: bool = False

    def respond(self, words: Symbols) -> Response:
        """What it returns for all words; for long ones the last answer, where each answer takes a run of its own."""
        if self.last is not None and len(words) > MAX_ASKED_STEPS:
            return replace(_response(self.last(words)), steps=[len(words) - 1])
        blocks = [words[:, first : first + self.width] for first in range(0, words.shape[1], self.width)]
        return _response(np.concatenate([np.asarray(self.run(block)) for block in blocks], axis=1))

    def respond_alone(self, word: Symbols) -> Response:
        """What it returns for one word."""
        return _response(np.asarray((self.alone or self.run)(word[:, None])))


def _response(returned: NDArray[Any]) -> Response:
    steps = range(len(returned))
    return Response(steps, classes=returned) if returned.dtype.kind in "iub" else Response(steps, scores=returned)


@dataclass(frozen=True)
class OriginalNet(AbstractForeignNet):
    """An original as a net: each word is run alone, eagerly.

    Attributes:
        original: The original.
        classes_of: Its response → output classes.
        task: Its task. At steps at which a net that answers once a word is not asked, the right output stands.
    """

    causal: ClassVar[bool] = True

    original: Original
    classes_of: Callable[[Response], Symbols]
    task: Task
    base: int
    tapes: int
    classes: int
    hidden: int = 0
    parameters: int = 0
    not_a_step: str = "the original of an imported net"

    def logits(self, symbols: Any, lengths: Any = None, key: Any = None) -> Any:
        """One-hot vectors of the answers, `[T, C, B]`: what an original returns need not be logits."""
        del lengths, key
        return np.eye(self.classes, dtype=np.float32)[self.answers(np.asarray(symbols))].swapaxes(1, 2)

    def answers(self, symbols: Symbols, lengths: np.ndarray | None = None) -> Symbols:
        """The output classes `[T, B]` of words `[T, B]`."""
        del lengths
        return np.stack([self._answered(word) for word in symbols.T], axis=1)

    def _answered(self, word: Symbols) -> Symbols:
        response = self.original.respond_alone(word)
        answered, classes = list(response.steps), self.classes_of(response)[:, 0]
        if len(answered) == len(word):
            return classes
        outputs = np.array(self.task.machine.run(word.tolist()), OUTPUT)
        outputs[answered] = classes
        return outputs


def original_net(original: Original, classes_of: Callable[[Response], Symbols], task: Task) -> OriginalNet:
    """An original as a net over a task's alphabet."""
    return OriginalNet(original, classes_of, task, base=task.letters, tapes=task.tapes, classes=task.classes)


def asked_steps(steps: int) -> list[int]:
    """The steps of a word at which a net that answers once a word is asked."""
    return list(range(max(0, steps - MAX_ASKED_STEPS), steps))
