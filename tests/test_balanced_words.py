"""Words of acceptors: accepted words follow the stated walk, and half of a data set is accepted."""

import dataclasses
from functools import cache
from itertools import product

import numpy as np
import pytest

from anylength.rules import half_accepted, task_named
from anylength.rules.finite import AcceptedWords
from tests.selection import thorough

ACCEPTORS = ("tomita-1", "tomita-2", "tomita-3", "tomita-5", "tomita-7", "dyck-1-3")


def chances_by_hand(machine, length: int) -> dict[tuple[int, ...], float]:
    """The probability of each accepted word of one length: every walk is tried, and its steps are multiplied."""

    def accepted(word: tuple[int, ...]) -> bool:
        return machine.run(word)[-1] == 1

    @cache
    def leads_on(state: int) -> bool:
        ends = (end for more in range(1, machine.states + 1) for end in product(range(machine.symbols), repeat=more))
        return any(dataclasses.replace(machine, start=state).run(end)[-1] == 1 for end in ends)

    def useful(word: tuple[int, ...]) -> bool:
        return accepted(word) or leads_on(machine.trace(word)[-1])

    chances = {}
    for word in product(range(machine.symbols), repeat=length):
        if not accepted(word):
            continue
        chance = 1.0
        for at in range(length + 1):
            before = word[:at]
            choices = sum(useful((*before, symbol)) for symbol in range(machine.symbols)) + (at > 0 and accepted(before))
            chance /= choices
        chances[word] = chance
    total = sum(chances.values())
    return {word: chance / total for word, chance in chances.items()}


@pytest.mark.parametrize(("name", "length"), [("tomita-3", 4), ("tomita-7", 5), ("dyck-1-3", 6), ("tomita-4", 4)])
def test_accepted_words_are_drawn_with_the_chances_of_the_walk(name, length):
    machine, count = task_named(name).machine, 5_000
    expected = chances_by_hand(machine, length)
    words = AcceptedWords(machine, length + 3).draw(np.random.default_rng(3), np.full(count, length))
    found = dict.fromkeys(expected, 0)
    for word in words:
        found[tuple(word)] += 1
    for word, chance in expected.items():
        assert found[word] / count == pytest.approx(chance, abs=5 * np.sqrt(chance / count))


@pytest.mark.parametrize("name", ACCEPTORS)
def test_the_lengths_of_accepted_words_are_those_of_the_language(name):
    machine = task_named(name).machine
    lengths = [n for n in range(1, 8) if any(machine.run(word)[-1] for word in product(range(machine.symbols), repeat=n))]
    assert AcceptedWords(machine, 7).lengths.tolist() == lengths


@pytest.mark.parametrize("name", ACCEPTORS)
@pytest.mark.parametrize("lengths", thorough([(1, 40), (40, 40), (77, 77)]))
def test_half_of_the_words_are_accepted_and_lengths_are_in_the_range(name, lengths):
    task = task_named(name)
    words, ends = half_accepted(np.random.default_rng(0), task.machine, lengths, 2000)
    accepted = np.array([task.machine.run(word[:end].tolist())[-1] for word, end in zip(words, ends, strict=True)])
    assert abs(accepted.mean() - 0.5) < 0.06  # 5 standard deviations
    assert ends[accepted == 0].min() >= lengths[0] and ends.max() <= lengths[1]
    assert all((word[end:] == 0).all() for word, end in zip(words, ends, strict=True))


def test_a_language_without_words_of_a_length_gives_its_longest_shorter_ones():
    words, ends = half_accepted(np.random.default_rng(0), task_named("tomita-2").machine, (7, 7), 200)
    assert set(ends) == {6, 7}
    assert all(word[:6].tolist() == [1, 0] * 3 for word, end in zip(words, ends, strict=True) if end == 6)


def test_long_words_do_not_underflow():
    (word,) = AcceptedWords(task_named("dyck-2-4").machine, 2000).draw(np.random.default_rng(0), np.array([2000]))
    assert len(word) == 2000 and task_named("dyck-2-4").machine.run(word)[-1] == 1


def test_a_seed_draws_the_same_words():
    machine = task_named("tomita-3").machine
    first, second = (half_accepted(np.random.default_rng(5), machine, (1, 40), 50) for _ in range(2))
    assert all((one == other).all() for one, other in zip(first, second, strict=True))
