"""Observed outputs of a function that is treated as a machine reading digit by digit.

The answer to a number contains a machine's output at every step of its word and tail. If two answers give different outputs for one
prefix, the function is not such a machine: an output depends on digits that come later.
"""

from dataclasses import dataclass, field

from anylength.base import quoted
from anylength.black_boxes.conformance import Word
from anylength.black_boxes.system import QueryBudget, QueryResult, SystemUnderLearning, text_of
from anylength.rules import MostFirst


class NotAMachineError(Exception):
    """The function is not a machine that reads digit by digit. The message gives the reason."""


class BudgetSpentError(Exception):
    """The query budget is spent."""


@dataclass
class _Node:
    """A node of the prefix tree: the last output of its word, the query that showed it, and the longer words."""

    output: int
    result: QueryResult
    children: dict[int, "_Node"] = field(default_factory=dict)


class Observations:
    """A prefix tree of outputs. Unknown outputs are queried."""

    def __init__(self, system: SystemUnderLearning, budget: QueryBudget) -> None:
        self._system, self._budget = system, budget
        self._task, self._codec = system.codec.task, system.codec
        self._root: dict[int, _Node] = {}

    def outputs(self, word: Word) -> list[int]:
        """The outputs `[T]` along a word.

        Raises:
            NotAMachineError: The function is not a machine.
            BudgetSpentError: The budget is spent.
            InputError: The function failed to answer.
        """
        known = self._known_outputs(word)
        if len(known) == len(word):
            return known
        if self._task.labels is not None:
            for end in range(len(known) + 1, len(word) + 1):
                self._observe_label(word[:end])
        else:
            self._observe_digits(word)
        return self._known_outputs(word)

    def last_output(self, word: Word) -> int:
        """The last output along a word. It takes one query if the answer is a label. Raises the errors of `outputs`."""
        _, outputs = self._query(word, 1)
        return outputs[-1]

    def _known_outputs(self, word: Word) -> list[int]:
        """The outputs along the longest known prefix of a word."""
        outputs, children = [], self._root
        for symbol in word:
            node = children.get(symbol)
            if node is None:
                break
            outputs.append(node.output)
            children = node.children
        return outputs

    def _query(self, word: Word, steps: int) -> tuple[QueryResult, list[int]]:
        """The result of a query, and the outputs that it shows (at least `steps`, or one label)."""
        if self._budget.remaining(self._system.queries) < 1:
            raise BudgetSpentError
        result = self._system.query([self._codec.columns_of(word)])[0]
        if result.normalised is None:
            answer = f"{text_of(result.query)} is answered {quoted(result.answer)}"
            raise NotAMachineError(f"{answer}, which is not a possible answer of the task")
        return result, self._codec.decode(result.normalised, steps).tolist()

    def _observe_label(self, word: Word) -> None:
        result, outputs = self._query(word, 1)
        self._add(word, outputs, result)

    def _observe_digits(self, word: Word) -> None:
        steps = len(word) + self._task.tail
        result, digits = self._query(word, steps)
        most_first = isinstance(self._task.layout, MostFirst)
        if len(digits) > steps and (most_first or self._codec.leading_zeros_matter):
            answer = f"the answer to {text_of(result.query)} has more digits than a machine can output"
            raise NotAMachineError(f"{answer}: {quoted(result.answer)}")
        if most_first:
            digits.reverse()
        self._add(word + (0,) * (len(digits) - len(word)), digits, result)

    def _add(self, word: Word, outputs: list[int], result: QueryResult) -> None:
        """Adds the outputs at the last steps of a word to the tree."""
        children, first = self._root, len(word) - len(outputs)
        for symbol in word[:first]:
            children = children[symbol].children
        for step, (symbol, output) in enumerate(zip(word[first:], outputs, strict=True)):
            node = children.setdefault(symbol, _Node(output, result))
            if node.output != output:
                raise NotAMachineError(self._contradiction(node.result, result, step))
            children = node.children

    def _contradiction(self, first: QueryResult, second: QueryResult, step: int) -> str:
        """Why no machine gives both answers: the function is not deterministic, or it looks ahead."""
        for result in (first, second):
            repeated = self._system.repeat(result)
            if repeated.answer != result.answer:
                answers = f"was answered {quoted(result.answer)}, and asked again {quoted(repeated.answer)}"
                return f"the function is not deterministic: {text_of(result.query)} {answers}"
        both = " and ".join(f"{text_of(result.query)} → {quoted(result.answer)}" for result in (first, second))
        return f"output {step + 1} of the answer depends on digits that are read after it: {both}"
