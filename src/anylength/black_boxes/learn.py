"""Learning the machine that a function is, with AALpy, and comparing it with the task's. The result is evidence, never proof."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import msgspec
import numpy as np

from anylength.base import InputError
from anylength.black_boxes.conformance import Word, levels
from anylength.black_boxes.observations import BudgetSpentError, NotAMachineError, Observations
from anylength.black_boxes.system import QueryBudget, SystemUnderLearning
from anylength.extraction import table_of
from anylength.extraction.learn import MAX_STATES
from anylength.records import Mistake
from anylength.rules import (
    NO_MACHINE,
    TESTED,
    UNFINISHED,
    Extraction,
    Machine,
    Status,
    Task,
    carry_chains_of,
    distinguishing_word,
    minimise,
)

CONFORMANCE_WORDS, CONFORMANCE_LEVELS = 3_000, 4
"""Most words of the W-method in one equivalence query, and its levels k = 0 … 3. More find rarer differences, at linear cost."""

RANDOM_WORDS, RANDOM_LENGTH = 300, 60
"""Number of random words in one equivalence query, and their largest length in symbols."""

HELD_STEPS = (1, 2, 3, 5, 10, 20, 40, 80)
"""Numbers of repetitions of a held symbol that are tried."""


@dataclass(frozen=True)
class LearningResult:
    """The result of learning.

    Attributes:
        machine: The machine; None if there is none.
        extraction: Its record. `status` is `tested`, `unfinished` or `not applicable`, and `note` explains it.
    """

    machine: Machine | None
    extraction: Extraction


class _TooManyStatesError(Exception):
    """The hypothesis has too many states."""


class _Teacher:
    """Answers equivalence queries by testing words.

    Attributes:
        hypothesis: The last hypothesis.
        words: Number of words on which the function agrees with it.
        longest: Length of the longest of them, in symbols.
    """

    def __init__(self, observations: Observations, task: Task, seed: int) -> None:
        self.hypothesis: Machine | None = None
        self.words = self.longest = 0
        self._observations, self._task, self._rng = observations, task, np.random.default_rng([seed, 19])

    def equivalence_query(self, hypothesis: Machine) -> Word | None:
        """A counterexample, which ends with its first wrong output, or None. The counts restart with each hypothesis."""
        self.hypothesis, self.words, self.longest = hypothesis, 0, 0
        if hypothesis.states > MAX_STATES:
            raise _TooManyStatesError
        for word in self._test_words(hypothesis):
            expected = hypothesis.run(word)
            if self._task.labels is None or self._observations.last_output(word) != expected[-1]:
                pairs = zip(self._observations.outputs(word), expected, strict=True)
                wrong = next((step for step, (output, right) in enumerate(pairs) if output != right), None)
                if wrong is not None:
                    return word[: wrong + 1]
            self.words, self.longest = self.words + 1, max(self.longest, len(word))
        return None

    def _test_words(self, hypothesis: Machine) -> Iterator[Word]:
        """The shortest difference from the task's machine, held symbols, random words, and the words of the W-method."""
        difference = distinguishing_word(hypothesis, self._task.machine)
        if difference is not None:
            yield difference
        symbols = hypothesis.symbols
        for chain in carry_chains_of(hypothesis) + carry_chains_of(self._task.machine):
            for steps in HELD_STEPS:
                yield (*chain.prefix, *[chain.symbol] * steps, int(self._rng.integers(symbols)))
        for _ in range(RANDOM_WORDS):
            yield tuple(self._rng.integers(0, symbols, int(self._rng.integers(1, RANDOM_LENGTH + 1))).tolist())
        first_levels = islice(levels(hypothesis), CONFORMANCE_LEVELS)
        yield from islice((word for level in first_levels for word in level.words), CONFORMANCE_WORDS)


def learn_function(system: SystemUnderLearning, budget: QueryBudget, *, seed: int) -> LearningResult:
    """The machine of a function, learned within a budget.

    Raises:
        InputError: AALpy is not installed, or the function failed to answer.
    """
    started, task = time.monotonic(), system.codec.task
    reason = _not_learnable(task)
    if reason is not None:
        return LearningResult(None, _record(task, None, NO_MACHINE, reason, started))
    run_aalpy = _import_learner()
    observations = Observations(system, budget)
    teacher = _Teacher(observations, task, seed)
    try:
        machine = minimise(run_aalpy(observations, task.symbols, teacher.equivalence_query))
    except NotAMachineError as error:
        note = f"not a machine that reads digit by digit: {error}"
        return LearningResult(None, _record(task, None, NO_MACHINE, note, started))
    except (BudgetSpentError, _TooManyStatesError) as error:
        return _unfinished(teacher, task, started, too_many=isinstance(error, _TooManyStatesError))
    mistake, note = _compare_with_task(system, machine)
    record = _record(task, machine, TESTED, note, started, mistake)
    return LearningResult(machine, msgspec.structs.replace(record, words_compared=teacher.words, longest_word=teacher.longest))


def _not_learnable(task: Task) -> str | None:
    """The reason why no machine can be learned for a task; None if one can."""
    if task.transducer is None:
        return f"no machine with a fixed number of states can do {task.name}, so there is none to learn"
    if task.labels is not None and task.tail:
        return f"{task.name} outputs its label after {task.tail} steps of zeros, so a machine's earlier outputs cannot be observed"
    return None


def _import_learner() -> Callable[[Observations, int, Callable[[Machine], Word | None]], Machine]:
    """AALpy's learner.

    Raises:
        InputError: AALpy is not installed.
    """
    try:
        from anylength.black_boxes.aalpy_learner import run_aalpy
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != "aalpy":
            raise
        raise InputError("AALpy, which learns machines", "no module of that name", "pip install '.[learn]'") from None
    return run_aalpy


def _unfinished(teacher: _Teacher, task: Task, started: float, *, too_many: bool) -> LearningResult:
    """The result if learning was stopped: the last hypothesis."""
    machine = None if teacher.hypothesis is None else minimise(teacher.hypothesis)
    if too_many:
        note = f"the function has more than {MAX_STATES} states: it is not a small machine, and this machine is only a part of it"
    elif machine is None:
        note = "the budget was spent before a first machine was learned: pass a larger budget, or more calls"
    else:
        note = f"the budget was spent while more states were being found ({machine.states} so far): pass a larger one"
    return LearningResult(machine, _record(task, machine, UNFINISHED, note, started))


def _compare_with_task(system: SystemUnderLearning, machine: Machine) -> tuple[Mistake | None, str]:
    """The shortest input on which the machine differs from the task's, queried again; and the result in words."""
    task, codec = system.codec.task, system.codec
    word, questions = distinguishing_word(machine, task.machine), f"{system.queries:,} questions"
    states = f"{machine.states} state" + ("s" if machine.states != 1 else "")
    if word is None:
        return None, f"the machine that was learned from {questions} is the task's ({states}): that is evidence, not proof"
    result = system.repeat(system.query([codec.columns_of(word)])[0])
    note = f"the machine that was learned from {questions} is not the task's ({states})"
    if result.correct:
        again = "asked again, the function answers the input on which they differ correctly"
        return result.mistake(), f"{note}; but {again}: it is not deterministic"
    return result.mistake(), note


def _record(
    task: Task, machine: Machine | None, status: Status, note: str, started: float, mistake: Mistake | None = None
) -> Extraction:
    """The record of a result."""
    return Extraction(
        states=None if machine is None else machine.states,
        machine=None if machine is None else table_of(machine, task),
        equivalent=mistake is None if status == TESTED else None,
        status=status,
        note=note,
        difference=mistake,
        net_is_wrong=None if mistake is None else mistake.answer != mistake.expected,
        seconds=time.monotonic() - started,
    )
