"""The table of the theorems that Coq's kernel has accepted."""

from typing import Any

from docs.figures.tables.results import parts, source, table

HEADINGS = ("net", "numbers in a state", "boxes", "exact net, errors up to ε", "float32", "memory")


def theorems() -> str:
    """What the kernel took for each net, and how the verified checker compares."""
    measured = parts("theorems")
    rows = [_row(row) for part in ("committed", "cells", "sizes") if part in measured for row in measured[part]["rows"]]
    note = (
        "Processor seconds of Coq on one file, with loading the library (some three seconds). The machine was busy. "
        "The library itself is compiled once, in a minute."
    )
    lines = [table(HEADINGS, rows), note]
    if "mutations" in measured:
        lines.append(_mutations(measured["mutations"]))
    return "\n\n".join([*lines, source("theorems", "theorems")])


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    files = row["files"]
    float32 = files.get("Float32.v")
    memory = max(file["megabytes"] for file in files.values())
    return (
        row["name"], str(row["units"]), str(row["nodes"]), _seconds(files["Proved.v"]),
        _seconds(float32) if float32 else "–", f"{memory:,} MB",
    )  # fmt: skip


def _seconds(file: dict[str, Any]) -> str:
    return f"{file['seconds']:.1f} s"


def _mutations(part: dict[str, Any]) -> str:
    """How the two checkers agree on changed certificates."""
    verified, independent = (part["seconds"][name] / part["count"] * 1000 for name in ("verified", "independent"))
    same = part["both"] + part["neither"]
    return (
        f"The verified checker and `anylength_check` on {part['count']:,} certificates with one number changed: the same verdict "
        f"on {same:,} ({part['both']:,} times VALID); {verified:.0f} ms and {independent:.0f} ms each, the first with the start of "
        "a process."
    )
