"""The suites, and the names of their tasks. `tables/index.toml` lists those whose machines are tables.

`tables/machines/SUITE.toml` has the tables. A table is a machine file without its name (`docs/how-to/machines.md`). A suite reads
its tables when its first task is made.

- Divisibility by K: yes or no, so remainders that no continuation tells apart are one state. `remainder-K` answers with the
  remainder.
- Machines of daily use: the alphabet of `utf-8` is the 256 bytes, named `00` to `ff`, so that any file is a word. Bytes that no
  state of its 9 tells apart form 12 classes, and `utf-8-classes` is the same rule over these.
- The fifteen tasks of the Chomsky benchmark, with its symbols and classes in its order: four are regular, eleven are not. The
  published generators state the tasks: `google-deepmind/neural_networks_chomsky_hierarchy` on GitHub. The rules here are our own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from anylength.base import InputError, parse_toml
from anylength.rules.arithmetic import MAX_DIVISOR
from anylength.rules.chomsky import (
    CHOMSKY_SOURCE,
    binary_addition,
    binary_multiplication,
    bucket_sort,
    compute_sqrt,
    drawn_expressions,
    duplicate_string,
    missing_duplicate_string,
    modular_arithmetic_brackets,
    odds_first,
    reverse_string,
    solve_equation,
    stack_manipulation,
)
from anylength.rules.digits import DIGIT_CHARACTERS
from anylength.rules.groups import DYCK_PATTERN, DYCK_SUITE, GROUPS_SUITE, PATTERNS
from anylength.rules.machine_files import read_machine
from anylength.rules.machines import Machine, NamedMachine
from anylength.rules.suite import StringTask, Suite, SuiteTask, TaskPattern, acceptor
from anylength.rules.task import WordSampler

DIVISIBILITY_SOURCE = "Alexeev 2004, J. Comput. Syst. Sci. 69"


def divisible(divisor: int, base: int) -> NamedMachine:
    """Whether a number in this base is divisible. The state is its remainder."""

    def follow(remainder: int, digit: str) -> int:
        return (remainder * base + DIGIT_CHARACTERS.index(digit)) % divisor

    return acceptor(tuple(DIGIT_CHARACTERS[:base]), 0, follow, lambda remainder: remainder == 0)


def divisible_task(divisor: int, base: int) -> SuiteTask:
    """The task `divisible-K-base-B`.

    Raises:
        InputError: K or B is out of range.
    """
    name = f"divisible-{divisor}-base-{base}"
    if not 2 <= divisor <= MAX_DIVISOR:
        raise InputError(f"divisible-2-base-{base} to divisible-{MAX_DIVISOR}-base-{base}", name, "pass another divisor")
    if not 2 <= base <= len(DIGIT_CHARACTERS):
        raise InputError(f"a base from 2 to {len(DIGIT_CHARACTERS)}", name, f"pass for example divisible-{divisor}-base-10")
    summary = f"whether the number in base {base}, most significant digit first, is divisible by {divisor}"
    return SuiteTask(name, summary, DIVISIBILITY_SOURCE, partial(divisible, divisor, base))


DIVISIBILITY_PATTERN = TaskPattern(
    "divisible-K-base-B",
    f"whether a number in base B is divisible by K; K = 2 to {MAX_DIVISOR}, B = 2 to {len(DIGIT_CHARACTERS)}",
    divisible_task,
)

DIVISIBILITY_SUITE = Suite(
    "divisibility",
    "whether a number in base B is divisible by K: divisible-K-base-B",
    DIVISIBILITY_SOURCE,
    tuple(divisible_task(divisor, base) for divisor, base in ((3, 2), (8, 2), (3, 10), (7, 10), (12, 10), (10, 36))),
)


TABLES = Path(__file__).with_name("tables")


def suite_of_tables(name: str, strings: Sequence[StringTask] = (), samplers: Mapping[str, WordSampler] | None = None) -> Suite:
    """The suite of this name in `index.toml`.

    Args:
        name: The suite's name.
        strings: Its tasks from string to string.
        samplers: Tasks → how their source draws words, where it does not draw symbols uniformly.
    """
    entry = _file("index")[name]
    source, words = entry.get("task_source", entry["source"]), entry.get("words")
    tasks = (
        SuiteTask(
            task["name"], task["summary"], task.get("source", source), partial(machine_of, name, task["name"]),
            task.get("graded", "last"), task.get("words", words), (samplers or {}).get(task["name"]),
        )
        for task in entry["tasks"]
    )  # fmt: skip
    return Suite(name, entry["summary"], entry["source"], tuple(tasks), tuple(strings))


def machine_of(suite: str, task: str) -> NamedMachine:
    """The machine of a task in the tables of its suite."""
    found = read_machine({"name": task, **_file(f"machines/{suite}")[task]}, f"{suite}.toml")
    assert found.symbols is not None and found.labels is not None
    return NamedMachine(found.machine, found.symbols, found.labels, found.graded)


@cache
def _file(name: str) -> Mapping[str, Any]:
    """The content of a TOML file of the tables."""
    return parse_toml((TABLES / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


STRINGS = (
    StringTask("reverse-string", "a string of bits -> the string backwards", CHOMSKY_SOURCE, reverse_string),
    StringTask(
        "stack-manipulation",
        "a stack from bottom to top, then pushes and pops -> the stack from top to bottom, then $",
        CHOMSKY_SOURCE,
        stack_manipulation,
    ),
    StringTask(
        "modular-arithmetic-brackets",
        "an expression of digits, +, -, * and brackets -> its value modulo 5",
        CHOMSKY_SOURCE,
        modular_arithmetic_brackets,
    ),
    StringTask(
        "solve-equation",
        "an expression of digits, +, -, brackets and one x, then = and its value modulo 5 -> x",
        CHOMSKY_SOURCE,
        solve_equation,
    ),
    StringTask("duplicate-string", "a string of bits -> the string twice", CHOMSKY_SOURCE, duplicate_string),
    StringTask(
        "missing-duplicate-string",
        "a string of bits, twice, with one bit missing -> the missing bit",
        CHOMSKY_SOURCE,
        missing_duplicate_string,
    ),
    StringTask(
        "odds-first", "a string of bits -> every second bit from the second on, then the others", CHOMSKY_SOURCE, odds_first
    ),
    StringTask(
        "binary-addition",
        "two binary numbers with + between them -> their sum, then $; the least significant bit first",
        CHOMSKY_SOURCE,
        binary_addition,
    ),
    StringTask(
        "binary-multiplication",
        "two binary numbers with * between them -> their product, then $; the least significant bit first",
        CHOMSKY_SOURCE,
        binary_multiplication,
    ),
    StringTask(
        "compute-sqrt",
        "a binary number -> its square root, rounded down; the most significant bit first",
        CHOMSKY_SOURCE,
        compute_sqrt,
    ),
    StringTask("bucket-sort", "a string of digits 0 to 4 -> the same digits in ascending order", CHOMSKY_SOURCE, bucket_sort),
)
"""The tasks that are not finite-state, in the order of the paper."""

BENCHMARK: Mapping[str, str] = {
    "even-pairs": "even_pairs",
    "modular-arithmetic": "modular_arithmetic",
    "parity-bits": "parity_check",
    "cycle-navigation": "cycle_navigation",
    **{task.name: task.name.replace("-", "_") for task in STRINGS},
}
"""The fifteen tasks: our names → the published names. `modular-arithmetic-left` of the suite is a task of FLaRe."""

CHOMSKY_SUITE = suite_of_tables(
    "chomsky", STRINGS, dict.fromkeys(("modular-arithmetic", "modular-arithmetic-left"), drawn_expressions)
)


def utf_8() -> NamedMachine:
    """The machine of `utf-8-classes` with a symbol for each byte: the names of the classes are ranges such as `e1-ec+ee-ef`."""
    classes = machine_of("real-life", "utf-8-classes")
    class_of = {byte: number for number, name in enumerate(classes.symbols) for byte in _bytes(name)}
    columns, machine = [class_of[byte] for byte in range(256)], classes.machine
    delta, output = (tuple(tuple(row[column] for column in columns) for row in rows) for rows in (machine.delta, machine.output))
    return replace(classes, machine=Machine(machine.start, delta, output), symbols=tuple(f"{byte:02x}" for byte in range(256)))


def _bytes(name: str) -> list[int]:
    """The bytes of a class."""
    ends = [part.split("-") for part in name.split("+")]
    return [byte for low, high in ((end[0], end[-1]) for end in ends) for byte in range(int(low, 16), int(high, 16) + 1)]


_OF_TABLES = suite_of_tables("real-life")

REAL_LIFE_SUITE = replace(
    _OF_TABLES, tasks=tuple(replace(task, make=utf_8) if task.name == "utf-8" else task for task in _OF_TABLES.tasks)
)
"""The suite. The machine of `utf-8` is made from that of the classes."""


SUITES: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        suite_of_tables("tomita"), CHOMSKY_SUITE, suite_of_tables("flip-flop"), DYCK_SUITE, GROUPS_SUITE,
        suite_of_tables("subregular"), DIVISIBILITY_SUITE, REAL_LIFE_SUITE,
    )
}  # fmt: skip
"""The suites by name."""

PARAMETRIC_NAMES: Mapping[str, TaskPattern] = {pattern.name: pattern for pattern in (DYCK_PATTERN, *PATTERNS, DIVISIBILITY_PATTERN)}
"""The kinds of tasks with numbers in the name, by the name with letters: `dyck-K-M`."""

NAMED_TASKS: Mapping[str, SuiteTask] = {
    task.name: task
    for suite in SUITES.values()
    for task in suite.tasks
    if all(pattern.numbers(task.name) is None for pattern in PARAMETRIC_NAMES.values())
}
"""The finite-state tasks with a fixed name."""

STRING_TASKS: Mapping[str, StringTask] = {task.name: task for suite in SUITES.values() for task in suite.strings}
"""The tasks from string to string."""


def named_machine_task(name: str) -> SuiteTask | None:
    """The finite-state task of this name; None if no suite has one.

    Raises:
        InputError: A number in the name is out of range.
    """
    if name in NAMED_TASKS:
        return NAMED_TASKS[name]
    for pattern in PARAMETRIC_NAMES.values():
        numbers = pattern.numbers(name)
        if numbers is not None:
            return pattern.make(*numbers)
    return None
