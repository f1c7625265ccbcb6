"""The page of a benchmark: one self-contained HTML file with tables and plots of accuracy over length. Loads no JAX."""

from collections.abc import Sequence
from typing import Any

from anylength.benchmark.columns import Column, budget, notes, score_columns, worst_case_columns
from anylength.records import Benchmark
from anylength.web import render


def page(table: Benchmark) -> str:
    """The page of a benchmark as HTML."""
    values = {
        "table": table,
        "tables": [("Scores", *_table(score_columns(table))), ("Worst cases", *_table(worst_case_columns(table)))],
        "notes": notes(table),
        "budgets": [budget(row) for row in table.rows],
    }
    return render("benchmark", table.to_json(), **values)


def _table(columns: Sequence[Column]) -> tuple[list[str], list[Any]]:
    """The headings and the rows of a table."""
    return [heading for heading, _ in columns], list(zip(*(texts for _, texts in columns), strict=True))
