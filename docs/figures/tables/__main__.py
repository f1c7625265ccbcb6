"""Writes each table between its marks."""

import re

from docs.figures.tables import TABLES, on_page
from docs.figures.tables.results import ROOT


def main() -> None:
    """Writes all tables."""
    for page, tables in TABLES.items():
        text = (ROOT / page).read_text()
        for name in tables:
            between = f"<!-- {name} -->\n{on_page(page, name)}\n<!-- /{name} -->"
            text = re.sub(f"<!-- {name} -->.*<!-- /{name} -->", between.replace("\\", r"\\"), text, flags=re.DOTALL)
        (ROOT / page).write_text(text)


if __name__ == "__main__":
    main()
