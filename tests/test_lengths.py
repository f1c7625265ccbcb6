"""How far a net goes: answers, counting on, horizons and stress tests agree with asking each number by itself."""

import dataclasses
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from by_hand import counting_net

from anylength import fit
from anylength.base import InputError
from anylength.lengths import ask, count_on, held_inputs_correct, horizon, stress
from anylength.nets import Net, answers
from anylength.records import FamilyResult, Mistake, Stress
from anylength.rules import DIGIT_CHARACTERS, Task, task_named
from anylength.rules.digits import to_int
from anylength.statistics import share
from tests.selection import thorough

LIMIT = 60

FACTORS = (0.0, 0.5, 0.9, 1.2, 1.5, 2.0, 3.0)
"""A trained net with its recurrent weights multiplied: 0 has no memory at all, and much more than 1 breaks early on nines."""

NAMES = ("trained", "by hand", *(f"memory times {factor}" for factor in FACTORS))


def tail(successes: range, tried: int, chance: float) -> float:
    """The exact probability that the number of successes lies in the range."""
    p = Fraction(chance)
    return float(sum(comb(tried, k) * p**k * (1 - p) ** (tried - k) for k in successes))


@pytest.mark.parametrize(("right", "tried"), [(1, 1), (1, 2), (3, 10), (5, 10), (9, 10), (1, 60), (30, 60), (59, 60), (99, 100)])
def test_a_confidence_interval_leaves_a_fortieth_of_the_binomial_on_either_side(right, tried):
    found = share(right, tried)
    assert found.low < found.value <= found.high
    assert tail(range(right, tried + 1), tried, found.low) == pytest.approx(0.025, rel=1e-9)
    if right < tried:
        assert tail(range(right + 1), tried, found.high) == pytest.approx(0.025, rel=1e-9)


@pytest.mark.parametrize("tried", [1, 7, 1000])
def test_none_and_all_right_have_one_sided_ends(tried):
    none, every = share(0, tried), share(tried, tried)
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / tried))
    assert every.low == pytest.approx(0.025 ** (1 / tried))


@pytest.mark.parametrize(("right", "tried"), [(0, 0), (2, 1), (-1, 3)])
def test_a_share_of_nothing_is_refused(right, tried):
    with pytest.raises(ValueError, match="no share"):
        share(right, tried)


def scaled(net: Net, factor: float) -> Net:
    """The net with a weaker or stronger memory."""
    return dataclasses.replace(net, cell=dataclasses.replace(net.cell, weight_hh=net.cell.weight_hh * np.float32(factor)))


@pytest.fixture(scope="module")
def nets(net: Net) -> dict[str, Net]:
    """Nets that break early, late and never."""
    return {"trained": net, "by hand": counting_net()} | {f"memory times {factor}": scaled(net, factor) for factor in FACTORS}


@pytest.mark.parametrize("name", NAMES)
def test_one_scan_over_nines_says_what_asking_each_number_says(nets, task, name):
    one_by_one = ask(nets[name], task, [["9" * k] for k in range(1, 41)]).correct
    assert held_inputs_correct(nets[name], task, 40)[:, 0].tolist() == one_by_one
    assert horizon(nets[name], task, 40) == (None if all(one_by_one) else one_by_one.index(False))


def test_the_nets_tried_here_break_at_several_lengths_and_one_never(nets, task):
    found = {name: horizon(each, task, 2500) for name, each in nets.items()}
    assert found["by hand"] is None
    assert len(set(found.values()) - {None}) >= 2, found


@pytest.mark.parametrize("limit", [1, 2, 999, 1000, 1001])
def test_the_horizon_looks_just_up_to_its_limit(nets, task, limit):
    whole = held_inputs_correct(nets["trained"], task, 2500)
    assert held_inputs_correct(nets["trained"], task, limit).tolist() == whole[:limit].tolist()
    breaks = horizon(nets["memory times 1.5"], task, 2500)
    assert breaks is not None
    assert breaks == 0 or horizon(nets["memory times 1.5"], task, breaks) is None
    assert horizon(nets["memory times 1.5"], task, breaks + 1) == breaks


@pytest.mark.parametrize("base", [2, 10, 36])
def test_the_horizon_is_over_the_largest_digit_of_any_base(base):
    nine, task = base - 1, task_named("count", base)
    assert horizon(counting_net(base), task, 300) is None
    late = counting_net(base, wrong={(0, 0): 0})
    assert horizon(late, task, 300) == 0
    assert horizon(counting_net(base, wrong={(0, nine): nine}), task, 300) == 0


def replay_is_wrong(net: Net, task: Task, mistake: Mistake) -> None:
    """Asserts that the mistake is one."""
    again = ask(net, task, [list(mistake.numbers)])
    assert again.correct == [False]
    assert again.answers == [mistake.answer]
    assert mistake.answer != mistake.expected or len(mistake.numbers[0]) > len(mistake.expected)
    assert int(mistake.expected) == int(mistake.numbers[0]) + 1


@pytest.fixture(scope="module")
def tested(nets: dict[str, Net], task: Task) -> dict[str, Stress]:
    """The stress test of every net."""
    return {name: stress(each, task, limit=LIMIT) for name, each in nets.items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_of_a_stress_test_is_wrong_when_asked_again_and_not_too_long(nets, task, tested, name):
    mistakes = [family.shortest_mistake for family in tested[name].families if family.shortest_mistake]
    for mistake in mistakes:
        replay_is_wrong(nets[name], task, mistake)
        assert 1 <= len(mistake.numbers[0]) <= LIMIT
    shortest = tested[name].shortest_mistake
    assert (shortest in mistakes) if mistakes else (shortest is None)
    assert shortest is None or len(shortest.numbers[0]) == min(len(mistake.numbers[0]) for mistake in mistakes)
    assert [family.shortest_mistake is None for family in tested[name].families] == [
        family.numbers.right == family.numbers.tried for family in tested[name].families
    ]


def test_a_net_that_is_right_everywhere_shows_no_mistake(tested):
    found = tested["by hand"]
    assert found.horizon is None
    assert found.shortest_mistake is None
    for family in found.families:
        assert family.numbers.value == family.digits.value == 1.0
        assert family.shortest_mistake is None
    for point in found.curve:
        assert point.random.value == point.random_digits.value == point.worst.value == 1.0
    assert (found.task, found.base, found.limit) == ("count", 10, LIMIT)


@pytest.mark.parametrize("name", NAMES)
def test_the_horizon_of_a_stress_test_is_the_horizon(nets, task, tested, name):
    assert tested[name].horizon == horizon(nets[name], task, LIMIT)


def family_of(found: Stress, name: str) -> FamilyResult:
    """One family's result."""
    return next(family for family in found.families if family.name == name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["trained", "memory times 1.5"])
def test_numbers_and_digits_right_are_counted_as_they_are_when_each_number_is_asked(nets, task, tested, name):
    rng = np.random.default_rng([0, 3])
    for family in task.stress(rng, 10, LIMIT):
        result, numbers, digits, tried = family_of(tested[name], family.name), 0, 0, 0
        for column, length in zip(family.symbols.T, family.lengths, strict=True):
            word = column[: length + 1, None]
            good = answers(nets[name], word) == task.targets(word)
            numbers, digits, tried = numbers + bool(good.all()), digits + int(good.sum()), tried + good.size
        assert (result.numbers.right, result.numbers.tried) == (numbers, len(family.lengths))
        assert (result.digits.right, result.digits.tried) == (digits, tried)


def test_whole_nines_are_counted_number_by_number(nets, task, tested):
    for name in NAMES:
        result, correct = family_of(tested[name], "ripple"), ask(nets[name], task, [["9" * k] for k in range(1, LIMIT + 1)]).correct
        assert (result.numbers.right, result.numbers.tried) == (sum(correct), LIMIT)


@pytest.mark.parametrize("name", ["trained", "memory times 0.0", "memory times 1.5"])
def test_the_digits_of_nines_are_counted_along_the_chain_and_in_its_ends(nets, task, tested, name):
    right = tried = 0
    for k in range(1, LIMIT + 1):
        word = np.array([9] * k + [0], np.uint8)[:, None]
        good = (answers(nets[name], word) == task.targets(word))[-2:]
        right, tried = right + int(good.sum()), tried + good.size
    share_found = family_of(tested[name], "ripple").digits
    assert share_found.value == pytest.approx(right / tried, abs=1e-12)


def test_the_curve_climbs_to_the_limit_and_counts_whole_numbers(tested):
    for found in tested.values():
        lengths = [point.length for point in found.curve]
        assert lengths == sorted(set(lengths))
        assert (lengths[0], lengths[-1]) == (1, LIMIT)
        for point in found.curve:
            assert point.random.value <= point.random_digits.value
            assert point.random_digits.tried == point.random.tried * (point.length + 1)
            assert point.worst.tried >= 1


def test_the_worst_case_sees_what_random_numbers_hide(tested):
    found = tested["memory times 1.5"]
    assert found.horizon is not None
    beyond = [point for point in found.curve if point.length > found.horizon]
    assert beyond
    assert all(point.worst.value < 1 for point in beyond)
    assert any(point.random.value > point.worst.value for point in beyond)


def test_a_stress_test_repeats_itself_and_another_seed_draws_other_numbers(nets, task):
    def results(seed: int) -> list[object]:
        found = stress(nets["memory times 0.5"], task, limit=40, seed=seed)
        return [found.curve, found.families]

    assert results(1) == results(1)
    assert results(1) != results(2)


@pytest.mark.parametrize("limit", [3, 4, 11, 33])
def test_a_stress_test_of_any_limit_runs(task, limit):
    found = stress(counting_net(), task, limit=limit)
    assert found.shortest_mistake is None
    assert found.curve[-1].length == limit


@pytest.mark.parametrize("base", thorough([2, 3, 36]))
def test_a_stress_test_works_in_every_base(base):
    task = task_named("count", base)
    assert stress(counting_net(base), task, limit=8).shortest_mistake is None
    broken = stress(counting_net(base, wrong={(0, 0): 0}), task, limit=8)
    assert broken.shortest_mistake is not None
    assert broken.shortest_mistake.numbers[0] in ("0", DIGIT_CHARACTERS[base - 1])
    assert broken.horizon == 0


@pytest.mark.parametrize("digit", [0, 4, 8])
def test_the_shortest_mistake_of_a_net_with_one_wrong_digit_is_that_digit(task, digit):
    found = stress(counting_net(wrong={(0, digit): 0}), task, limit=40).shortest_mistake
    assert found is not None
    replay_is_wrong(counting_net(wrong={(0, digit): 0}), task, found)
    assert len(found.numbers[0]) == 1


@pytest.mark.parametrize("limit", [-1, 0, 2, 1_000_001])
def test_a_limit_that_makes_no_sense_is_refused(net, task, limit):
    with pytest.raises(InputError, match="a limit of 3 to 1,000,000 digits"):
        stress(net, task, limit=limit)


@pytest.mark.parametrize("base", [2, 10, 36])
def test_ask_knows_right_from_wrong(base):
    task, rng = task_named("count", base), np.random.default_rng(0)
    numbers = [to_int(rng.integers(0, base, int(n), np.uint8), base) for n in rng.integers(1, 30, 50)]
    numbers += [base**k - 1 for k in range(1, 20)]
    right = ask(counting_net(base), task, [[number] for number in numbers])
    assert right.correct == [True] * len(numbers)
    assert [int(text, base) for text in right.answers] == [number + 1 for number in numbers]
    wrong = ask(counting_net(base, wrong={(0, 0): 0}), task, [[number] for number in numbers])
    assert [not correct for correct in wrong.correct] == [
        (number + 1) % base == 1 or set_of_carry(number, base) for number in numbers
    ]


def set_of_carry(number: int, base: int) -> bool:
    """Whether the carry of number + 1 ends on a zero (past the top digit too)."""
    while number % base == base - 1:
        number //= base
    return number % base == 0


def test_a_question_keeps_its_leading_zeros_and_the_answer_drops_them(task):
    found = ask(counting_net(), task, [["007"], ["099"], ["000"]])
    assert found.questions == [["007"], ["099"], ["000"]]
    assert found.answers == ["8", "100", "1"]
    assert found.correct == [True] * 3


def test_two_hundred_thousand_digits_are_answered(task):
    digits = "".join(map(str, np.random.default_rng(0).integers(0, 10, 199_990))) + "7" + "9" * 9
    found = ask(counting_net(), task, [["9" * 200_000], [digits]])
    assert found.correct == [True, True]
    assert found.answers == ["1" + "0" * 200_000, (digits[:-10] + "8" + "0" * 9).lstrip("0")]


def test_an_integer_of_any_size_may_be_asked(task):
    assert ask(counting_net(), task, [[10**10_000 - 1]]).answers == ["1" + "0" * 10_000]


@pytest.mark.parametrize("question", [[], ["1", "2"]])
def test_a_question_with_too_few_or_too_many_numbers_is_refused(net, task, question):
    with pytest.raises(InputError, match=r"expected 1 number\(s\) a question"):
        ask(net, task, [question])


def test_the_net_counts_on_from_its_own_answers(task):
    found = count_on(counting_net(), task, start=95, steps=10)
    assert found.sequence == [str(number) for number in range(95, 106)]
    assert found.first_error is None


def test_the_first_wrong_step_is_named_and_counting_goes_on(task):
    found = count_on(counting_net(wrong={(0, 7): 9}), task, start="5", steps=4)
    assert found.sequence == ["5", "6", "7", "9", "10"]
    assert found.first_error == 3


def test_a_wrong_first_step_is_step_1(task):
    assert count_on(counting_net(wrong={(0, 7): 9}), task, start=7, steps=1).first_error == 1


def test_a_wrong_digit_before_the_number_counts_as_wrong(task):
    net = counting_net(wrong={(1, 0): 5})
    found = count_on(net, task, start="3", steps=1)
    assert found.sequence == ["3", "54"]
    assert found.first_error == 1


def test_counting_starts_without_leading_zeros(task):
    assert count_on(counting_net(), task, start="0099", steps=1).sequence == ["99", "100"]


def test_counting_crosses_a_huge_carry(task):
    found = count_on(counting_net(), task, start="9" * 5_000, steps=2)
    assert found.sequence == ["9" * 5_000, "1" + "0" * 5_000, "1" + "0" * 4_999 + "1"]


@pytest.mark.parametrize(
    ("wrong", "says"), [({"steps": 0}, "1 to 1,000,000 steps, got 0"), ({"start": "x"}, "digits"), ({"start": -1}, "0 or")]
)
def test_counting_from_nowhere_or_not_at_all_is_refused(net, task, wrong, says):
    with pytest.raises(InputError, match=says):
        count_on(net, task, **wrong)


def test_a_net_with_a_state_is_tested_on_a_task_beyond_finite_state_too():
    task = task_named("count-natural")
    net = fit(task, cell="lstm", hidden=4, epochs=1).net
    result = stress(net, task, limit=12)
    assert all(family.digits.tried > 0 for family in result.families)
    mistake = result.shortest_mistake
    assert mistake is not None and ask(net, task, [list(mistake.numbers)]).answers == [mistake.answer] != [mistake.expected]
