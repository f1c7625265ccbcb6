"""The tables of nets beyond the certificate's reach, and of training speed."""

import json

from docs.figures.tables.results import ROOT, parts, read, source, table


def attention() -> str:
    """Length curves of nets whose context grows."""
    results = read("contexts")
    rows = []
    for name, kind in results["kinds"].items():
        for numbers in ("random", "carry"):
            rows.append((name, numbers, str(kind["seeds"]), *(f"{mean:.2f}" for mean in kind["means"][numbers])))
    return f"{table(('net', 'numbers', 'seeds', *map(str, results['lengths'])), rows)}\n\n{source('contexts', 'contexts')}"


def memory() -> str:
    """Exact answers of nets with and without a memory."""
    lengths = ("10", "20", "40", "80")
    rows = []
    for part in parts("memory").values():
        points = [part["random"][length] for length in lengths]
        shares = (f"{100 * p['median']:.1f} % ({100 * p['min']:.1f}–{100 * p['max']:.1f})" for p in points)
        candidates = f", best of {part['candidates']} candidates" if part["candidates"] > 1 else ""
        rows.append((part["task"], part["cell"] + candidates, str(len(part["seeds"])), *shares))
    words = (
        "Share of random numbers answered exactly: median (range) over seeds. The nets were trained on 1 to 10 digits. Candidates "
        "are selected at 20 digits."
    )
    head = ("task", "net", "seeds", *(f"{length} digits" for length in lengths))
    return f"{table(head, rows)}\n\n{words} {source('memory', 'memory')}"


def cells() -> str:
    """The training speed of each cell, compared with PyTorch."""
    rows = []
    for row in json.loads((ROOT / "benchmarks/cells.json").read_text())["rows"]:
        low, high = row["ratio_range"]
        times = (f"{row['ours']:.3g} {row['unit']}", f"{row['theirs']:.3g} {row['unit']}")
        rows.append((row["what"], *times, f"{row['ratio']:.1f} ({low:.1f}–{high:.1f})"))
    words = "A ratio above 1 means that anylength is faster. From `benchmarks/cells.json`, written by `python -m benchmarks.cells`."
    return f"{table(('cell', 'anylength', 'PyTorch', 'ratio (range)'), rows)}\n\n{words}"


def speed() -> str:
    """The speed of anylength, compared with PyTorch and TensorFlow."""
    results = json.loads((ROOT / "benchmarks/results.json").read_text())
    rows = []
    for row in results["rows"]:
        peer = f"{row['peer']}: {row['theirs']:.3g} {row['unit']}" if row.get("theirs") else ""
        ratio = f"{row['ratio']:.1f} ({row['ratio_range'][0]:.1f}–{row['ratio_range'][1]:.1f})" if row.get("ratio") else ""
        rows.append((row["what"], f"{row['ours']:.3g} {row['unit']}", peer, ratio))
    intro = (
        f"Medians of {results['rounds']} rounds, in which the programs ran in turn ({results['machine']}; `make bench`). A ratio "
        "above 1 means that anylength is faster."
    )
    peak = f"The largest process, PyTorch and TensorFlow included, took {results['largest_process_mib']} MiB."
    return f"{intro}\n\n{table(('what', 'anylength', 'compared with', 'ratio (range)'), rows)}\n\n{peak}"
