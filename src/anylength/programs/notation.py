"""The notation of equations: how strongly signs bind, lists of rows, and short names of tensors."""

import re
from collections import Counter

from anylength.programs.program import Program

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
"""How strongly the signs of an expression bind."""


def short_names(program: Program) -> dict[str, str]:
    """Short names of the tensors: `W_ih` for `cell.weight_ih`, `b` for `cell.bias`. Names that would be equal stay as they are."""
    short = {name: _short(name) for name, _ in program.shapes}
    counts = Counter(short.values())
    return {name: text if counts[text] == 1 else name for name, text in short.items()}


def _short(name: str) -> str:
    *path, last = name.removeprefix("cell.").split(".")
    return ".".join([*path, re.sub(r"^bias(?=_|$)", "b", re.sub(r"^weight(?=_|$)", "W", last))])


def level_of(text: str) -> int:
    """How strongly the signs of a text bind that are in no parentheses."""
    outside = re.sub(r"\([^()]*\)|\|[^|]*\|", "()", text)
    if any(sign in outside for sign in (" + ", " − ", " / ")):  # a quotient in a product has parentheses
        return SUM
    return PRODUCT if " " in outside or "·" in outside or "−" in outside else POWER if "²" in outside else ATOM


def level_needed(before: str, after: str) -> int:
    """How strongly an operand between these texts must bind."""
    if after.startswith("²"):
        return ATOM
    if (before.endswith(("(", "|", ", ")) or not before) and (not after or after[0] in ")|,"):
        return 0
    if after.startswith((" · ", " + ", " − ")) and (not before or before.endswith("(")):
        return PRODUCT if after.startswith(" · ") else SUM
    return PRODUCT if before.endswith((" − ", " + ")) and not after.startswith("·") else POWER


def subscript(number: int) -> str:
    """A number in small digits below the line."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def listed(rows: tuple[int, ...], of: int) -> str:
    """Rows of a value of so many rows: `all ×3` for all of them three times, `each ×3` for each of them three times; else runs."""
    times = len(rows) // of
    if times > 1 and rows == tuple(range(of)) * times:
        return f"all ×{times}"
    if times > 1 and rows == tuple(row for row in range(of) for _ in range(times)):
        return f"each ×{times}"
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1]:
            runs[-1][1] += 1
        else:
            runs.append([row, row + 1])
    shown = [f"{start}:{stop}" if stop - start > 1 else str(start) for start, stop in runs]
    return ", ".join(shown if len(shown) <= 6 else [*shown[:5], "…", shown[-1]])
