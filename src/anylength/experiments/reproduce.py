"""The post's claims, measured over many seeds where the post had one run: block by block into one results file, and resumable."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments.plans import PLANS, Plan
from anylength.experiments.post_page import page
from anylength.experiments.runs.environment import environment
from anylength.files import disk_errors, write_atomic
from anylength.lengths import stress
from anylength.nets import Net
from anylength.records import PostNet, PostPart, PostResults
from anylength.training import TrainResult, fit_block, linear_baseline
from anylength.verification.verdicts import verify

SEEDS, QUICK_SEEDS = 100, 4
QUICK = ("rnn", "lstm", "hundred", "hundred-robust")
"""The parts of the small version."""

BUDGET = 20.0
"""Seconds for a verdict."""

Progress = Callable[[int, int], None]


def reproduce(
    out: Path, document: Path, *, seeds: int = SEEDS, plans: Sequence[Plan] = PLANS, progress: Progress | None = None
) -> PostResults:
    """Measures all plans, writes the results to `out` after every block of seeds, and the claims in words to `document`.

    What `out` already holds of the same settings is kept and not measured again.

    Raises:
        InputError: A file that cannot be read or written, or that is of another format.
    """
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with disk_errors(document):
        document.parent.mkdir(parents=True, exist_ok=True)
    results = _begun(out, seeds, plans)
    total = sum(plan.seeds(seeds) for plan in plans)
    for plan in plans:
        while len(results.part(plan.name).nets) < plan.seeds(seeds):
            results = _replaced(results, _longer(plan, results.part(plan.name), seeds))
            write_atomic(out, results.to_file())
            if progress:
                progress(sum(len(part.nets) for part in results.parts), total)
    write_atomic(out, results.to_file())
    write_atomic(document, page(results).encode())
    return results


def reproduce_quickly(out: Path, document: Path, *, progress: Progress | None = None) -> PostResults:
    """The small version: a few seeds of the cheap parts. Raises what `reproduce` does."""
    plans = [plan for plan in PLANS if plan.name in QUICK]
    return reproduce(out, document, seeds=QUICK_SEEDS, plans=plans, progress=progress)


def _begun(out: Path, seeds: int, plans: Sequence[Plan]) -> PostResults:
    """What has been measured before, cut to the plans and seeds that are wanted."""
    kept: dict[str, PostPart] = {}
    baselines = None
    if out.exists():
        if not out.is_file():
            raise InputError("a results file", f"{str(out)!r}, which is none", "pass another --out")
        old = PostResults.from_json(out.read_bytes(), out.name)
        kept, baselines = {part.name: part for part in old.parts}, old.baselines
    parts = []
    for plan in plans:
        empty, found = plan.part([], 0.0), kept.get(plan.name)
        same = found is not None and plan.part(found.nets, found.seconds) == found
        parts.append(plan.part(found.nets[: plan.seeds(seeds)], found.seconds) if found is not None and same else empty)
    baselines = baselines or [linear_baseline("float32"), linear_baseline("float64")]
    return PostResults(seeds=seeds, parts=parts, baselines=baselines, environment=environment())


def _replaced(results: PostResults, new: PostPart) -> PostResults:
    parts = [new if part.name == new.name else part for part in results.parts]
    return PostResults(seeds=results.seeds, parts=parts, baselines=results.baselines, environment=results.environment)


def _longer(plan: Plan, part: PostPart, seeds: int) -> PostPart:
    """The part with one more block of seeds."""
    started, first = time.perf_counter(), len(part.nets)
    block = range(first, min(first + plan.block, plan.seeds(seeds)))
    nets = fit_block(
        plan.load_task(), block, cell=plan.cell, recipe=plan.load_recipe(), hidden=plan.hidden, data=plan.data, epochs=plan.epochs
    )
    measured = [_measured(plan, seed, trained) for seed, trained in zip(block, nets, strict=True)]
    return plan.part([*part.nets, *measured], part.seconds + time.perf_counter() - started)


def _measured(plan: Plan, seed: int, trained: TrainResult) -> PostNet:
    """One net's record."""
    net, task = trained.net, plan.load_task()
    tested = stress(net, task, limit=plan.limit) if plan.limit else None
    shortest = tested.shortest_mistake if tested else None
    verdict = verify(net, task, budget=BUDGET).verdict.verdict if plan.verdicts and isinstance(net, Net) else None
    return PostNet(
        seed=seed,
        epochs=len(trained.epochs),
        perfect_at=trained.perfect_at,
        validation_accuracy=trained.epochs[-1].validation_accuracy,
        random_accuracy={str(point.length): point.random.value for point in tested.curve} if tested else {},
        worst_accuracy={str(point.length): point.worst.value for point in tested.curve} if tested else {},
        horizon=tested.horizon if tested else None,
        shortest_mistake=" and ".join(shortest.numbers) if shortest else None,
        verdict=verdict,
    )
