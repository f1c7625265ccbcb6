"""The statistics of a sweep: its rows are read once, one at a time, and counted by setting."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from anylength.errors import InputError
from anylength.files import write_atomic
from anylength.records import Comparison, RunConfig, SettingSummary, Share, SweepPlan, SweepRow, SweepSummary
from anylength.records.verdicts import PROVED, REFUTED
from anylength.statistics import SurvivalData, fisher_exact_test, holm, kaplan_meier, log_rank_test, share
from anylength.statistics.comparisons import FISHER_EXACT, LOG_RANK
from anylength.sweeps import folder
from anylength.sweeps.blocks import rows
from anylength.sweeps.page import page

AXES = ("task", "base", "cell", "hidden", "recipe", "data", "epochs")
MOST = 200
"""So many comparisons are made; a large grid has more pairs than anyone reads."""


@dataclass
class Tally:
    """What is counted of the rows of one setting."""

    nets: int = 0
    diverged: int = 0
    learned: int = 0
    tested: int = 0
    faultless: int = 0
    counted: SurvivalData = field(default_factory=SurvivalData)
    verdicts: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    random: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    worst: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, row: SweepRow) -> None:
        """Counts one row. A net whose training diverged has learned nothing, and is tested no further."""
        self.nets += 1
        self.diverged += row.diverged
        self.learned += row.perfect_at is not None
        if row.verdict is not None:
            self.verdicts[row.verdict] += 1
        self.ways.update(row.failure_modes or [])
        if row.limit is None:
            return
        self.tested += 1
        self.faultless += row.shortest_mistake is None
        self.counted.add(row.horizon, row.limit)
        for sums, found in ((self.random, row.random_accuracy), (self.worst, row.worst_accuracy)):
            for length, value in (found or {}).items():
                sums[length] += value

    def share_of(self, verdict: str) -> Share | None:
        """How many nets got this verdict, of those that got one."""
        return share(self.verdicts[verdict], self.verdicts.total()) if self.verdicts else None


SUMMARY, PAGE = "summary.json", "summary.html"


def summarise(path: Path) -> tuple[SweepSummary, Path]:
    """The statistics of a sweep and its page, both left in its folder."""
    found, out = counted(path), path / PAGE
    write_atomic(path / SUMMARY, found.to_file())
    write_atomic(out, page(found, path.resolve().name).encode())
    return found, out


def counted(path: Path) -> SweepSummary:
    """The statistics of a sweep, of the rows that are done.

    Raises:
        InputError: There is no sweep at `path`, none of its rows is done, or a line is no row.
    """
    plan = folder.plan_of(path)
    tallies = [Tally() for _ in plan.settings]
    for row in folder.read_rows(path):
        tallies[row.setting].add(row)
    if not any(tally.nets for tally in tallies):
        raise InputError("a sweep with a row that is done", f"{str(path)!r} without one", "let the sweep go on: run it again")
    seconds = _seconds(path, plan)
    groups = [_group(plan, at, tally, seconds.get(at)) for at, tally in enumerate(tallies) if tally.nets]
    compared, left_out = _comparisons(plan, groups, tallies)
    done = sum(tally.nets for tally in tallies)
    return SweepSummary(rows=done, planned_rows=rows(plan), groups=groups, comparisons=compared, omitted_pairs=left_out)


def _seconds(path: Path, plan: SweepPlan) -> dict[int, float]:
    """Seconds a net of each setting, on the workers that did them."""
    spent, count = [0.0] * len(plan.settings), [0] * len(plan.settings)
    for times in folder.read_times(path):
        spent[times.setting] += times.total_seconds
        count[times.setting] += times.rows
    return {at: spent[at] / count[at] for at in range(len(count)) if count[at]}


def _group(plan: SweepPlan, at: int, tally: Tally, seconds: float | None) -> SettingSummary:
    config = plan.settings[at]
    held = tally.counted if tally.tested and _holds(config, plan) else None
    return SettingSummary(
        setting=at,
        name=name_of(plan, at),
        settings={axis: getattr(config, axis) for axis in AXES},
        nets=tally.nets,
        diverged=tally.diverged,
        learned=share(tally.learned, tally.nets),
        faultless=share(tally.faultless, tally.tested) if tally.tested else None,
        proved=tally.share_of(PROVED),
        refuted=tally.share_of(REFUTED),
        held_lengths=kaplan_meier(held) if held is not None else None,
        random_accuracy={length: total / tally.tested for length, total in tally.random.items()},
        worst_accuracy={length: total / tally.tested for length, total in tally.worst.items()},
        failure_modes=dict(tally.ways.most_common()),
        seconds_per_net=seconds,
    )


def _holds(config: RunConfig, plan: SweepPlan) -> bool:
    """Whether the setting's task holds anything under one repeated symbol, so that there is a length to break at."""
    from anylength.tasks import task_named

    return plan.stress is not None and bool(task_named(config.task, config.base, config.machine).carry_chains)


def name_of(plan: SweepPlan, at: int) -> str:
    """A setting in words: what differs in this sweep, or where nothing does, its task, cell and recipe."""
    differing = [axis for axis in AXES if len({getattr(config, axis) for config in plan.settings}) > 1]
    config = plan.settings[at]
    if not differing:
        return f"{config.task} {config.cell} {config.recipe}"
    return ", ".join(str(getattr(config, axis)) if axis in NAMES else f"{axis} {getattr(config, axis)}" for axis in differing)


NAMES = ("task", "cell", "recipe", "data")
"""Axes whose values speak for themselves."""


def _pairs(plan: SweepPlan, groups: list[SettingSummary]) -> Iterator[tuple[str, SettingSummary, SettingSummary]]:
    """Every two settings that differ on one axis alone, and what differs.

    An axis that never differs alone in this sweep follows from others (a recipe brings its own units and epochs): it is left out.
    """
    differing = {
        (one.setting, other.setting): [axis for axis in AXES if one.settings[axis] != other.settings[axis]]
        for one, other in itertools.combinations(groups, 2)
    }
    alone = {axes[0] for axes in differing.values() if len(axes) == 1}
    follows = {"hidden", "epochs", "data"} - alone
    for one, other in itertools.combinations(groups, 2):
        axes = [axis for axis in differing[one.setting, other.setting] if axis not in follows]
        if len(axes) == 1:
            what = f"{axes[0]} {one.settings[axes[0]]} or {other.settings[axes[0]]}"
            yield f"{what} ({_rest(plan, one, axes[0])})", one, other


def _rest(plan: SweepPlan, group: SettingSummary, axis: str) -> str:
    """What the two have in common, where other settings differ in it."""
    others = [a for a in AXES if a != axis and len({getattr(config, a) for config in plan.settings}) > 1]
    return ", ".join(f"{a} {group.settings[a]}" for a in others) or "all else equal"


def _comparisons(plan: SweepPlan, groups: list[SettingSummary], tallies: list[Tally]) -> tuple[list[Comparison], int]:
    """The tests, at most `MOST`, and how many pairs were left out."""
    found: list[Comparison] = []
    pairs = list(_pairs(plan, groups))
    taken = pairs[: MOST // 2]
    for what, one, other in taken:
        found += _tests(what, one, other, tallies)
    adjusted = holm([each.p_value for each in found]) if found else []
    return [msgspec.structs.replace(each, adjusted_p_value=p) for each, p in zip(found, adjusted, strict=True)], len(pairs) - len(
        taken
    )


def _tests(what: str, one: SettingSummary, other: SettingSummary, tallies: list[Tally]) -> Iterator[Comparison]:
    """What can be compared of two settings: the shares that both have, and the breaking lengths."""

    def comparison(measure: str, values: tuple[str, str], test: str, p: float) -> Comparison:
        return Comparison(
            difference=what, first_setting=one.setting, second_setting=other.setting, measure=measure,  # type: ignore[arg-type]
            values=values, test=test, p_value=p, adjusted_p_value=p,
        )  # fmt: skip

    for measure in ("learned", "faultless", "proved"):
        mine, theirs = getattr(one, measure), getattr(other, measure)
        if mine is not None and theirs is not None:
            values = tuple(f"{each.right} of {each.tried}" for each in (mine, theirs))
            yield comparison(measure, values, FISHER_EXACT, fisher_exact_test(mine, theirs))  # type: ignore[arg-type]
    if one.held_lengths is not None and other.held_lengths is not None:
        p = log_rank_test(tallies[one.setting].counted, tallies[other.setting].counted)
        yield comparison("length held", (median(one), median(other)), LOG_RANK, p)


def median(group: SettingSummary) -> str:
    """The median breaking length in words."""
    assert group.held_lengths is not None
    return f"over {group.held_lengths.limit:,}" if group.held_lengths.median is None else f"{group.held_lengths.median:,.0f}"
