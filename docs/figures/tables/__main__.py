"""Writes each table between its marks."""

import re

from docs.figures.tables import TABLES
from docs.figures.tables.results import ROOT


def main() -> None:
    """Writes all tables."""
    for page, tables in TABLES.items():
        path = ROOT / page
        text = path.read_text()
        for name, table in tables.items():
            between = f"<!-- {name} -->\n{table()}\n<!-- /{name} -->"
            text = re.sub(f"<!-- {name} -->.*<!-- /{name} -->", between.replace("\\", r"\\"), text, flags=re.DOTALL)
        path.write_text(text)


if __name__ == "__main__":
    main()
