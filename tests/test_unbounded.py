"""Tasks that are not finite-state: their rules agree with Python's integers, and their words contain the question."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from anylength.base import InputError
from anylength.experiments.options import TrainOptions
from anylength.rules import IGNORE_INDEX, Task, from_int, task_named
from anylength.rules.digits import to_int
from tests.selection import thorough

UNBOUNDED = ("count-natural", "reverse", "multiply")
BASES = (2, 10, 36)
EVERY = [pytest.param(name, base, id=f"{name}-{base}") for name in UNBOUNDED for base in BASES]


def count_natural(text: list[list[int]], base: int) -> list[int]:
    """n + 1, most significant digit first, one digit longer than n."""
    number = sum(digit * base**place for place, digit in enumerate(reversed(text[0]))) + 1
    return [number // base**place % base for place in reversed(range(len(text[0]) + 1))]


def reverse(text: list[list[int]], base: int) -> list[int]:
    """The string backwards."""
    return text[0][::-1]


def multiply(text: list[list[int]], base: int) -> list[int]:
    """a · b, twice as long as the numbers; all least significant digit first."""
    a, b = (sum(digit * base**place for place, digit in enumerate(number)) for number in text)
    return [a * b // base**place % base for place in range(2 * len(text[0]))]


RULES: dict[str, Callable[[list[list[int]], int], list[int]]] = {
    "count-natural": count_natural, "reverse": reverse, "multiply": multiply,
}  # fmt: skip
"""Digits in reading order → the right outputs at the answer's steps."""


def written(name: str, base: int, texts: list[list[int]]) -> tuple[list[int], list[int]]:
    """The word's symbols and targets, built without `tasks`."""
    length, answer = len(texts[0]), RULES[name](texts, base)
    if name == "multiply":
        letters = base + 1
        return [a + b * letters for a, b in zip(*texts)] + [base + base * letters] * (2 * length), [IGNORE_INDEX] * length + answer
    if name == "reverse":
        return texts[0] + [base] * length, [IGNORE_INDEX] * length + answer
    return texts[0] + [base] * (length + 1) + [base + 1] * (length + 1), [IGNORE_INDEX] * (2 * length + 1) + answer


def drawn(task: Task, rng: np.random.Generator, length: int) -> list[list[int]]:
    """Random digits in reading order, at least half of them the largest digit."""
    digits = rng.integers(0, task.base, (task.tapes, length))
    digits[rng.random(digits.shape) < 0.5] = task.base - 1
    return digits.tolist()


def numbers_of(name: str, texts: list[list[int]]) -> tuple[np.ndarray, ...]:
    """The digits least significant first."""
    return tuple(np.array(text if name == "multiply" else text[::-1], np.uint8) for text in texts)


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_the_rule_is_pythons_integers_on_every_short_input(name, base):
    task = task_named(name, base)
    longest = next(n for n in range(1, 20) if base ** (task.tapes * (n + 1)) > 5_000 or n == 8)
    for length in range(1, longest + 1):
        every = list(itertools.product(range(base), repeat=length * task.tapes))[:5_000]
        texts = [[list(digits[at :: task.tapes]) for at in range(task.tapes)] for digits in every]
        words, right = (np.array(side).T for side in zip(*(written(name, base, text) for text in texts)))
        assert np.array_equal(task.targets(words.astype(np.uint16)), right)


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_rule_layout_and_exact_agree_on_long_inputs(name, base):
    task, rng = task_named(name, base), np.random.default_rng(0)
    for length in (1, 2, 7, 40, 150):
        texts = drawn(task, rng, length)
        symbols, right = written(name, base, texts)
        numbers = numbers_of(name, texts)
        word = task.word(numbers)
        assert word.tolist() == symbols
        targets = task.targets(word[:, None])[:, 0]
        assert targets.tolist() == right
        assert np.array_equal(task.answer(targets), task.exact(numbers))
        assert all(np.array_equal(one, other) for one, other in zip(task.numbers(word), numbers))


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_words_of_many_lengths_in_one_batch_are_graded_as_alone(name, base):
    task, rng = task_named(name, base), np.random.default_rng(1)
    words = [np.array(written(name, base, drawn(task, rng, length))[0], np.uint16) for length in (3, 1, 9, 5)]
    batch = np.zeros((max(map(len, words)) + 2, len(words)), np.uint16)
    for column, word in enumerate(words):
        batch[: len(word), column] = word
    for targets, word in zip(task.targets(batch).T, words):
        assert np.array_equal(targets[: len(word)], task.targets(word[:, None])[:, 0])
        assert (targets[len(word) :] == IGNORE_INDEX).all()


@pytest.mark.parametrize("name", UNBOUNDED)
def test_words_without_a_question_are_not_graded(name):
    task = task_named(name)
    digits = np.random.default_rng(2).integers(0, 10, (12, 5)).astype(np.uint16)
    assert (task.targets(digits) == IGNORE_INDEX).all()
    assert (task.targets(np.full((6, 2), task.symbols - 1, np.uint16)) == IGNORE_INDEX).all()


@pytest.mark.parametrize(("name", "base"), EVERY)
def test_data_are_whole_words_of_1_to_10_digits(name, base):
    task = task_named(name, base)
    assert (task.transducer, task.carry_chains, task.classes) == (None, (), base)
    assert task.letters == base + task.markers
    for make in task.data.values():
        found, again, other = (make(np.random.default_rng(seed), base) for seed in (5, 5, 6))
        assert (len(found.train), len(found.validation)) == (9_000, 1_000)
        assert np.array_equal(found.train, again.train)
        assert not np.array_equal(found.train, other.train)
        assert int(found.train.max()) < task.symbols
        graded = (task.targets(found.train.T) != IGNORE_INDEX).sum(axis=0)
        per = {"count-natural": [n + 1 for n in range(1, 11)], "multiply": [2 * n for n in range(1, 11)]}.get(
            name, list(range(1, 11))
        )
        lengths, counts = np.unique(graded, return_counts=True)
        assert lengths.tolist() == per
        assert ((counts - 900) ** 2 / 900).sum() < 40


@pytest.mark.parametrize("limit", thorough([3, 5, 40, 300], quick=2))
@pytest.mark.parametrize("name", UNBOUNDED)
def test_stress_families_are_whole_words_within_the_limit(name, limit):
    task = task_named(name)
    families = task.stress(np.random.default_rng(0), 10, limit)
    fits = limit >= {"count-natural": 5, "reverse": 2, "multiply": 3}[name]
    assert [family.name for family in families] == (["random", "zeros", "nines", "near-miss"] if fits else [])
    for family in families:
        assert family.lengths.max() <= limit
        for word, length in zip(family.symbols.T, family.lengths):
            assert np.array_equal(word[:length], task.word(task.numbers(word[:length])))
            assert not word[length:].any()


def test_the_tasks_by_example():
    """Answers as people write them."""
    for name, asked, said in (
        ("count-natural", ["1999"], "2000"), ("count-natural", ["999"], "1000"), ("count-natural", ["007"], "8"),
        ("reverse", ["123"], "321"), ("multiply", ["12", "34"], "408"), ("multiply", ["99", "99"], "9801"),
    ):  # fmt: skip
        task = task_named(name)
        numbers = tuple(np.array([int(digit) for digit in reversed(text)], np.uint8) for text in asked)
        assert task.text(task.answer(task.targets(task.word(numbers)[:, None])[:, 0])) == said


def test_numbers_of_unequal_length_get_zeros_in_front():
    task = task_named("multiply")
    word = task.word((from_int(7), from_int(1234)))
    assert [to_int(number) for number in task.numbers(word)] == [7, 1234]
    assert to_int(task.answer(task.targets(word[:, None])[:, 0])) == 7 * 1234


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_cell_of_fixed_size_is_refused_with_the_reason(cell):
    wanted = TrainOptions(task="count-natural", cell=cell, recipe="memory")
    says = f"expected a cell with memory for count-natural, got {cell}: .*fixed size.*pass --cell stack-rnn"
    with pytest.raises(InputError, match=says):
        wanted.config()


def test_a_recipe_that_needs_a_machine_is_refused():
    with pytest.raises(InputError, match="a cell with stacks for certified.*got tape-rnn.*pass --cell stack-rnn"):
        TrainOptions(task="count-natural", cell="tape-rnn", recipe="certified").config()


def test_a_cell_with_memory_may_learn_any_task():
    for task in (*UNBOUNDED, "count"):
        for cell in ("stack-rnn", "tape-rnn"):
            assert TrainOptions(task=task, cell=cell, recipe="memory").config().cell == cell


def test_they_have_no_machine():
    for name in UNBOUNDED:
        with pytest.raises(InputError, match=f"expected a finite-state task, got {name}"):
            _ = task_named(name).machine
