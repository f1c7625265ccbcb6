"""A black box: any function from digit strings to digit strings, with the tests that nets get."""

from anylength.base import InputError
from anylength.black_boxes.codec import Codec
from anylength.black_boxes.learn import LearningResult, learn_function
from anylength.black_boxes.refute import refute_function
from anylength.black_boxes.stress import stress_function
from anylength.black_boxes.system import Function, QueryBudget, SystemUnderLearning
from anylength.lengths.stress import check_limit
from anylength.records import BlackBoxVerdict, Stress
from anylength.rules import Task, check_base, task_named


def black_box(function: Function, task: str | Task, *, base: int = 10, batch: bool = False) -> "BlackBox":
    """A function that claims to do a task, to be stress-tested, refuted, and learned.

    The function takes one text for each tape: a number as people write it, most significant digit first, without leading zeros
    (unless leading zeros matter to the task). It returns the answer as `ask` prints it: a label or a number. Leading zeros of the
    answer do not count. A negative answer has a minus sign, in tasks that have negative answers. Any other text is a wrong answer.

    Args:
        function: The function.
        task: The task, or its name.
        base: The base of a task given by name.
        batch: Whether the function takes a list of texts for each tape and returns a list.

    Raises:
        InputError: No such task or base, or `function` cannot be called.
    """
    if not callable(function):
        raise InputError("a function", type(function).__name__, "pass one that takes a text for each tape and returns a text")
    task = task_named(task, check_base(base)) if isinstance(task, str) else task
    return BlackBox(function, task, batch=batch)


class BlackBox:
    """A function and the task that it claims to do. Every test starts afresh; none changes the box."""

    def __init__(self, function: Function, task: Task, *, batch: bool) -> None:
        self.task = task
        self._function, self._batch, self._codec = function, batch, Codec(task)

    def stress(self, limit: int = 200, *, calls: int | None = None, seed: int = 0) -> Stress:
        """The stress test that nets get, on words of up to `limit` symbols.

        Args:
            limit: The longest word, in symbols.
            calls: Approximate number of inputs; each input of a batch counts. None: some thousands, depending on the task.
            seed: Determines the random words.

        Raises:
            InputError: A limit outside 3…1,000,000, too few calls for it, or a function that fails to answer.
        """
        return stress_function(self._system(), limit=check_limit(limit, in_context=False), calls=calls, seed=seed)

    def refute(self, budget: float | None = None, *, calls: int | None = None, limit: int = 200, seed: int = 0) -> BlackBoxVerdict:
        """Searches for a wrong answer: REFUTED with the shortest one found, or NOT REFUTED, which is no proof.

        Args:
            budget: Seconds to spend, checked between two calls (10 if `calls` is not given either).
            calls: Largest number of inputs, except for a few more to confirm a wrong answer.
            limit: The longest random input, in digits.
            seed: Determines the random inputs.

        Raises:
            InputError: A budget or calls of 0 or less, a limit outside 3…1,000,000, or a function that fails to answer.
        """
        limit = check_limit(limit, in_context=False)
        return refute_function(self._system(), _budget(budget, calls), limit=limit, seed=seed)

    def learn(self, budget: float | None = None, *, calls: int | None = None, seed: int = 0) -> LearningResult:
        """Learns the machine that the function is, if it is one, with AALpy, and compares it with the task's.

        Args:
            budget: Seconds to spend (10 if `calls` is not given either).
            calls: Largest number of inputs.
            seed: Determines the random words.

        Raises:
            InputError: AALpy is not installed, a budget or calls of 0 or less, or a function that fails to answer.
        """
        return learn_function(self._system(), _budget(budget, calls), seed=seed)

    def _system(self) -> SystemUnderLearning:
        return SystemUnderLearning(self._function, self._codec, batch=self._batch)


def _budget(seconds: float | None, calls: int | None) -> QueryBudget:
    """The budget of a test that starts now."""
    return QueryBudget.of(10.0 if seconds is None and calls is None else seconds, calls)
