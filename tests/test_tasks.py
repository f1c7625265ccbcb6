"""Laws that hold for every task in every base: rule, data sets and stress inputs."""

import itertools

import numpy as np
import pytest

from anylength.digits import from_int, to_int
from anylength.errors import InputError
from anylength.tasks import TASKS, Task, numbers_of_length, task_named

BASES = (2, 3, 10, 36)
EVERY = [pytest.param(name, base, id=f"{name}-{base}") for name in TASKS for base in BASES]
ARITHMETIC = {"count": lambda numbers: numbers[0] + 1}
"""Each task's rule on integers, written a third time."""

WORDS = 5_000
"""Exhaustive tests go up to the length with about so many words."""

LIMITS = (3, 4, 10, 40, 300)


def every_word(task: Task) -> list[tuple[int, ...]]:
    """All words up to the length that keeps them below `WORDS`, at least to length 2."""
    longest = max(2, next(n for n in range(1, 20) if task.symbols ** (n + 1) > WORDS))
    return [word for n in range(1, longest + 1) for word in itertools.product(range(task.symbols), repeat=n)]


def tapes_of(task: Task, symbols: np.ndarray) -> tuple[np.ndarray, ...]:
    """The digits on each tape."""
    return tuple((symbols // task.base**tape % task.base).astype(np.uint8) for tape in range(task.tapes))


def lengths_of(rows: np.ndarray) -> np.ndarray:
    """Digits of the number in each row without its leading zeros; 1 for zero."""
    return np.array([max([1, *(np.flatnonzero(row) + 1)]) for row in rows])


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_machine_arithmetic_and_integers_agree_on_every_short_input(name, base):
    task = task_named(name, base)
    for word in every_word(task):
        numbers = tapes_of(task, np.array(word))
        exact = task.exact(numbers)
        assert task.machine.run((*word, 0)) == exact.tolist()
        assert to_int(exact, base) == ARITHMETIC[name]([to_int(number, base) for number in numbers])


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_machine_and_arithmetic_agree_on_long_inputs(name, base):
    task, rng = task_named(name, base), np.random.default_rng(0)
    for nines in (0.0, 0.5, 0.99, 1.0):
        word = rng.integers(0, task.symbols, 500).astype(np.uint16)
        word[rng.random(500) < nines] = task.symbols - 1
        assert task.machine.run([*word.tolist(), 0]) == task.exact(tapes_of(task, word)).tolist()


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_the_alphabet_fits_the_machine(name, base):
    task = task_named(name, base)
    assert task.machine.symbols == task.symbols == base**task.tapes
    assert task.machine.classes == task.classes == base
    assert task.encoded == base * task.tapes


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_targets_are_the_machines_outputs_column_by_column(name, base):
    task = task_named(name, base)
    symbols = np.random.default_rng(1).integers(0, task.symbols, (12, 40)).astype(np.uint16)
    symbols[:6, ::2] = task.symbols - 1
    targets = task.targets(symbols)
    assert targets.dtype == np.uint8
    assert [column.tolist() for column in targets.T] == [task.machine.run(column.tolist()) for column in symbols.T]


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_data_hold_digits_of_the_base_and_leave_room_for_the_answer(name, base):
    task = task_named(name, base)
    for make in task.data.values():
        drawn = make(np.random.default_rng(0), base)
        for side in (drawn.train, drawn.validation):
            assert side.ndim == 2
            assert side.dtype in (np.uint8, np.uint16)
            assert side.max() < task.symbols
            assert not side[:, -1].any()


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


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize(("name", "base"), EVERY)
def test_stress_inputs_keep_to_their_limit_and_end_in_zeros(name, base, limit):
    task = task_named(name, base)
    families = task.stress(np.random.default_rng(0), base, limit)
    assert len({family.name for family in families}) == len(families) > 1
    for family in families:
        steps, numbers = family.symbols.shape
        assert family.lengths.shape == (numbers,)
        assert family.lengths.min() >= 1
        assert family.lengths.max() <= min(limit, steps - 1)
        assert family.symbols.max() < task.symbols
        assert not family.symbols[np.arange(steps)[:, None] >= family.lengths].any()


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_some_stress_input_is_as_long_as_the_limit(name, base):
    families = task_named(name, base).stress(np.random.default_rng(0), base, 300)
    assert max(family.lengths.max() for family in families) == 300


@pytest.mark.parametrize("limit", (3, 40))
@pytest.mark.parametrize(("name", "base"), EVERY)
def test_stress_inputs_take_every_transition_of_the_machine(name, base, limit):
    task = task_named(name, base)
    taken = set()
    for family in task.stress(np.random.default_rng(0), base, limit):
        for column, length in zip(family.symbols.T, family.lengths, strict=True):
            word = column[: length + 1].tolist()
            taken |= set(zip(task.machine.trace(word), word, strict=False))
    assert taken == set(itertools.product(range(task.machine.states), range(task.symbols)))


@pytest.mark.parametrize("name", TASKS)
def test_every_task_says_what_it_is(name):
    task = task_named(name)
    assert task.name == name
    assert task.base == 10
    assert task.summary
    assert "\n" not in task.summary


def test_counting_in_base_16_carries_at_f():
    assert task_named("count", 16).exact((from_int(0xFFF, 16),)).tolist() == [0, 0, 0, 1]


def test_an_unknown_task_is_refused_and_the_nearest_named():
    with pytest.raises(InputError, match=r"'cuont'.*did you mean 'count'"):
        task_named("cuont")


def test_a_base_outside_2_to_36_is_refused():
    with pytest.raises(InputError, match="base from 2 to 36, got 37"):
        task_named("count", 37)
