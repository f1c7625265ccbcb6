"""A black box: any function from digit strings to digit strings, put to the tests that nets are put to."""

from anylength.black_boxes.examinee import Examinee, Function
from anylength.black_boxes.learn import Learned, learned
from anylength.black_boxes.refute import refuted
from anylength.black_boxes.script import Script
from anylength.black_boxes.stress import stressed
from anylength.digits import check_base
from anylength.errors import InputError
from anylength.lengths.stress import check_limit
from anylength.records import BlackBoxVerdict, Stress
from anylength.tasks import Task, task_named

SECONDS = 10.0
"""The budget where neither seconds nor calls are named."""


def black_box(function: Function, task: str | Task, *, base: int = 10, batch: bool = False) -> "Box":
    """A function that is said to do a task, to be stress-tested, refuted, and learned.

    The function takes one text for each tape, a number as people write it (most significant digit first, without zeros in front,
    unless the task is one where they count), and returns the answer as `ask` prints it: the label, or a number. Zeros in front of
    the number do not count; below zero it has a minus sign, in tasks that go there. Any other text is a wrong answer.

    Args:
        function: What is to be tested.
        task: What it is said to do: a task, or the name of one.
        base: The base of a task that is given by its name.
        batch: Whether the function takes a list for each tape, and returns a list.

    Raises:
        InputError: No such task or base; or nothing that could be called.
    """
    if not callable(function):
        raise InputError("a function", type(function).__name__, "pass one that takes a text for each tape and returns a text")
    named = task_named(task, check_base(base)) if isinstance(task, str) else task
    return Box(function, named, batch=batch)


class Box:
    """A function and the task that it is said to do. Every test asks afresh; none changes the box."""

    def __init__(self, function: Function, task: Task, *, batch: bool) -> None:
        self.task = task
        self._function, self._batch, self._script = function, batch, Script(task)

    def _examinee(self) -> Examinee:
        return Examinee(self._function, self._script, batch=self._batch)

    def stress(self, limit: int = 200, *, calls: int | None = None, seed: int = 0) -> Stress:
        """The stress test on words of up to `limit` symbols, as nets get it.

        Args:
            limit: The longest word.
            calls: About so many inputs are asked at most (a batch counts by its inputs); None: some thousands, by the task.
            seed: Draws the random words.

        Raises:
            InputError: A limit outside 3…1,000,000, calls that are too few for it, or a function that fails to answer.
        """
        return stressed(self._examinee(), limit=check_limit(limit, in_context=False), calls=calls, seed=seed)

    def refute(self, budget: float | None = None, *, calls: int | None = None, limit: int = 200, seed: int = 0) -> BlackBoxVerdict:
        """The search for a wrong answer: REFUTED with the shortest one found, or NOT REFUTED, which is no proof.

        Args:
            budget: Seconds to spend, looked at between two calls (10 where `calls` is not named either).
            calls: So many inputs are asked at most, and a few more to make sure of a wrong one.
            limit: The longest random input, in digits.
            seed: Draws the random inputs.

        Raises:
            InputError: No budget, a limit outside 3…1,000,000, or a function that fails to answer.
        """
        limit = check_limit(limit, in_context=False)
        return refuted(self._examinee(), budget=_seconds(budget, calls), calls=calls, limit=limit, seed=seed)

    def learn(self, budget: float | None = None, *, calls: int | None = None, seed: int = 0) -> Learned:
        """The machine that the function is, if it is one, learned from its answers with AALpy; and whether it is the task's.

        Args:
            budget: Seconds to spend (10 where `calls` is not named either).
            calls: So many inputs are asked at most.
            seed: Draws the random words.

        Raises:
            InputError: AALpy is not installed, no budget, or a function that fails to answer.
        """
        return learned(self._examinee(), budget=_seconds(budget, calls), calls=calls, seed=seed)


def _seconds(budget: float | None, calls: int | None) -> float | None:
    return SECONDS if budget is None and calls is None else budget
