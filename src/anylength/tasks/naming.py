"""Tasks by name. What a name needs is imported when the name is looked up."""

import dataclasses
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, cast

from anylength.base import InputError, LazyTable, unknown_name
from anylength.tasks.task import SAMPLED, SAMPLED_ALL, DataMaker, ParametricTask, Task, WordSampler

DEFAULT_BASE = 10
"""The base where none is named."""

TASKS: LazyTable[Callable[[int], Task]] = LazyTable(
    "anylength.tasks",
    {
        "count": "count:count",
        "decrement": "count:decrement",
        "add": "two_numbers:add",
        "subtract": "two_numbers:subtract",
        "compare": "two_numbers:compare",
        "parity": "parity:parity",
        "collatz": "affine:collatz",
        "count-natural": "unbounded:count_natural",
        "reverse": "unbounded:reverse",
        "multiply": "unbounded:multiply",
        "duplicate": "unbounded:duplicate",
    },
)
"""For each name the module and the maker: base → task."""

PARAMETRIC_TASKS: LazyTable[ParametricTask] = LazyTable(
    "anylength.tasks", {"multiply": "affine:MULTIPLY", "divide": "division:DIVIDE", "remainder": "division:REMAINDER"}
)
"""The kinds of task whose names end in a number, by the name without it."""


def task_named(name: str, base: int = 10, description: str | None = None, *, alphabet: str | None = None) -> Task:
    """The task of this name in this base.

    Args:
        name: A name of `TASKS`, one of `PARAMETRIC_TASKS` with a number (`multiply-3`), a name of a suite (`tomita-4`, `dyck-2-3`),
            or a regular expression (`regex:(ab)*`). `next:` before the name of an acceptor asks which symbols may come next.
        base: 2…36; for a task with named symbols their number, or 10.
        alphabet: The symbols of a regular expression; None: the characters that occur in it.
        description: The JSON text of a user's own task (`Task.description`), which has the same name and base.

    Raises:
        InputError: No task has this name (the error suggests the nearest name), K or the base is out of range, or a user's own task
            has another name or base, or the name of a built-in task with another rule.
    """
    if description is not None:
        return _own_task(name, base, description)
    if name in TASKS:
        return TASKS[name](base)
    from anylength.tasks.next_symbols import PREFIX as NEXT
    from anylength.tasks.next_symbols import next_symbol_task
    from anylength.tasks.regular import PREFIX as REGEX
    from anylength.tasks.regular import regex_task
    from anylength.tasks.stack_tasks import NAMED as WITH_STACKS
    from anylength.tasks.stack_tasks import PATTERNS as STACK_PATTERNS
    from anylength.tasks.stack_tasks import named
    from anylength.tasks.suites import NAMED_TASKS, PARAMETRIC_NAMES, STRING_TASKS, named_machine_task

    if name.startswith(REGEX):
        return regex_task(name.removeprefix(REGEX), alphabet)
    if name.startswith(NEXT):
        return next_symbol_task(task_named(name.removeprefix(NEXT), base, alphabet=alphabet))
    if alphabet is not None:
        raise InputError("a regular expression beside alphabet", name, "leave --alphabet out")
    with_stacks = named(name)
    if with_stacks is not None:
        return _with_own_symbols(with_stacks, base)
    if name in STRING_TASKS or named_machine_task(name) is not None:
        return _with_own_symbols(_built(name), base)
    kind, _, number = name.rpartition("-")
    if kind not in PARAMETRIC_TASKS:
        known = [*TASKS, *(f"{kind}-K" for kind in PARAMETRIC_TASKS), *NAMED_TASKS, *STRING_TASKS, *PARAMETRIC_NAMES]
        known += [*WITH_STACKS, *STACK_PATTERNS]
        raise unknown_name("task", name, known, "anylength tasks lists count, add, parity and all others")
    if not re.fullmatch(r"[0-9]{1,9}", number):
        raise InputError(f"{kind}-K with a number K", repr(name), f"pass for example {kind}-3")
    return PARAMETRIC_TASKS[kind].make(int(number), base)


def _with_own_symbols(task: Task, base: int) -> Task:
    """A task with named symbols. Its base is the number of its symbols; the default of other tasks is accepted, too."""
    if base not in (task.base, DEFAULT_BASE):
        got = f"base {base} for {task.name}, which reads {task.base} named symbols"
        raise InputError("no base beside a task with named symbols", got, "leave --base out")
    return task


@lru_cache(maxsize=64)
def _built(name: str) -> Task:
    """The task of a suite, built once: the largest machines take a tenth of a second."""
    from anylength.tasks.custom import from_named_machine
    from anylength.tasks.strings import string_task
    from anylength.tasks.suites import STRING_TASKS, named_machine_task

    if name in STRING_TASKS:
        strings = STRING_TASKS[name]
        return string_task(strings.name, strings.summary, strings.make())
    found = named_machine_task(name)
    assert found is not None  # the caller has looked
    task = from_named_machine(found.make(), found.name, found.summary)
    return dataclasses.replace(
        task, description=None, sampler=found.sample, further_data={**task.further_data, **_sampled(found.sample)}
    )


def _sampled(sampler: WordSampler | None) -> dict[str, Callable[[int], DataMaker]]:
    """The kinds of data sets of a finite-state task whose source has a sampler of its own."""
    from anylength.tasks.sampled import sampled_of, sampled_up_to

    if sampler is None:
        return {}
    return {SAMPLED: partial(sampled_up_to, sampler), SAMPLED_ALL: partial(sampled_of, sampler)}


def _own_task(name: str, base: int, description: str) -> Task:
    """A user's own task. Its name may not promise another rule."""
    from anylength.tasks.custom import from_description

    task = from_description(description)
    if (task.name, task.base) != (name, base):
        got = f"{task.name} in base {task.base}"
        raise InputError(f"the machine of {name} in base {base}", got, "the configuration and its machine belong to different runs")
    if not _keeps_promise(task):
        remedy = "give your machine another name"
        raise InputError(f"the rule of the built-in task {name}", "a machine of that name with another rule", remedy)
    return task


def _keeps_promise(task: Task) -> bool:
    """Whether a user's own task does what its name says: all names are free but those of built-in tasks and of patterns."""
    from anylength.tasks.next_symbols import NAMED as NEXT_NAME
    from anylength.tasks.next_symbols import PREFIX as NEXT
    from anylength.tasks.regular import keeps_its_pattern

    written = f"{NEXT}{task.name.removeprefix(NEXT_NAME)}" if task.name.startswith(NEXT_NAME) else task.name
    for base in (task.base, DEFAULT_BASE):
        with suppress(InputError):
            return _rule(task_named(written, base)) == _rule(task)
    kind, _, number = task.name.rpartition("-")
    return keeps_its_pattern(task) and not (kind in PARAMETRIC_TASKS and number.isdecimal())


def _rule(task: Task) -> tuple[object, ...]:
    """What a task asks of a net, and how its inputs and answers are written."""
    return task.base, task.tapes, task.transducer, task.memory, task.layout, task.labels, task.graded, task.names, task.negative


def reduced(task: Task) -> tuple[Any, ...]:
    """How a task is pickled: as its name and base, or as the text of its machine. A task that neither gives is pickled as it is."""
    from anylength.tasks.custom import from_description

    make: Callable[..., Task] = from_description if task.description else task_named
    arguments: tuple[Any, ...] = (task.description,) if task.description else (task.name, task.base)
    with suppress(InputError):
        again = make(*arguments)
        if (_rule(again), list(again.data), again.description) == (_rule(task), list(task.data), task.description):
            return make, arguments
    return cast(tuple[Any, ...], object.__reduce_ex__(task, 4))
