"""Writes the page `docs/results/post.md`: for each claim of the blog post, the measured shares and a sentence.

    python -m studies.post.page [runs/post]

A folder of sweeps that `anylength reproduce --out runs/post` wrote gives new results; without one the page is written from the old.
"""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from studies.post.claims import CLAIMS, LENGTHS, Parts, has_learned, share_text
from studies.post.records import PostNet, PostResults, read, results_of, write

RESULTS = Path("docs/results/post.json")
"""What was measured: of a folder of sweeps that is given, its results are written here first."""

PAGE = Path("docs/results/post.md")
"""The page."""

INTRODUCTION = """# What did the post claim, and does it hold?

A blog post trained a vanilla RNN to compute n + 1, digit by digit from the right, with one training run of each kind. This
page compares its claims with runs of up to {seeds} seeds. *Random* numbers have random digits. *Hard* numbers are those of the
stress test, with long carries such as 99…9.

| the post | seeds | measured | in a sentence |
|---|---|---|---|
"""

METHOD = """## How it was measured

`anylength reproduce` trains the nets, on numbers of up to 10 digits, and `python -m studies.post.page` writes this page from
its results. Shares have exact 95 % intervals (Clopper–Pearson).
"""

CURVE_PARTS = ("rnn", "lstm", "gru", "content", "location")
"""Parts whose accuracies the page shows by length."""


def page(results: PostResults) -> str:
    """The whole page as Markdown."""
    parts = {part.name: part for part in results.parts if part.nets}
    rows = [row for claim in CLAIMS if (row := claim(parts)) is not None]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    sections = [text for section in SECTIONS if (text := section(parts))]
    return "\n".join([INTRODUCTION.format(seeds=results.seeds) + table, *sections, _baseline_section(results.baselines), METHOD])


def _accuracy_section(parts: Parts) -> str:
    """Mean accuracy by length."""
    names = [name for name in CURVE_PARTS if name in parts]
    if not names:
        return ""
    measured = set.intersection(*(set(net.random_accuracy) for name in names for net in parts[name].nets))
    lengths = [length for length in LENGTHS if str(length) in measured]
    head = "| net | " + " | ".join(map(str, lengths)) + " |\n|---|" + "---|" * len(lengths) + "\n"
    rows = "".join(_accuracy_row(name, parts[name].nets, lengths) for name in names)
    heading = "## Mean share of numbers right, by length in digits\n\nRandom / hard numbers, in percent."
    return f"{heading}\n\n{head}{rows}"


def _accuracy_row(name: str, nets: Sequence[PostNet], lengths: Sequence[int]) -> str:
    """A row of the table: random numbers and hard ones."""
    kinds = ([net.random_accuracy for net in nets], [net.worst_accuracy for net in nets])
    cells = (" / ".join(f"{100 * statistics.mean(net[str(length)] for net in kind):.0f}" for kind in kinds) for length in lengths)
    return f"| {name} | {' | '.join(cells)} |\n"


def _width_section(parts: Parts) -> str:
    """The share of nets that learn, by the number of hidden units."""
    widths = sorted((part for part in parts.values() if part.name.startswith("rnn")), key=lambda part: part.hidden)
    if len(widths) < 2:
        return ""
    rows = [f"| {part.hidden} | {share_text(has_learned(part.nets, part.epochs))} |\n" for part in widths]
    head = f"| units | 100 % on both sets within {widths[0].epochs} epochs |\n|---|---|\n"
    return f"## How wide was the post's net?\n\n{head}{''.join(rows)}"


def _baseline_section(baselines: Mapping[str, int]) -> str:
    texts = [f"in {dtype} it is right up to {digits} digits" for dtype, digits in baselines.items()]
    sentence = f"The linear regressor a·x + b counts without a mistake until its number format ends: {'; '.join(texts)}."
    return f"## The post's baseline\n\n{sentence}\n"


SECTIONS: tuple[Callable[[Parts], str], ...] = (_accuracy_section, _width_section)
"""The sections after the table of claims. A section without measurements is empty."""


if __name__ == "__main__":
    if sys.argv[1:]:
        write(RESULTS, results_of(Path(sys.argv[1])))
    PAGE.write_text(page(read(RESULTS)), encoding="utf-8")
    print(f"wrote {PAGE}")
