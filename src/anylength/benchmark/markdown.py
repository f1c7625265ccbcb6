"""The table of a benchmark in Markdown."""

from collections.abc import Sequence

from anylength.benchmark.columns import Column, budget, notes, score_columns, worst_case_columns
from anylength.records import Benchmark

SPECIAL = str.maketrans({"*": "\\*", "|": "\\|", "_": "\\_", "<": "&lt;", "[": "\\[", "`": "\\`", "\\": "\\\\"})
"""Characters that mean something in Markdown."""


def markdown(table: Benchmark) -> str:
    """The tables with their notes, the budget of each row, and the conventions."""
    conventions = [f"- **{view.name}**: trained on {view.training}. Tested on {view.test}. Graded: {view.score}. {view.source}."
                   for view in table.conventions]  # fmt: skip
    parts = [
        f"# {table.kind} on the suite {table.suite}",
        markdown_table(score_columns(table)),
        markdown_table(worst_case_columns(table)),
        "\n".join(f"- {escaped(note)}" for note in notes(table)),
        "## Training",
        "\n".join(f"- {escaped(budget(row))}" for row in table.rows),
        "## Conventions",
        "\n".join(conventions),
    ]
    return "\n\n".join(parts) + "\n"


def markdown_table(columns: Sequence[Column]) -> str:
    """Columns as a Markdown table."""
    rows = zip(*(texts for _, texts in columns), strict=True)
    lines = [[heading for heading, _ in columns], ["---"] * len(columns), *([escaped(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def escaped(text: str) -> str:
    """A text without characters that mean something in Markdown."""
    return text.translate(SPECIAL)
