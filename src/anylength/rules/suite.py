"""A suite: tasks of the literature that belong together, each with its source; and the smallest machine of a rule.

Everything here is light. A task's machine or rule is built when `make` is called, so a list of all suites builds none. A rule is
given as functions of a state, which is any hashable value, and a symbol's name. All states that can be reached from the start are
found, and equivalent ones are merged.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from anylength.rules.machines import ACCEPTOR_OUTPUTS, Machine, NamedMachine, explore, minimise
from anylength.rules.strings import StringRule
from anylength.rules.task import WordSampler

State = TypeVar("State", bound=Hashable)


def transducer(
    symbols: Sequence[str],
    outputs: Sequence[str],
    start: State,
    step: Callable[[State, str], tuple[State, str]],
    *,
    graded: Literal["last", "all"],
) -> NamedMachine:
    """The smallest machine of a rule `step(state, symbol)`, which gives the next state and the name of the output."""
    states = [state for state, _ in explore(start, range(len(symbols)), lambda state, s: step(state, symbols[s])[0])]
    number = {state: at for at, state in enumerate(states)}
    class_of = {name: c for c, name in enumerate(outputs)}
    rows = [[step(state, symbol) for symbol in symbols] for state in states]
    machine = Machine(
        start=0,
        delta=tuple(tuple(number[state] for state, _ in row) for row in rows),
        output=tuple(tuple(class_of[output] for _, output in row) for row in rows),
    )
    smallest = minimise(machine)
    default_names = Machine(smallest.start, smallest.delta, smallest.output)
    return NamedMachine(default_names, tuple(symbols), tuple(outputs), graded)


def acceptor(
    symbols: Sequence[str],
    start: State,
    follow: Callable[[State, str], State | None],
    accepts: Callable[[State], bool] = lambda _: True,
) -> NamedMachine:
    """The smallest acceptor of a rule `follow(state, symbol)`, which gives the next state.

    `follow` returns None where no continuation is in the language. A word is accepted if it ends in a state with `accepts(state)`;
    by default, in any state but None.
    """

    def step(state: State | None, symbol: str) -> tuple[State | None, str]:
        after = None if state is None else follow(state, symbol)
        return after, ACCEPTOR_OUTPUTS[after is not None and accepts(after)]

    return transducer(symbols, ACCEPTOR_OUTPUTS, start, step, graded="last")


@dataclass(frozen=True)
class SuiteTask:
    """A finite-state task of the literature.

    Attributes:
        name: Its name on the command line.
        summary: One line: what is asked, and what the answer is where the question says nothing.
        source: Where the task comes from: author and year, arXiv number, or a standard.
        make: Builds the smallest machine of the task.
        graded: Which outputs are the answer to a word: the "last" one or "all". It equals the machine's.
        words: The lengths and kinds of words that the source trains and tests on, if the source is specific.
        sample: Draws words as the source does. None: uniformly random symbols.
    """

    name: str
    summary: str
    source: str
    make: Callable[[], NamedMachine]
    graded: Literal["last", "all"] = "last"
    words: str | None = None
    sample: WordSampler | None = None


@dataclass(frozen=True)
class StringTask:
    """A task of the literature that is not finite-state: from string to string.

    Attributes:
        name: Its name on the command line.
        summary: One line.
        source: Where the task comes from: author and year, arXiv number.
        make: Builds the rule of the task.
    """

    name: str
    summary: str
    source: str
    make: Callable[[], StringRule]


@dataclass(frozen=True)
class Suite:
    """Tasks that belong together.

    Attributes:
        name: Its name on the command line.
        summary: One line.
        source: The main source. Every task has its own, too.
        tasks: The finite-state tasks. Of a kind with numbers in the name, these are examples.
        strings: The tasks from string to string.
    """

    name: str
    summary: str
    source: str
    tasks: tuple[SuiteTask, ...]
    strings: tuple[StringTask, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all tasks."""
        return tuple(task.name for task in (*self.tasks, *self.strings))


@dataclass(frozen=True)
class TaskPattern:
    """A kind of task with numbers in its name.

    Attributes:
        name: The name with a capital letter for each number: `dyck-K-M`.
        summary: One line, with the range of each number.
        make: The numbers, in the order of the name → the task. It raises InputError if one is out of range.
    """

    name: str
    summary: str
    make: Callable[..., SuiteTask]

    def numbers(self, name: str) -> tuple[int, ...] | None:
        """The numbers in a task's name; None if the name has another form. A number has no leading zero and at most nine digits."""
        found = re.fullmatch(re.sub(r"\b[A-Z]\b", "(0|[1-9][0-9]{0,8})", self.name), name)
        return None if found is None else tuple(map(int, found.groups()))
