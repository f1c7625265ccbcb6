"""The post's claims, measured: each kind of net of `post.toml` is a sweep. `studies.post` compares the results with the post."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from anylength.base import disk_errors, parse_toml, write_atomic
from anylength.records import SettingSummary, SweepPlan, SweepSummary
from anylength.sweeps.blocks import row_count
from anylength.sweeps.columns import columns
from anylength.sweeps.config import plan_of
from anylength.sweeps.run import run_in
from anylength.sweeps.summary import compute_summary
from anylength.training import linear_baseline

POST = Path(__file__).with_name("post.toml")
"""The sweeps by name."""

PAGE = "post.md"
"""The name of the page in the folder of results."""

QUICK, QUICK_SEEDS = ("rnn", "lstm", "hundred", "hundred-robust"), 4
"""The sweeps of the small version, those that are quick to train, and its seeds of each."""

INTRODUCTION = """# The post's nets, measured

A blog post trained a vanilla RNN to compute n + 1, digit by digit from the right: 100 % within 3 or 4 epochs, and wrong past some
25 nines. It had one training run of each kind; here are shares of several, with exact 95 % intervals (Clopper–Pearson).

"""

Progress = Callable[[int, int], None]
"""(nets measured, all nets)."""


def post_plans(*, quick: bool = False) -> dict[str, SweepPlan]:
    """The sweeps by name; with `quick` those of the small version."""
    raw = parse_toml(POST.read_text(encoding="utf-8"), POST.name)
    return {name: plan_of(raw[name] | ({"seeds": QUICK_SEEDS} if quick else {})) for name in (QUICK if quick else raw)}


def reproduce(out: Path, plans: Mapping[str, SweepPlan], *, progress: Progress | None = None) -> Path:
    """Computes sweeps, each in a folder of its name in `out`, and writes a page with their shares. Returns the page's path.

    Nets that the folder already has are not computed again.

    Raises:
        InputError: A folder cannot be written, or holds a sweep of other settings.
    """
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    total, before = sum(map(row_count, plans.values())), 0
    for name, plan in plans.items():
        run_in(plan, out / name, progress=_counted(progress, before, total))
        before += row_count(plan)
    write_atomic(out / PAGE, page({name: compute_summary(out / name) for name in plans}).encode())
    return out / PAGE


def _counted(progress: Progress | None, before: int, total: int) -> Callable[[int, int, float | None], None] | None:
    """The progress of one sweep as that of all."""
    return None if progress is None else lambda done, _, left: progress(before + done, total)


def page(summaries: Mapping[str, SweepSummary]) -> str:
    """The page in Markdown: a row for each kind of net."""
    groups = [msgspec.structs.replace(group, name=_title(name, group)) for name, each in summaries.items() for group in each.groups]
    table = columns(SweepSummary(rows=0, planned_rows=0, groups=groups, comparisons=[], omitted_pairs=0))
    rows = [[heading for heading, _ in table], ["---"] * len(table), *zip(*(texts for _, texts in table), strict=True)]
    lines = "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
    baselines = [linear_baseline("float32"), linear_baseline("float64")]
    right = "; ".join(f"in {baseline.dtype} up to {baseline.longest_right} digits" for baseline in baselines)
    return f"{INTRODUCTION}{lines}\nThe post's baseline, the linear regressor a·x + b, is right {right}.\n"


def _title(name: str, group: SettingSummary) -> str:
    stated = group.settings
    return f"{name}: {stated['task']}, {stated['cell']}, {stated['hidden']} units, {stated['recipe']}, {stated['data']}"
