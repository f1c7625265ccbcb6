"""Writes the page `docs/results/post.md`: for each claim of the blog post, the measured shares and a sentence.

    python -m studies.post.page [runs/post]

A folder of sweeps that `anylength reproduce --out runs/post` wrote gives new results; without one the page is written from the old.
"""

import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from studies.post.claims import CLAIMS, LENGTHS, Parts
from studies.post.records import PostNet, PostResults, read, results_of, write

RESULTS = Path("docs/results/post.json")
"""What was measured: of a folder of sweeps that is given, its results are written here first."""

PAGE = Path("docs/results/post.md")
"""The page."""

INTRODUCTION = """# What did the post claim, and does it hold?

A blog post trained nets to compute n + 1, digit by digit from the right, one net of each kind. This page compares the post's
claims with up to {seeds} nets. *Random* numbers have random digits. *Hard* numbers have long carries such as 99…9.

| the post | seeds | measured | in a sentence |
|---|---|---|---|
"""

METHOD = """## How it was measured

`anylength reproduce` trains the nets, on numbers of up to 10 digits, and `python -m studies.post.page` writes this page.
"""

CURVE_PARTS = ("rnn", "lstm", "gru", "content", "location")
"""Parts whose accuracies the page shows by length."""


def page(results: PostResults) -> str:
    """The whole page as Markdown."""
    parts = {part.name: part for part in results.parts if part.nets}
    rows = [row for claim in CLAIMS if (row := claim(parts)) is not None]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    sections = (_accuracy_section(parts), _baseline_section(results.baselines), METHOD)
    return "\n".join([INTRODUCTION.format(seeds=results.seeds) + table, *filter(None, sections)])


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


def _baseline_section(baselines: Mapping[str, int]) -> str:
    texts = [f"in {dtype} it is right up to {digits} digits" for dtype, digits in baselines.items()]
    sentence = f"The linear regressor a·x + b counts without a mistake until its number format ends: {'; '.join(texts)}."
    return f"{sentence}\n"


if __name__ == "__main__":
    if sys.argv[1:]:
        write(RESULTS, results_of(Path(sys.argv[1])))
    PAGE.write_text(page(read(RESULTS)), encoding="utf-8")
    print(f"wrote {PAGE}")
