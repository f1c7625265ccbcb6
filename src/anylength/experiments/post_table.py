"""The page of `anylength reproduce`: the shares of nets that learned, break, err and are proved."""

from collections.abc import Callable, Sequence

from anylength.records import PostNet, PostPart, PostResults
from anylength.records.verdicts import PROVED
from anylength.statistics import share

INTRODUCTION = """# The post's nets, measured

A blog post trained a vanilla RNN to compute n + 1, digit by digit from the right: 100 % within 3 or 4 epochs, and wrong past some
25 nines. It had one training run of each kind; here are shares of several, with exact 95 % intervals (Clopper–Pearson).

| nets | task, recipe, data | seeds | 100 % on training and validation | lose the carry | wrong on some number | PROVED |
|---|---|---|---|---|---|---|
"""

NOTHING = "–"
"""What was not measured."""


def table(results: PostResults) -> str:
    """The whole page as Markdown."""
    rows = "".join(f"| {' | '.join(_cells(part))} |\n" for part in results.parts if part.nets)
    ends = "; ".join(f"in {baseline.dtype} up to {baseline.longest_right} digits" for baseline in results.baselines)
    return f"{INTRODUCTION}{rows}\nThe post's baseline, the linear regressor a·x + b, is right {ends}.\n"


def _cells(part: PostPart) -> tuple[str, ...]:
    nets = f"{part.name}: {part.cell}, {part.hidden} units, {part.epochs} epochs"
    return (
        nets, f"{part.task}, {part.recipe}, {part.data}", str(len(part.nets)),
        _share(part.nets, lambda net: net.perfect_at is not None),
        f"{_share(part.nets, lambda net: net.horizon is not None)} within {part.limit:,} nines" if part.stress_tested else NOTHING,
        _share(part.nets, lambda net: net.shortest_mistake is not None) if part.stress_tested else NOTHING,
        _share(part.nets, lambda net: net.verdict == PROVED) if part.with_verdicts else NOTHING,
    )  # fmt: skip


def _share(nets: Sequence[PostNet], condition: Callable[[PostNet], bool]) -> str:
    """The share of nets that satisfy a condition, with its interval."""
    value = share(sum(map(condition, nets)), len(nets))
    return f"{value.right} of {value.tried} ({100 * value.low:.0f}–{100 * value.high:.0f} %)"
