"""What is known of a function as if it were a machine that reads digit by digit: outputs along words, from whole answers.

The answer to a number shows the outputs of a machine at every step of its word, and of its tail. Two answers that give one
beginning different outputs show that the function is no such machine: a digit of its answer depends on digits that come later.
"""

from dataclasses import dataclass, field

from anylength.black_boxes.conformance import Word
from anylength.black_boxes.examinee import Allowance, Asked, Examinee, written
from anylength.errors import quoted
from anylength.tasks import MostFirst


class NoMachineError(Exception):
    """The function is not a machine that reads digit by digit. The message says why."""


class SpentError(Exception):
    """The allowance is spent."""


@dataclass
class _Node:
    """A word that was answered: its last output, the question that showed it, and what follows."""

    output: int
    asked: Asked
    after: dict[int, "_Node"] = field(default_factory=dict)


class Observations:
    """Outputs along words, asked for where they are not known yet."""

    def __init__(self, examinee: Examinee, allowance: Allowance) -> None:
        self._examinee, self._allowance = examinee, allowance
        self._task, self._script = examinee.script.task, examinee.script
        self._first: dict[int, _Node] = {}

    def outputs(self, word: Word) -> list[int]:
        """The outputs `[T]` of the machine that the function is.

        Raises:
            NoMachineError: It is none.
            SpentError: No more inputs may be asked.
            InputError: The function failed to answer.
        """
        known = self._known(word)
        if len(known) == len(word):
            return known
        if self._task.labels is not None:
            for end in range(len(known) + 1, len(word) + 1):
                self._learn_label(word[:end])
        else:
            self._learn_digits(word)
        return self._known(word)

    def last(self, word: Word) -> int:
        """The last output alone: one question where the answer is a label. Raises what `outputs` does."""
        asked = self._ask(word)
        assert asked.read is not None
        return int(self._script.digits(asked.read, 1)[-1])

    def _known(self, word: Word) -> list[int]:
        outputs, after = [], self._first
        for symbol in word:
            node = after.get(symbol)
            if node is None:
                break
            outputs.append(node.output)
            after = node.after
        return outputs

    def _ask(self, word: Word) -> Asked:
        if self._allowance.left(self._examinee.asked) < 1:
            raise SpentError
        asked = self._examinee.ask([self._script.columns_of(word)])[0]
        if asked.read is None:
            raise NoMachineError(f"{written(asked.question)} is answered {quoted(asked.said)}, which is no answer of the task's")
        return asked

    def _learn_label(self, word: Word) -> None:
        asked = self._ask(word)
        assert asked.read is not None
        self._keep(word, self._script.digits(asked.read, 1).tolist(), asked)

    def _learn_digits(self, word: Word) -> None:
        asked = self._ask(word)
        assert asked.read is not None
        steps = len(word) + self._task.tail
        digits = self._script.digits(asked.read, steps).tolist()
        if len(digits) > steps and (isinstance(self._task.layout, MostFirst) or self._script.zeros_count):
            raise NoMachineError(
                f"the answer to {written(asked.question)} has more digits than a machine could say: {quoted(asked.said)}"
            )
        if isinstance(self._task.layout, MostFirst):
            digits.reverse()
        self._keep(word + (0,) * (len(digits) - len(word)), digits, asked)

    def _keep(self, word: Word, outputs: list[int], asked: Asked) -> None:
        """Keeps the outputs of the last steps of a word: as many as there are."""
        after = self._first
        for symbol in word[: len(word) - len(outputs)]:
            after = after[symbol].after
        for at, (symbol, output) in enumerate(zip(word[len(word) - len(outputs) :], outputs, strict=True)):
            node = after.setdefault(symbol, _Node(output, asked))
            if node.output != output:
                raise NoMachineError(self._torn(node.asked, asked, at))
            after = node.after

    def _torn(self, one: Asked, other: Asked, step: int) -> str:
        """Why two answers do not fit one machine: the function is not deterministic, or it looks ahead."""
        for asked in (one, other):
            again = self._examinee.again(asked)
            if again.said != asked.said:
                said = f"{written(asked.question)} was answered {quoted(asked.said)}, and asked again {quoted(again.said)}"
                return f"the function is not deterministic: {said}"
        both = " and ".join(f"{written(asked.question)} → {quoted(asked.said)}" for asked in (one, other))
        return f"output {step + 1} of the answer depends on digits that are read after it: {both}"
