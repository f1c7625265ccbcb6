"""The suites of the literature: every machine is the language that its task names, and as small as it can be."""

import itertools
import json
import math
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from anylength.base import InputError
from anylength.rules import (
    NAMED_TASKS,
    PARAMETRIC_NAMES,
    PARAMETRIC_TASKS,
    SUITES,
    TASKS,
    Machine,
    NamedMachine,
    minimise,
    reachable,
)
from anylength.rules.arithmetic import remainder
from anylength.rules.suite import SuiteTask
from anylength.rules.suites import named_machine_task
from docs.figures.tables.suites import TABLES, dfa_states
from tests.suite_oracles import FIXED, oracle

PAGE = (Path(__file__).parents[1] / "docs" / "reference" / "suites.md").read_text()

SHOWN = {task.name: task for suite in SUITES.values() for task in suite.tasks}
"""All tasks that the suites list."""

LARGEST = (
    "dyck-1-40",
    "dyck-2-9",
    "dyck-3-5",
    "dyck-4-4",
    "z-120",
    "z-120-generator",
    "divisible-64-base-36",
    "divisible-2-base-2",
)
"""Tasks at the ends of their ranges."""

STATES = {
    "tomita-1": 2, "tomita-2": 3, "tomita-3": 5, "tomita-4": 4, "tomita-5": 4, "tomita-6": 3, "tomita-7": 5,
    "parity-bits": 2, "even-pairs": 3, "cycle-navigation": 5, "modular-arithmetic": 51, "modular-arithmetic-left": 19,
    "flip-flop": 2, "dyck-1-3": 5, "dyck-2-2": 8, "dyck-2-4": 32, "dyck-4-2": 22, "z-7": 7, "z-60": 60, "z-7-generator": 7,
    "s3": 6, "a4": 12, "s4": 24, "a5": 60, "s5": 120,
    "s3-generators": 6, "a4-generators": 12, "s4-generators": 24, "a5-generators": 60, "s5-generators": 120,
    "divisible-7-base-10": 7, "divisible-8-base-2": 3, "utf-8": 9, "utf-8-classes": 9, "json-number": 9,
}  # fmt: skip
"""States of the smallest machines: where the literature gives a number, it is this one or the one in `DFA_STATES`."""

DFA_STATES = {"even-pairs": 5, "json-number": 10, "divisible-8-base-2": 4}
"""States of a DFA, whose answer belongs to a state, where their number is another."""


def all_words(named: NamedMachine, at_most: int) -> Iterator[tuple[int, ...]]:
    """All words by length, up to the longest length at which they are at most so many; those of length 1 in any case."""
    for length in itertools.count(1):
        if length > 12 or (length > 1 and named.machine.symbols**length > at_most):
            return
        yield from itertools.product(range(named.machine.symbols), repeat=length)


def random_words(machine: Machine, number: int, generator: random.Random) -> Iterator[list[int]]:
    """Words of 1 to 40 symbols. Every other word stays, where it can, out of the states that no word leaves."""
    final = {q for q in range(machine.states) if set(machine.delta[q]) == {q}}
    alive = [[s for s, after in enumerate(row) if after not in final] for row in machine.delta]
    for at in range(number):
        word, state = [], machine.start
        for _ in range(generator.randint(1, 40)):
            word.append(generator.choice((at % 2 and alive[state]) or range(machine.symbols)))
            state = machine.delta[state][word[-1]]
        yield word
        if at % 4 == 1:
            yield [*word[:-1], generator.randrange(machine.symbols)]


def covering_words(machine: Machine, at_most: int, generator: random.Random) -> Iterator[list[int]]:
    """For each transition, or for so many drawn ones: a shortest word through it, alone and with 1 to 6 more symbols."""
    transitions = [[*word, s] for word in reachable(machine).values() for s in range(machine.symbols)]
    for word in generator.sample(transitions, min(at_most, len(transitions))):
        yield word
        yield word + generator.choices(range(machine.symbols), k=generator.randint(1, 6))


def compare(name: str, words: int, seed: int, transitions: int) -> None:
    """Machine and oracle give the same answers, and every answer occurs, unless it is one of many."""
    named, answer, generator = machine_of(name), oracle(name), random.Random(seed)
    covering, drawn = covering_words(named.machine, transitions, generator), random_words(named.machine, words, generator)
    given = set()
    for word in itertools.chain(all_words(named, words), covering, drawn):
        symbols = [named.symbols[s] for s in word]
        right = answer(symbols)
        assert named.outputs[named.machine.run(word)[-1]] == right, (name, symbols)
        given.add(right)
    assert given == set(named.outputs) or len(named.outputs) > 12


def task_of(name: str) -> SuiteTask:
    task = named_machine_task(name)
    assert task is not None
    return task


@cache
def machine_of(name: str) -> NamedMachine:
    return task_of(name).make()


@pytest.mark.slow
def test_every_machine_is_the_language_of_its_task_on_short_and_random_words():
    for name in SHOWN:
        compare(name, 256, 1, transitions=600)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SHOWN, *LARGEST])
def test_every_machine_is_the_language_of_its_task_on_ten_thousand_random_words(name):
    compare(name, 10_000, 2, transitions=20_000)


@pytest.mark.slow
def test_all_pairs_of_bytes_are_judged_as_codecs_judges_them():
    named, answer = machine_of("utf-8"), oracle("utf-8")
    for word in itertools.product(range(256), repeat=2):
        assert named.outputs[named.machine.run(word)[-1]] == answer([named.symbols[s] for s in word])


def test_the_tomita_grammars_are_those_of_aalpy():
    tomita = pytest.importorskip("aalpy.SULs.TomitaSUL")
    for n in range(1, 8):
        machine, theirs = machine_of(f"tomita-{n}").machine, getattr(tomita, f"tomita_{n}")
        for word in itertools.chain.from_iterable(itertools.product((0, 1), repeat=length) for length in range(1, 10)):
            assert machine.run(word)[-1] == theirs("".join(map(str, word)))


def test_every_fixed_name_has_an_oracle_and_every_oracle_a_task():
    assert set(NAMED_TASKS) == set(FIXED)
    assert all(named_machine_task(name) is task for name, task in NAMED_TASKS.items())


@pytest.mark.slow
def test_every_machine_is_minimal_and_grades_what_its_task_says():
    for name in (*SHOWN, "dyck-4-4"):
        named = machine_of(name)
        assert task_of(name).name == name
        assert minimise(named.machine) == named.machine
        assert named.machine.names[named.machine.start] in ("start", f"q{named.machine.start}")
        assert len(set(named.machine.names)) == named.machine.states
        assert named.graded == task_of(name).graded
        assert not any(re.search(r"\s", symbol) or not symbol for symbol in (*named.symbols, *named.outputs))


def test_the_machines_have_as_many_states_as_in_the_literature():
    assert {name: machine_of(name).machine.states for name in STATES} == STATES
    acceptors = [name for name in STATES if task_of(name).graded == "last"]
    assert {name: dfa_states(machine_of(name).machine) for name in acceptors} == {
        name: (STATES | DFA_STATES)[name] for name in acceptors
    }


def test_a_group_by_generators_and_by_all_elements_has_the_same_products():
    for group in ("s3", "a4", "s4", "a5", "s5"):
        by_all, by_two = machine_of(group), machine_of(f"{group}-generators")
        assert by_all.symbols == by_all.outputs == by_two.outputs
        assert by_all.symbols[0] == "".join(sorted(by_all.symbols[0]))
        order = math.factorial(int(group[1:])) // (2 if group[0] == "a" else 1)
        assert by_all.machine.states == by_two.machine.states == len(by_all.symbols) == order


def test_the_left_factor_of_a_product_is_applied_first():
    machine = machine_of("s3")
    word = [machine.symbols.index(name) for name in ("213", "132")]
    assert machine.outputs[machine.machine.run(word)[-1]] == "312"
    generators = machine_of("s5-generators")
    assert generators.symbols == ("swap12", "turn")
    assert [generators.outputs[c] for c in generators.machine.run((0, 1))] == ["21345", "32451"]


def test_divisible_says_yes_where_the_remainder_is_zero():
    named, machine = machine_of("divisible-12-base-10"), remainder(12).machine
    assert named.machine.states < machine.states
    for number in range(2_000):
        word = [int(digit) for digit in str(number)]
        assert named.outputs[named.machine.run(word)[-1]] == ("accept" if machine.run(word)[-1] == 0 else "reject")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("dyck-0-3", "dyck-1-M"),
        ("dyck-5-3", "dyck-4-M"),
        ("dyck-2-0", "empty word"),
        ("dyck-2-10", "dyck-2-9"),
        ("dyck-1-1023", "1,024 states"),
        ("z-1", "z-2 to z-120"),
        ("z-121", "z-2 to z-120"),
        ("z-121-generator", "z-120-generator"),
        ("divisible-1-base-10", "divisible-2"),
        ("divisible-65-base-10", "divisible-64"),
        ("divisible-7-base-37", "2 to 36"),
        ("divisible-7-base-1", "2 to 36"),
        ("divisible-7-base-999999999", "2 to 36"),
    ],
)
def test_a_number_out_of_range_is_refused_with_its_range(name, says):
    with pytest.raises(InputError, match=says):
        named_machine_task(name)


@pytest.mark.parametrize(
    "name",
    ["", "tomita-0", "tomita-8", "dyck-2", "dyck-02-3", "dyck-K-M", "z-7-generators", "s6", "count", "z--7", "z-٧", "z-1234567890"],
)
def test_a_name_that_no_suite_has_is_none(name):
    assert named_machine_task(name) is None


def test_no_name_is_given_twice():
    names = [task.name for suite in SUITES.values() for task in suite.tasks]
    assert len(set(names)) == len(names)
    assert set(names).isdisjoint(TASKS)
    assert not [name for name in names if name.rpartition("-")[0] in PARAMETRIC_TASKS]
    assert list(PARAMETRIC_NAMES) == ["dyck-K-M", "z-N", "z-N-generator", "divisible-K-base-B"]


def test_importing_the_suites_builds_no_machine():
    code = (
        "import json, anylength.rules.machines as m; built = []; m.Machine.__post_init__ = lambda self: built.append(1);"
        "import anylength.rules.suites; print(json.dumps(len(built)))"
    )
    assert json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) == 0


def test_the_page_on_suites_runs_and_has_a_section_for_each(capsys):
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    exec(compile(block, "suites.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == "tomita-1 tomita-2 tomita-3 tomita-4 tomita-5 tomita-6 tomita-7\n312\n"
    assert re.findall(r"^<!-- generated: suite_(\w+) -->$", PAGE, re.MULTILINE) == list(TABLES)


def test_two_tasks_that_go_by_one_name_say_so():
    first, second = (NAMED_TASKS[name].summary for name in ("modular-arithmetic", "modular-arithmetic-left"))
    assert "modular-arithmetic-left" in first
    assert "see modular-arithmetic" in second


def test_summaries_and_sources_are_one_line_and_have_a_year_or_a_standard():
    for suite in SUITES.values():
        for each in (suite, *suite.tasks):
            assert each.summary.strip()
            assert "\n" not in each.summary + each.source
            assert re.search(r"\b(19|20)\d\d\b|RFC \d+", each.source)
