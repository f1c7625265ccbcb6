"""The table of a benchmark in LaTeX, for a paper. It needs the package booktabs."""

from collections.abc import Sequence

from anylength.benchmark.columns import Column, notes, score_columns, worst_case_columns
from anylength.records import Benchmark

SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
        "×": r"$\times$", "–": "--", "…": r"\dots{}", "[": "{[}", "]": "{]}",
    }
)  # fmt: skip
"""Characters that mean something in LaTeX, or that its default fonts lack."""


def latex(table: Benchmark) -> str:
    """Two tables: the scores, and the worst cases. The notes stand in comments."""
    parts = [
        "% Made by anylength benchmark. Needs \\usepackage{booktabs}.",
        *(f"% {note}" for note in notes(table)),
        _tabular(score_columns(table)),
        _tabular(worst_case_columns(table)),
    ]
    return "\n".join(parts) + "\n"


def _tabular(columns: Sequence[Column]) -> str:
    """Columns as a tabular."""
    rows = zip(*(texts for _, texts in columns), strict=True)
    lines = [
        f"\\begin{{tabular}}{{{'l' * len(columns)}}}",
        "\\toprule",
        _line([heading for heading, _ in columns]),
        "\\midrule",
        *(_line(row) for row in rows),
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return " & ".join(cell.translate(SPECIAL) for cell in cells) + " \\\\"
