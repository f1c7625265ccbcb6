"""Statistics over nets: survival curves with censored nets, and tests of two settings; against hand counts and simulations."""

import math

import numpy as np
import pytest

from anylength.statistics import SurvivalData, fisher_exact_test, holm, kaplan_meier, log_rank_test, mean_interval, share


def survival_data(failed: list[int], censored: int = 0, limit: int = 100) -> SurvivalData:
    found = SurvivalData()
    for horizon in [*failed, *[None] * censored]:
        found.add(horizon, limit)
    return found


def test_a_survival_curve_is_the_product_of_conditional_survivals():
    found = kaplan_meier(survival_data([3, 5, 5, 9], censored=4))
    assert found.lengths == [3.0, 5.0, 9.0]
    assert found.survival == pytest.approx([7 / 8, 7 / 8 * 5 / 7, 7 / 8 * 5 / 7 * 4 / 5])
    assert (found.nets, found.failed, found.limit, found.median) == (8, 4, 100, 9.0)


def test_nets_that_left_early_are_not_counted_as_broken():
    found = SurvivalData()
    for horizon, limit in [(None, 10), (None, 10), (20, 100), (30, 100)]:
        found.add(horizon, limit)
    curve = kaplan_meier(found)
    assert curve.lengths == [20.0, 30.0]
    assert curve.survival == pytest.approx([1 / 2, 0.0])


def test_where_fewer_than_half_break_there_is_no_median():
    found = kaplan_meier(survival_data([4], censored=9))
    assert (found.median, found.median_high) == (None, None)


@pytest.mark.parametrize(("failed", "censored"), [([], 5), ([7] * 5, 0), ([0], 0), ([0, 100], 1)])
def test_the_band_holds_the_curve_and_is_never_undefined(failed, censored):
    found = kaplan_meier(survival_data(failed, censored))
    for low, middle, high in zip(found.survival_low, found.survival, found.survival_high, strict=True):
        assert 0 <= low <= middle <= high <= 1


def test_no_nets_have_no_breaking_length():
    with pytest.raises(ValueError, match="no nets"):
        kaplan_meier(SurvivalData())


def test_the_interval_of_the_median_holds_the_true_median_about_as_often_as_it_says():
    rng, inside, rounds = np.random.default_rng(0), 0, 60
    for _ in range(rounds):
        drawn = rng.geometric(0.1, 60)
        found = kaplan_meier(survival_data([int(n) for n in drawn if n <= 15], censored=int((drawn > 15).sum()), limit=15))
        low, high = (math.inf if value is None else value for value in (found.median_low, found.median_high))
        inside += low <= 7 <= high
    assert inside >= 0.87 * rounds


def test_equal_shares_are_alike_and_far_ones_are_not():
    assert fisher_exact_test(share(5, 10), share(5, 10)) == pytest.approx(1.0)
    assert fisher_exact_test(share(0, 50), share(50, 50)) < 1e-20
    # the tea tasting: 3 of 4 against 1 of 4
    assert fisher_exact_test(share(3, 4), share(1, 4)) == pytest.approx(34 / 70)


def test_breaking_lengths_are_compared_with_nets_that_never_broke():
    rng = np.random.default_rng(1)
    short, long = (survival_data([int(n) for n in rng.geometric(p, 60)]) for p in (0.2, 0.05))
    assert log_rank_test(short, long) < 1e-6
    assert log_rank_test(survival_data([], censored=5), survival_data([], censored=9)) == 1.0
    assert log_rank_test(short, short) == pytest.approx(1.0)


def test_the_log_rank_test_rejects_alike_settings_about_as_often_as_it_says():
    rng = np.random.default_rng(2)
    p = [log_rank_test(*(survival_data([int(n) for n in rng.geometric(0.1, 30)]) for _ in range(2))) for _ in range(100)]
    assert sum(value < 0.05 for value in p) <= 12


def test_holm_holds_p_values_against_their_number():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_the_interval_of_a_mean_is_student_s_and_stays_within_0_and_1():
    from scipy import stats

    values = [0.5, 0.75, 0.625, 0.5, 0.8]
    found = mean_interval(values)
    expected = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    assert (found.mean, found.low, found.high) == (pytest.approx(np.mean(values)), *map(pytest.approx, expected))
    assert (mean_interval([1.0, 0.9]).high, mean_interval([0.0, 0.1]).low) == (1.0, 0.0)
    assert (mean_interval([0.4]).low, mean_interval([0.4]).high) == (None, None)
    with pytest.raises(ValueError, match="no values"):
        mean_interval([])
