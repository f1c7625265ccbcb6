"""Compares the settings of a sweep that differ on one axis. Shares: Fisher's exact test; breaking lengths: log-rank test."""

import itertools
from collections.abc import Iterator, Sequence

import msgspec

from anylength.records import Comparison, RunConfig, SettingSummary, SweepPlan
from anylength.statistics import fisher_exact_test, holm, log_rank_test
from anylength.statistics.comparisons import FISHER_EXACT, LOG_RANK
from anylength.sweeps.tally import Tally

AXES = ("task", "base", "cell", "layers", "between", "hidden", "recipe", "data", "epochs")
"""Fields of a configuration in which settings may differ."""

LEFT_OUT: dict[str, str | int] = {"layers": 1, "between": "plain"}
"""The values of fields that the configuration of a net of one layer leaves out: those of `anylength.cells.ONE_LAYER`."""

FOLLOWING_AXES = {"hidden", "epochs", "data"}
"""Axes that other axes may determine: a recipe has its own default for each."""

MOST_PAIRS = 100
"""Pairs of settings that are compared, at most. A large grid has more pairs than anyone reads."""

Pair = tuple[str, SettingSummary, SettingSummary]
"""How two settings differ, and the two settings."""


def differing_axes(plan: SweepPlan) -> list[str]:
    """The axes on which a sweep has more than one value."""
    return [axis for axis in AXES if len({value_on(config, axis) for config in plan.settings}) > 1]


def value_on(config: RunConfig, axis: str) -> str | int:
    """The value of a configuration on an axis."""
    value = getattr(config, axis)
    return LEFT_OUT[axis] if value is None else value


def stated_values(config: RunConfig) -> dict[str, str | int]:
    """The values on all axes that a configuration states."""
    return {axis: getattr(config, axis) for axis in AXES if getattr(config, axis) is not None}


def _value(group: SettingSummary, axis: str) -> str | int:
    return group.settings.get(axis, LEFT_OUT.get(axis, ""))


def compare_settings(plan: SweepPlan, groups: Sequence[SettingSummary], tallies: Sequence[Tally]) -> tuple[list[Comparison], int]:
    """Compares every two settings that differ on one axis, with p values that are adjusted for the number of tests.

    Returns:
        The comparisons of the first `MOST_PAIRS` pairs, and the number of omitted pairs.
    """
    pairs = list(_pairs(plan, groups))
    comparisons = [comparison for pair in pairs[:MOST_PAIRS] for comparison in _tests(pair, tallies)]
    adjusted = holm([comparison.p_value for comparison in comparisons]) if comparisons else []
    result = [msgspec.structs.replace(comparison, adjusted_p_value=p) for comparison, p in zip(comparisons, adjusted, strict=True)]
    return result, max(0, len(pairs) - MOST_PAIRS)


def _pairs(plan: SweepPlan, groups: Sequence[SettingSummary]) -> Iterator[Pair]:
    """Every two settings that differ on one axis.

    A following axis that never differs alone in this sweep is determined by others, so it does not count as a difference.
    """
    differing = [
        (first, second, [axis for axis in AXES if _value(first, axis) != _value(second, axis)])
        for first, second in itertools.combinations(groups, 2)
    ]
    alone = {axes[0] for _, _, axes in differing if len(axes) == 1}
    for first, second, all_axes in differing:
        axes = [axis for axis in all_axes if axis not in FOLLOWING_AXES - alone]
        if len(axes) == 1:
            values = f"{axes[0]} {_value(first, axes[0])} or {_value(second, axes[0])}"
            yield f"{values} ({_common_values(plan, first, axes[0])})", first, second


def _common_values(plan: SweepPlan, group: SettingSummary, axis: str) -> str:
    """The values that a pair shares on the other differing axes of the sweep."""
    others = [other for other in differing_axes(plan) if other != axis]
    return ", ".join(f"{other} {_value(group, other)}" for other in others) or "all else equal"


def _tests(pair: Pair, tallies: Sequence[Tally]) -> Iterator[Comparison]:
    """The comparisons of two settings: each share that both have, and the breaking lengths."""
    difference, first, second = pair

    def comparison(measure: str, values: tuple[str, str], test: str, p: float) -> Comparison:
        return Comparison(
            difference=difference, first_setting=first.setting, second_setting=second.setting,
            measure=measure,  # type: ignore[arg-type]
            values=values, test=test, p_value=p, adjusted_p_value=p,
        )  # fmt: skip

    for measure in ("learned", "faultless", "proved"):
        shares = getattr(first, measure), getattr(second, measure)
        if None not in shares:
            values = (f"{shares[0].right} of {shares[0].tried}", f"{shares[1].right} of {shares[1].tried}")
            yield comparison(measure, values, FISHER_EXACT, fisher_exact_test(*shares))
    if first.held_lengths is not None and second.held_lengths is not None:
        p = log_rank_test(tallies[first.setting].held_lengths, tallies[second.setting].held_lengths)
        yield comparison("length held", (_median_text(first), _median_text(second)), LOG_RANK, p)


def _median_text(group: SettingSummary) -> str:
    """The median breaking length; "over LIMIT" if at least half of the nets held every length."""
    survival = group.held_lengths
    assert survival is not None
    return f"over {survival.limit:,}" if survival.median is None else f"{survival.median:,.0f}"
