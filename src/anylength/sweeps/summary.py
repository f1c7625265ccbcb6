"""The statistics of a sweep. Its rows are read once, one at a time, and counted by setting."""

import os
from pathlib import Path

from anylength.base import InputError, write_atomic
from anylength.records import RunConfig, SettingSummary, SweepPlan, SweepSummary
from anylength.records.verdicts import PROVED, REFUTED
from anylength.statistics import kaplan_meier, share
from anylength.sweeps import folder
from anylength.sweeps.blocks import row_count
from anylength.sweeps.compare import compare_settings, differing_axes, stated_values, value_on
from anylength.sweeps.nets import nets_of, read_words
from anylength.sweeps.page import page
from anylength.sweeps.tally import Tally

SUMMARY, PAGE = "summary.json", "summary.html"
"""Names of files in the sweep's folder."""

CLEAR_AXES = ("task", "cell", "recipe", "data")
"""Axes whose values are clear without the axis's name."""


def summarise(path: Path) -> tuple[SweepSummary, Path]:
    """Writes the statistics of a sweep and its page into its folder. Returns the statistics and the page's path.

    Raises:
        InputError: There is no sweep at `path`, it has no finished row, or a line is not a row.
    """
    summary, out = compute_summary(path), path / PAGE
    write_atomic(path / SUMMARY, summary.to_file())
    plan = folder.plan_of(path)
    nets = nets_of(path, plan)
    write_atomic(out, page(summary, Path(os.path.realpath(path)).name, nets, str(path), words=read_words(plan)).encode())
    return summary, out


def compute_summary(path: Path) -> SweepSummary:
    """The statistics of a sweep's finished rows. Raises what `summarise` does."""
    plan = folder.plan_of(path)
    tallies = [Tally() for _ in plan.settings]
    for row in folder.read_rows(path):
        tallies[row.setting].add(row)
    finished = sum(tally.nets for tally in tallies)
    if not finished:
        raise InputError("a sweep with a row that is done", f"{str(path)!r} without one", "continue the sweep: run it again")
    seconds = _seconds_per_net(path, plan)
    groups = [_group(plan, number, tally, seconds.get(number)) for number, tally in enumerate(tallies) if tally.nets]
    comparisons, omitted = compare_settings(plan, groups, tallies)
    return SweepSummary(rows=finished, planned_rows=row_count(plan), groups=groups, comparisons=comparisons, omitted_pairs=omitted)


def _seconds_per_net(path: Path, plan: SweepPlan) -> dict[int, float]:
    """Mean seconds of a net, for each setting with a finished block."""
    seconds, nets = [0.0] * len(plan.settings), [0] * len(plan.settings)
    for times in folder.read_times(path):
        seconds[times.setting] += times.total_seconds
        nets[times.setting] += times.rows
    return {setting: seconds[setting] / nets[setting] for setting in range(len(nets)) if nets[setting]}


def _group(plan: SweepPlan, setting: int, tally: Tally, seconds: float | None) -> SettingSummary:
    """The statistics of one setting."""
    config = plan.settings[setting]
    breaks = tally.tested and _has_carry_chains(config, plan)
    return SettingSummary(
        setting=setting,
        name=name_of(plan, setting),
        settings=stated_values(config),
        nets=tally.nets,
        diverged=tally.diverged,
        learned=share(tally.learned, tally.nets),
        faultless=share(tally.without_mistake, tally.tested) if tally.tested else None,
        proved=tally.verdict_share(PROVED),
        refuted=tally.verdict_share(REFUTED),
        held_lengths=kaplan_meier(tally.held_lengths) if breaks else None,
        random_accuracy=tally.mean(tally.random),
        worst_accuracy=tally.mean(tally.worst),
        failure_modes=dict(tally.failure_modes.most_common()),
        seconds_per_net=seconds,
    )


def _has_carry_chains(config: RunConfig, plan: SweepPlan) -> bool:
    """Whether the stress test measures a breaking length: the task must keep something while one symbol is repeated."""
    from anylength.rules import task_named

    return plan.stress is not None and bool(task_named(config.task, config.base, config.machine).carry_chains)


def name_of(plan: SweepPlan, setting: int) -> str:
    """A setting's name: its values on the axes that differ in this sweep. If none differs: task, cell and recipe."""
    config, axes = plan.settings[setting], differing_axes(plan)
    if not axes:
        return f"{config.task} {config.cell} {config.recipe}"
    return ", ".join(str(value_on(config, axis)) if axis in CLEAR_AXES else f"{axis} {value_on(config, axis)}" for axis in axes)
