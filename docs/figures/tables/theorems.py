"""The table of the theorems that Rocq's kernel has accepted."""

from typing import Any

from docs.figures.tables.results import parts, source, table

HEADINGS = ("net", "numbers in a state", "regions or states", "exact net, errors up to ε", "float32")
PARTS = ("committed", "cells", "sizes", "kinds")
SHOWN = (
    "smallest", "trained plainly, as the post's", "lstm x 1, count", "stack-rnn x 1, dyck-2", "rnn, add", "rounded to 1/8",
)  # fmt: skip
"""The nets that the table has."""


def theorems() -> str:
    """What the kernel took for some nets, and how often the verified checker agrees with the independent one."""
    measured = parts("theorems")
    rows = {row["name"]: _row(row) for part in PARTS for row in measured[part]["rows"]}
    lines = [table(HEADINGS, [rows[name] for name in SHOWN]), f"{_agreement(measured)} {source('theorems', 'theorems')}"]
    return "\n\n".join(lines)


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    files = row["files"]
    float32 = files.get("Float32.v")
    return row["name"], str(row["units"]), str(row["nodes"]), _seconds(files["Proved.v"]), _seconds(float32) if float32 else "–"


def _seconds(file: dict[str, Any]) -> str:
    return f"{file['seconds']:.0f} s"


def _agreement(measured: dict[str, Any]) -> str:
    """How the two checkers agree on certificates, and on changed ones, in sentences."""
    kinds, proofs = measured["mutations"]["kinds"], measured["certificates"]["rows"]
    counts = list(kinds.values())
    changed = sum(each["count"] for each in counts) + sum(row["count"] for row in proofs)
    differing = sum(len(each["differing"]) for each in counts) + sum(len(row["differing"]) for row in proofs)
    same = sum(row["verified"] == row["independent"] == row["whole_file"] for row in proofs)
    return (
        f"The verified checker and `anylength_check` give the same verdict on {same} of {len(proofs)} proofs, and on "
        f"{changed - differing:,} of {changed:,} proofs with one number changed."
    )
