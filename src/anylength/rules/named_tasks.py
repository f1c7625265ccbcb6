"""Tasks by name. What a name needs is imported when the name is looked up.

`regex:(ab)*` is the acceptor of the words that the pattern matches whole. `next:` before the name of an acceptor asks which
symbols may come next, as the Dyck literature does: after each symbol the answer is the set of symbols that can still lead to an
accepted word, and "end" if the word read so far is one. A set is one output class.
"""

import dataclasses
import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, cast

from anylength.base import InputError, LazyTable, unknown_name
from anylength.rules.machine_files import MAX_NAME
from anylength.rules.machines import MAX_OUTPUTS, Machine, NamedMachine, equivalent, minimise, reachable_states
from anylength.rules.own_tasks import from_named_machine
from anylength.rules.task import SAMPLED, SAMPLED_ALL, DataMaker, ParametricTask, Task, WordSampler

DEFAULT_BASE = 10
"""The base where none is named."""

TASKS: LazyTable[Callable[[int], Task]] = LazyTable(
    "anylength.rules",
    {
        "count": "arithmetic:count",
        "decrement": "arithmetic:decrement",
        "add": "arithmetic:add",
        "subtract": "arithmetic:subtract",
        "compare": "arithmetic:compare",
        "parity": "arithmetic:parity",
        "collatz": "arithmetic:collatz",
        "count-natural": "unbounded:count_natural",
        "reverse": "unbounded:reverse",
        "multiply": "unbounded:multiply",
        "duplicate": "unbounded:duplicate",
    },
)
"""For each name the module and the maker: base → task."""

PARAMETRIC_TASKS: LazyTable[ParametricTask] = LazyTable(
    "anylength.rules", {"multiply": "arithmetic:MULTIPLY", "divide": "arithmetic:DIVIDE", "remainder": "arithmetic:REMAINDER"}
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
    from anylength.rules.stack_tasks import NAMED as WITH_STACKS
    from anylength.rules.stack_tasks import PATTERNS as STACK_PATTERNS
    from anylength.rules.stack_tasks import named
    from anylength.rules.suites import NAMED_TASKS, PARAMETRIC_NAMES, STRING_TASKS, named_machine_task

    if name.startswith(REGEX_PREFIX):
        return regex_task(name.removeprefix(REGEX_PREFIX), alphabet)
    if name.startswith(NEXT_PREFIX):
        return next_symbol_task(task_named(name.removeprefix(NEXT_PREFIX), base, alphabet=alphabet))
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
    from anylength.rules.own_tasks import from_named_machine
    from anylength.rules.strings import string_task
    from anylength.rules.suites import STRING_TASKS, named_machine_task

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
    from anylength.rules.finite import sampled_of, sampled_up_to

    if sampler is None:
        return {}
    return {SAMPLED: partial(sampled_up_to, sampler), SAMPLED_ALL: partial(sampled_of, sampler)}


def _own_task(name: str, base: int, description: str) -> Task:
    """A user's own task. Its name may not promise another rule."""
    from anylength.rules.own_tasks import from_description

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

    written = f"{NEXT_PREFIX}{task.name.removeprefix(NEXT_NAME)}" if task.name.startswith(NEXT_NAME) else task.name
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
    from anylength.rules.own_tasks import from_description

    make: Callable[..., Task] = from_description if task.description else task_named
    arguments: tuple[Any, ...] = (task.description,) if task.description else (task.name, task.base)
    with suppress(InputError):
        again = make(*arguments)
        if (_rule(again), list(again.data), again.description) == (_rule(task), list(task.data), task.description):
            return make, arguments
    return cast(tuple[Any, ...], object.__reduce_ex__(task, 4))


NEXT_PREFIX = "next:"
"""What the name of such a task begins with on the command line; the name of an acceptor follows."""

NEXT_NAME = "next-"
"""What its own name begins with: folders are named after tasks."""

END, NOTHING = "end", "nothing"
"""What a set says of an accepted word, and the empty set."""


def next_symbol_task(task: Task) -> Task:
    """The task of the sets of next symbols of an acceptor's task.

    Raises:
        InputError: The task is no acceptor of words of named symbols, or it has more sets than outputs are possible.
    """
    if task.names is None or task.graded != "last" or task.classes != len(("reject", "accept")):
        remedy = "take an acceptor, for example next:dyck-2-3 or next:regex:(ab)*"
        raise InputError("a task that accepts or rejects words of named symbols", task.name, remedy)
    named = next_symbol_sets(task.machine, task.names)
    if len(named.outputs) > MAX_OUTPUTS:
        raise InputError(f"at most {MAX_OUTPUTS:,} sets of symbols", f"{len(named.outputs):,} of {task.name}", "take a smaller one")
    return from_named_machine(
        named, f"{NEXT_NAME}{task.name}"[:MAX_NAME].rstrip("-"), f"which symbols may come next? {task.summary}"
    )


def next_symbol_sets(machine: Machine, symbols: tuple[str, ...]) -> NamedMachine:
    """The smallest machine that names the set after each symbol; output 1 of the given machine accepts."""
    alive = _alive(machine)
    followers = [
        tuple(s for s in range(machine.symbols) if machine.output[q][s] or machine.delta[q][s] in alive)
        for q in range(machine.states)
    ]
    sets: dict[tuple[tuple[int, ...], int], int] = {}
    output = tuple(
        tuple(sets.setdefault((followers[after], out), len(sets)) for after, out in zip(*rows, strict=True))
        for rows in zip(machine.delta, machine.output, strict=True)
    )
    names = tuple(" ".join([*(symbols[s] for s in allowed), *([END] if accepted else [])]) or NOTHING for allowed, accepted in sets)
    return NamedMachine(minimise(Machine(machine.start, machine.delta, output)), symbols, names)


def _alive(machine: Machine) -> set[int]:
    """The states from which some word is accepted."""
    alive = {q for q in reachable_states(machine) if any(machine.output[q])}
    while True:
        more = {q for q in reachable_states(machine) if q not in alive and any(after in alive for after in machine.delta[q])}
        if not more:
            return alive
        alive |= more


REGEX_PREFIX = "regex:"
"""What the name of such a task begins with on the command line."""

MAX_SUMMARY = 200
"""Longest pattern in a summary, in characters."""

CUT = "…"
"""Ends a longer pattern in a summary."""

QUESTION = re.compile(r"is the word matched by (.*)\?")
"""The summary of such a task."""

NAME = re.compile(r"regex-(?:[a-z0-9-]+-)?[0-9a-f]{6}")
"""The names of such tasks."""


def regex_task(pattern: str, alphabet: str | Sequence[str] | None = None) -> Task:
    """The task of a regular expression: does the pattern match the word whole?

    Args:
        pattern: The regular expression, without look-around, back-references and anchors.
        alphabet: The symbols, each of one character; None: the characters that occur in the pattern.

    Raises:
        InputError: The pattern is none, matches no word, or needs too large a machine; or the alphabet lacks one of its symbols.
    """
    from anylength.rules.regex import machine_of_regex  # it imports a parser

    named = machine_of_regex(pattern, alphabet)
    shown = pattern if len(pattern) <= MAX_SUMMARY else f"{pattern[:MAX_SUMMARY]}{CUT}"
    return from_named_machine(named, _name(pattern, named.symbols), f"is the word matched by {shown}?")


def _name(pattern: str, symbols: Sequence[str]) -> str:
    """A name of small letters, digits and dashes that differs from pattern to pattern and from alphabet to alphabet."""
    # folders are named after tasks: 20 characters of the pattern, and 6 of its SHA-256
    slug = re.sub("[^a-z0-9]+", "-", pattern.lower())[:20].strip("-")
    digest = hashlib.sha256("\n".join([pattern, *symbols]).encode()).hexdigest()[:6]
    return "-".join(part for part in ("regex", slug, digest) if part)


@lru_cache(maxsize=64)
def _regex_task(pattern: str, alphabet: tuple[str, ...]) -> Task | None:
    """The same; None where there is no such task."""
    try:
        return regex_task(pattern, alphabet)
    except InputError:
        return None


def pattern_of(task: Task) -> str | None:
    """The pattern that a task's summary names; None where it names none, or the pattern is cut there."""
    question = QUESTION.fullmatch(task.summary) if NAME.fullmatch(task.name) else None
    if question is None or (len(question[1]) > MAX_SUMMARY and question[1].endswith(CUT)):
        return None
    return question[1]


def keeps_its_pattern(task: Task) -> bool:
    """Whether a task with the name of a pattern's does what its summary asks. Of a pattern that is cut there this is not known."""
    if not NAME.fullmatch(task.name):
        return True
    question = QUESTION.fullmatch(task.summary)
    if question is None or task.names is None:
        return False
    pattern = question[1]
    if len(pattern) > MAX_SUMMARY and pattern.endswith(CUT):
        return True
    own = _regex_task(pattern, task.names)
    if own is None or (own.name, own.labels, own.graded) != (task.name, task.labels, task.graded):
        return False
    return equivalent(own.machine, task.machine)
