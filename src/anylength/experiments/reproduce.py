"""Measures the post's claims over many seeds. Results are written after each block of seeds, so an interrupted run can continue."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from anylength.experiments.plans import PLANS, Plan
from anylength.experiments.post_table import table
from anylength.files import disk_errors, exists, read_file, write_atomic
from anylength.lengths import stress
from anylength.nets import Net
from anylength.records import PostNet, PostPart, PostResults, Stress
from anylength.runs.environment import environment
from anylength.training import TrainResult, fit_block, linear_baseline
from anylength.verification.verdicts import verify

SEEDS, QUICK_SEEDS = 100, 4
"""Seeds of the full and of the small version. 100 seeds give shares an interval of about ±10 percentage points at most."""

QUICK_PLANS = ("rnn", "lstm", "hundred", "hundred-robust")
"""The plans of the small version: those that are quick to train."""

MAX_RESULTS_BYTES = 64 << 20
"""Longest results file that is read. The full version has about 1 MiB."""

VERDICT_SECONDS = 20.0
"""Seconds for a verdict. More decide more nets and cost linear time."""

Progress = Callable[[int, int], None]
"""(nets measured, all nets)."""


def reproduce(
    out: Path, document: Path, *, seeds: int = SEEDS, plans: Sequence[Plan] = PLANS, progress: Progress | None = None
) -> PostResults:
    """Measures all plans.

    Args:
        out: The results file. Its results of the same settings are kept and not measured again.
        document: The page with the shares of nets that learned, break, err and are proved.
        seeds: Number of seeds.
        plans: What is measured.
        progress: Called after every block of seeds.

    Raises:
        InputError: A file cannot be read or written, or has another format.
    """
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with disk_errors(document):
        document.parent.mkdir(parents=True, exist_ok=True)
    results = _previous_results(out, seeds, plans)
    total = sum(plan.seeds(seeds) for plan in plans)
    for plan in plans:
        while len(results.part(plan.name).nets) < plan.seeds(seeds):
            results = _with_part(results, _with_next_block(plan, results.part(plan.name), seeds))
            write_atomic(out, results.to_file())
            if progress:
                progress(sum(len(part.nets) for part in results.parts), total)
    write_atomic(out, results.to_file())
    write_atomic(document, table(results).encode())
    return results


def reproduce_quickly(out: Path, document: Path, *, progress: Progress | None = None) -> PostResults:
    """Measures a few seeds of the quick plans. Raises what `reproduce` does."""
    plans = [plan for plan in PLANS if plan.name in QUICK_PLANS]
    return reproduce(out, document, seeds=QUICK_SEEDS, plans=plans, progress=progress)


def _previous_results(out: Path, seeds: int, plans: Sequence[Plan]) -> PostResults:
    """The results in the file `out` that belong to these plans and seeds. Parts that are missing there are empty."""
    old = _read(out)
    old_parts = {part.name: part for part in old.parts} if old else {}
    parts = [_previous_part(plan, old_parts.get(plan.name), seeds) for plan in plans]
    baselines = (old.baselines if old else None) or [linear_baseline("float32"), linear_baseline("float64")]
    return PostResults(seeds=seeds, parts=parts, baselines=baselines, environment=environment())


def _read(out: Path) -> PostResults | None:
    """The results file; None if it does not exist."""
    if not exists(out):
        return None
    return PostResults.from_json(read_file(out, limit=MAX_RESULTS_BYTES, kind="a results file"), out.name)


def _previous_part(plan: Plan, old: PostPart | None, seeds: int) -> PostPart:
    """The old part of a plan, up to its number of seeds. Empty if there is none or its settings differ."""
    if old is None or plan.part(old.nets, old.seconds) != old:
        return plan.part([], 0.0)
    return plan.part(old.nets[: plan.seeds(seeds)], old.seconds)


def _with_part(results: PostResults, new: PostPart) -> PostResults:
    """The results with a new version of one part."""
    parts = [new if part.name == new.name else part for part in results.parts]
    return PostResults(seeds=results.seeds, parts=parts, baselines=results.baselines, environment=results.environment)


def _with_next_block(plan: Plan, part: PostPart, seeds: int) -> PostPart:
    """The part with the nets of one more block of seeds."""
    started, first = time.perf_counter(), len(part.nets)
    block = range(first, min(first + plan.block, plan.seeds(seeds)))
    nets = fit_block(
        plan.load_task(), block, cell=plan.cell, recipe=plan.load_recipe(), hidden=plan.hidden, data=plan.data, epochs=plan.epochs
    )
    measured = [_measure(plan, seed, trained) for seed, trained in zip(block, nets, strict=True)]
    return plan.part([*part.nets, *measured], part.seconds + time.perf_counter() - started)


def _measure(plan: Plan, seed: int, trained: TrainResult) -> PostNet:
    """The record of one net: its stress test and its verdict, if the plan asks for them."""
    net, task = trained.net, plan.load_task()
    stress_test = stress(net, task, limit=plan.limit) if plan.limit else None
    shortest = stress_test.shortest_mistake if stress_test else None
    verdict = verify(net, task, budget=VERDICT_SECONDS).verdict.verdict if plan.verdicts and isinstance(net, Net) else None
    return PostNet(
        seed=seed,
        epochs=len(trained.epochs),
        perfect_at=trained.perfect_at,
        validation_accuracy=trained.epochs[-1].validation_accuracy,
        random_accuracy={str(point.length): point.random.value for point in stress_test.curve} if stress_test else {},
        worst_accuracy=_worst_accuracy(stress_test) if stress_test else {},
        horizon=stress_test.horizon if stress_test else None,
        shortest_mistake=" and ".join(shortest.numbers) if shortest else None,
        verdict=verdict,
    )


def _worst_accuracy(stress_test: Stress) -> dict[str, float]:
    """The share of hard numbers answered right, by length."""
    return {str(point.length): point.worst.value for point in stress_test.curve if point.worst is not None}
