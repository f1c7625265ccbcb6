"""Laws that hold for every finite-state task in every base: rule, layout, data sets and stress inputs."""

import copy
import dataclasses
import itertools
import pickle

import numpy as np
import pytest

from anylength.base import OUTPUT, InputError
from anylength.rules import (
    NAMED_TASKS,
    PARAMETRIC_TASKS,
    STRING_TASKS,
    TASKS,
    Machine,
    StressFamily,
    Task,
    carry_chains_of,
    from_int,
    numbers_of_length,
    reachable,
    task_named,
)
from anylength.rules.digits import to_int
from anylength.rules.named_tasks import next_symbol_task, regex_task
from anylength.rules.own_tasks import from_description, machine_task
from tests.selection import thorough

BASES = (2, 3, 10, 36)
NAMES = (
    *(name for name in TASKS if task_named(name).transducer is not None),
    *(f"multiply-{k}" for k in (2, 3, 7, 10, 12)),
    *(f"divide-{k}" for k in (2, 3, 7, 11)),
    *(f"remainder-{k}" for k in (2, 3, 7, 13)),
)  # fmt: skip
IN_SHORT = ("count", "subtract", "collatz", "parity", "multiply-7", "divide-3", "remainder-13")
EVERY = [
    pytest.param(name, base, id=f"{name}-{base}")
    for name in NAMES
    for base in BASES
    if base == 10 or (base == 3 and name in IN_SHORT) or (base in (2, 36) and name in ("count", "compare", "multiply-12"))
]
RULES = {
    "count": lambda n: f"{n[0] + 1}",
    "decrement": lambda n: f"{n[0] - 1}",
    "add": lambda n: f"{n[0] + n[1]}",
    "subtract": lambda n: f"{n[0] - n[1]}",
    "compare": lambda n: "<" if n[0] < n[1] else "=" if n[0] == n[1] else ">",
    "collatz": lambda n: f"{3 * n[0] + 1}",
}
"""Each task's rule on integers; the answer as people write it in base 10."""

FAMILY_RULES = {
    "multiply": lambda n, k: f"{n[0] * k}",
    "divide": lambda n, k: f"{n[0] // k}",
    "remainder": lambda n, k: "0123456789abcdefghijklmnopqrstuvwxyz"[n[0] % k],
}

WITHOUT_CARRY_CHAINS = ("multiply-2", "multiply-7", "multiply-10", "divide-2", "remainder-2")
"""In base 10 any two states of these machines merge when one symbol is repeated."""

WORDS = 1_300
"""Most words of an exhaustive test, unless there are more words of length 1. It keeps each test under a second."""

LIMITS = (3, 10, 300)


def rule(name: str, numbers: list[int]) -> str:
    """The right answer, as people write it in base 10."""
    if name == "parity":
        return ("even", "odd")[sum(map(int, str(numbers[0]))) % 2]
    family, _, k = name.rpartition("-")
    return FAMILY_RULES[family](numbers, int(k)) if family else RULES[name](numbers)


def every_word(task: Task) -> list[tuple[int, ...]]:
    """All words up to the length that keeps them below `WORDS`, at least those of length 1."""
    longest = next(n for n in range(1, 20) if task.symbols ** (n + 1) > WORDS)
    return [word for n in range(1, longest + 1) for word in itertools.product(range(task.symbols), repeat=n)]


def lengths_of(rows: np.ndarray) -> np.ndarray:
    """Digits of the number in each row without its leading zeros; 1 for zero."""
    return np.array([max([1, *(np.flatnonzero(row) + 1)]) for row in rows])


def machine_answer(task: Task, numbers: tuple[np.ndarray, ...]) -> np.ndarray:
    """The machine's answer to the numbers."""
    return task.answer(np.array(task.machine.run(task.word(numbers).tolist()), np.uint8))


PICKLED = (
    *TASKS, "count 3", "multiply-3", "divide-3", "remainder-3", *NAMED_TASKS, *STRING_TASKS, "z-4", "z-3-generator", "dyck-2-3",
    "regex:(ab)*", "next:tomita-4",
)  # fmt: skip


def own_tasks():
    flip = machine_task(lambda state, digit: (state ^ digit[0], state), start=0, base=2, name="own-flip")
    return [
        flip,
        from_description(flip.description),
        machine_task(lambda state, symbol: (symbol, state), start="a", symbols=["a", "b"], labels=["a", "b"], name="parity"),
        regex_task("(ab)*", "abc"),
        next_symbol_task(regex_task("(ab)*", "abc")),
        next_symbol_task(task_named("dyck-1-3")),
    ]


def require_equal_after_pickling(task):
    found, rng = pickle.loads(pickle.dumps(task)), np.random.default_rng(0)
    plain = [field.name for field in dataclasses.fields(Task) if not callable(getattr(task, field.name))]
    plain = [name for name in plain if name not in ("data", "further_data")]
    assert [getattr(found, name) for name in plain] == [getattr(task, name) for name in plain]
    assert list(found.data) == list(task.data) and list(found.further_data) == list(task.further_data)
    words = task.sample(rng, 5, 20)
    assert np.array_equal(found.targets(words), task.targets(words))
    data = next(iter(task.data))
    drawn = [each.data[data](np.random.default_rng(1), task.base).train for each in (task, found)]
    assert np.array_equal(*drawn)


@pytest.mark.parametrize("name", PICKLED)
def test_a_task_is_pickled(name):
    require_equal_after_pickling(task_named(*name.split()[:1], *map(int, name.split()[1:])))


@pytest.mark.parametrize("number", range(6))
def test_a_users_own_task_is_pickled(number):
    require_equal_after_pickling(own_tasks()[number])


def test_a_task_with_another_machine_than_its_name_says_is_not_pickled_as_the_named_one():
    task = dataclasses.replace(task_named("tomita-1"), transducer=task_named("tomita-2").machine)
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(task)
    assert copy.deepcopy(task).machine == task.machine


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_machine_and_arithmetic_agree_on_every_short_input(name, base):
    task = task_named(name, base)
    for word in every_word(task):
        numbers = task.numbers(np.array(word, np.uint16))
        assert machine_answer(task, numbers).tolist() == task.exact(numbers).tolist()


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_what_python_says_as_people_write_it(name):
    task, rng = task_named(name), np.random.default_rng(0)
    for _ in range(300):
        numbers = tuple(rng.integers(0, 10, int(rng.integers(1, 30)), np.uint8) for _ in range(task.tapes))
        assert task.text(machine_answer(task, numbers)) == rule(name, [to_int(number) for number in numbers])


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_machine_and_arithmetic_agree_on_long_inputs(name, base):
    task, rng = task_named(name, base), np.random.default_rng(0)
    for often in (0.0, 0.5, 0.99, 1.0):
        word = rng.integers(0, task.symbols, 500).astype(np.uint16)
        word[rng.random(500) < often] = task.symbols - 1
        numbers = task.numbers(word)
        assert machine_answer(task, numbers).tolist() == task.exact(numbers).tolist()


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_a_word_gives_back_its_numbers(name, base):
    task, rng = task_named(name, base), np.random.default_rng(0)
    numbers = tuple(rng.integers(0, base, 9, np.uint8) for _ in range(task.tapes))
    word = task.word(numbers)
    assert len(word) == 9 + task.tail
    assert not word[9:].any()
    assert np.array_equal(task.numbers(word[:9]), numbers)


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_the_alphabet_fits_the_machine(name, base):
    task = task_named(name, base)
    assert task.machine.symbols == task.symbols == base**task.tapes
    assert task.machine.classes <= task.classes == (len(task.labels) if task.labels else base)
    assert task.encoding_size == base * task.tapes
    assert len(reachable(task.machine)) == task.machine.states


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_targets_are_the_machines_outputs_column_by_column(name, base):
    task = task_named(name, base)
    symbols = np.random.default_rng(1).integers(0, task.symbols, (12, 40)).astype(np.uint16)
    symbols[:6, ::2] = task.symbols - 1
    targets = task.targets(symbols)
    assert targets.dtype == OUTPUT
    assert [column.tolist() for column in targets.T] == [task.machine.run(column.tolist()) for column in symbols.T]


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_data_hold_symbols_of_the_task_and_leave_room_for_the_answer(name, base):
    task = task_named(name, base)
    for make in task.data.values():
        drawn = make(np.random.default_rng(0), base)
        for side in (drawn.train, drawn.validation):
            assert side.ndim == 2
            assert side.dtype in (np.uint8, np.uint16)
            assert side.max() < task.symbols
            assert not side[:, side.shape[1] - task.tail :].any()


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_the_same_seed_draws_the_same_data_and_another_seed_others(name, base):
    task = task_named(name, base)
    for make in task.data.values():
        one, again, other = (make(np.random.default_rng(seed), base) for seed in (5, 5, 6))
        assert np.array_equal(one.train, again.train)
        assert np.array_equal(one.validation, again.validation)
        assert not np.array_equal(one.validation, other.validation)


@pytest.mark.parametrize("base", BASES)
def test_post_draws_lengths_1_to_10_uniformly(base):
    drawn = task_named("count", base).data["post"](np.random.default_rng(0), base)
    assert (drawn.train.shape, drawn.validation.shape) == ((9_000, 11), (1_000, 11))
    rows = np.concatenate([drawn.train, drawn.validation])
    counts = np.bincount(lengths_of(rows), minlength=11)[1:]
    assert len(counts) == 10
    assert ((counts - 1_000) ** 2 / 1_000).sum() < 40, counts


@pytest.mark.parametrize("base", BASES)
def test_post_numbers_are_uniform_so_nearly_all_are_long(base):
    drawn = task_named("count", base).data["post-numbers"](np.random.default_rng(0), base)
    assert (drawn.train.shape, drawn.validation.shape) == ((9_000, 11), (1_000, 11))
    rows = np.concatenate([drawn.train, drawn.validation])
    assert abs((lengths_of(rows) == 10).mean() - (1 - 1 / base)) < 0.02
    each = np.bincount(rows[:, :-1].ravel(), minlength=base) / rows[:, :-1].size
    assert np.abs(each * base - 1).max() < 0.1


@pytest.mark.parametrize("base", BASES)
def test_hundred_is_0_to_base_squared_in_full_and_validates_on_numbers_it_never_trains_on(base):
    drawn = task_named("count", base).data["hundred"](np.random.default_rng(0), base)
    assert [to_int(row, base) for row in drawn.train] == list(range(base * base + 1))
    assert len(drawn.validation) == 1_000
    lengths = lengths_of(drawn.validation)
    assert (lengths.min(), lengths.max()) == (4, 10)


@pytest.mark.parametrize("base", BASES)
def test_random_numbers_have_just_the_length_asked_for(base):
    lengths = np.tile(np.arange(1, 8), 300)
    rows = numbers_of_length(np.random.default_rng(0), lengths, base, 9)
    assert np.array_equal(lengths_of(rows), lengths)
    assert set(rows[lengths == 1, 0]) == set(range(base))


@pytest.mark.parametrize("limit", thorough(LIMITS, quick=2))
@pytest.mark.parametrize(("name", "base"), EVERY)
def test_stress_inputs_keep_to_their_limit_and_end_in_zeros(name, base, limit):
    task = task_named(name, base)
    families = task.stress(np.random.default_rng(0), base, limit)
    assert len({family.name for family in families}) == len(families) > 1
    for family in families:
        steps, numbers = family.symbols.shape
        assert family.lengths.shape == (numbers,)
        assert family.lengths.min() >= 1
        assert family.lengths.max() <= min(limit, steps - task.tail)
        assert family.symbols.max() < task.symbols
        assert not family.symbols[np.arange(steps)[:, None] >= family.lengths].any()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "base"), EVERY)
def test_some_stress_input_is_as_long_as_the_limit(name, base):
    families = task_named(name, base).stress(np.random.default_rng(0), base, 300)
    assert max(family.lengths.max() for family in families) == 300


@pytest.mark.parametrize("limit", thorough((6, 40)))
@pytest.mark.parametrize(("name", "base"), EVERY)
def test_stress_inputs_take_every_transition_of_the_machine(name, base, limit):
    task = task_named(name, base)
    taken = set()
    for family in task.stress(np.random.default_rng(0), base, limit):
        for column, length in zip(family.symbols.T, family.lengths, strict=True):
            word = column[: length + task.tail].tolist()
            taken |= set(zip(task.machine.trace(word), word, strict=False))
    assert taken == set(itertools.product(range(task.machine.states), range(task.symbols)))


@pytest.mark.parametrize("name", NAMES)
def test_every_task_says_what_it_is(name):
    task = task_named(name)
    assert task.name == name
    assert task.base == 10
    assert task.summary
    assert "\n" not in task.summary


@pytest.mark.parametrize("name", NAMES)
def test_carry_chains_keep_two_states_apart_for_ever(name):
    machine = task_named(name).machine
    found = carry_chains_of(machine)
    assert found or name in WITHOUT_CARRY_CHAINS
    for carry_chain in found:
        state, others = machine.trace(carry_chain.prefix)[-1], set(range(machine.states))
        for _ in range(machine.states * 4):
            state, others = machine.delta[state][carry_chain.symbol], {machine.delta[q][carry_chain.symbol] for q in others}
        assert len(others) > 1
        assert state in others


def family_of(task: Task, name: str, limit: int = 60) -> StressFamily:
    """One family of stress inputs."""
    return next(family for family in task.stress(np.random.default_rng(0), task.base, limit) if family.name == name)


@pytest.mark.parametrize("kind", ["propagated", "generated"])
def test_carries_of_add_are_generated_or_propagated_as_the_family_says(kind):
    task = task_named("add")
    family, carried = family_of(task, kind), 0
    for column, length in zip(family.symbols.T, family.lengths, strict=True):
        word = column[: length - 2].tolist()
        states = task.machine.trace(word)
        sums = [s % 10 + s // 10 for s in word]
        carried += states[-1]
        if kind == "propagated":
            prefix = next((p for p in (0, 1, 2) if all(total == 9 for total in sums[p:])), None)
            assert prefix is not None, sums
        else:
            assert all(total >= 10 for total in sums) or all(total <= 8 for total in sums[1:]), sums
    assert 0.2 < carried / len(family.lengths) < 0.8


def test_carry_chains_of_every_short_length_are_followed_by_every_pair_of_digits():
    task = task_named("count")
    family = family_of(task, "left")
    words = {tuple(column[:length].tolist()) for column, length in zip(family.symbols.T, family.lengths, strict=True)}
    for nines in (1, 2, 5, 12):
        for pair in ((2, 1), (9, 8), (0, 0), (5, 9)):
            assert (*(9,) * nines, *pair) in words


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("divide-0", "divided by zero"),
        ("remainder-0", "divided by zero"),
        ("multiply-1", "factors 0 and 1 need no memory"),
        ("divide-1", "the divisor 1 needs no memory"),
        ("remainder-37", "remainder-2 to remainder-36"),
        ("multiply-65", "multiply-2 to multiply-64"),
        ("divide-K", "divide-K with a number K"),
        ("divide--3", "expected"),
        ("multiply-", "with a number K"),
        ("mutliply-3", "did you mean 'multiply-K'"),
    ],
)
def test_a_number_k_out_of_range_is_refused_with_a_reason(name, says):
    with pytest.raises(InputError, match=says):
        task_named(name)


def test_every_family_of_tasks_is_tried_here():
    assert {name.rpartition("-")[0] for name in NAMES} - {""} >= set(PARAMETRIC_TASKS)


def test_a_multiplier_above_the_base_gets_a_longer_answer():
    task = task_named("multiply-12")
    assert task.tail == 2
    assert task.text(machine_answer(task, (from_int(999),))) == "11988"


def test_below_zero_the_complement_stands_for_the_number():
    subtract, decrement = task_named("subtract"), task_named("decrement")
    assert subtract.text(machine_answer(subtract, (from_int(3), from_int(5)))) == "-2"
    assert subtract.text(machine_answer(subtract, (from_int(100), from_int(1000)))) == "-900"
    assert machine_answer(decrement, (from_int(0),)).tolist() == [9, 9]
    assert decrement.text(machine_answer(decrement, (from_int(0),))) == "-1"


def test_a_machine_that_forgets_at_once_has_no_carry_chains_and_still_gets_stress_inputs():
    from anylength.rules.stress_words import machine_families

    machine = Machine(start=0, delta=((0, 1), (0, 1)), output=((0, 1), (0, 1)))
    assert carry_chains_of(machine) == []
    families = machine_families(machine, 0)(np.random.default_rng(0), 2, 20)
    assert {family.name for family in families} == {"transitions", "generated", "random"}


def test_counting_in_base_16_carries_at_f():
    assert task_named("count", 16).exact((from_int(0xFFF, 16),)).tolist() == [0, 0, 0, 1]


def test_an_unknown_task_is_refused_and_the_nearest_named():
    with pytest.raises(InputError, match=r"'cuont'.*did you mean 'count'"):
        task_named("cuont")


def test_a_base_outside_2_to_36_is_refused():
    with pytest.raises(InputError, match="base from 2 to 36, got 37"):
        task_named("count", 37)
