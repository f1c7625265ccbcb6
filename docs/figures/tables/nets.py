"""The tables of nets beyond the certificate's reach, and of training speed."""

import json

from docs.figures.tables.results import ROOT, read, source, table

SHOWN = (10, 12, 15, 20, 50)
"""Lengths in digits that the table of attention has."""

OF_THE_POST = ("content", "location")
"""Kinds of attention that the page on the post has."""


def attention() -> str:
    """The shares of numbers that nets whose context grows answer rightly, by length."""
    results = read("contexts")
    columns = [results["lengths"].index(length) for length in SHOWN]
    rows = []
    for name in (name for name in results["kinds"] if name not in OF_THE_POST):
        means = results["kinds"][name]["means"]
        rows.append((name, *(" / ".join(f"{100 * means[numbers][at]:.0f}" for numbers in ("random", "carry")) for at in columns)))
    head = ("net", *(f"{length} digits" for length in SHOWN))
    return f"{table(head, rows)}\n\n{source('contexts', 'contexts')}"


def speed() -> str:
    """The speed of anylength, compared with PyTorch and TensorFlow."""
    results = json.loads((ROOT / "benchmarks/results.json").read_text())
    rows = []
    for row in (row for row in results["rows"] if row.get("ratio")):
        peer = f"{row['peer']}: {row['theirs']:.3g} {row['unit']}"
        ratio = f"{row['ratio']:.1f} ({row['ratio_range'][0]:.1f}–{row['ratio_range'][1]:.1f})"
        rows.append((row["what"], f"{row['ours']:.3g} {row['unit']}", peer, ratio))
    each = [row["ratio"] for row in json.loads((ROOT / "benchmarks/cells.json").read_text())["rows"]]
    words = (
        f"Medians of {results['rounds']} rounds, in which the programs ran in turn ({results['machine']}; `make bench`). A ratio "
        f"above 1 means that anylength is faster. Over {len(each)} cells, a pass over the training data is {min(each):.1f} to "
        f"{max(each):.1f} times as fast as PyTorch's (`python -m benchmarks.cells`)."
    )
    return f"{table(('what', 'anylength', 'compared with', 'ratio (range)'), rows)}\n\n{words}"
