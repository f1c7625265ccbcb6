"""Labels of edges with named symbols: all symbols with one output together, as in "a, b / accept". What does not fit is counted."""

from collections.abc import Sequence

MOST_SYMBOLS = 6
"""Symbols that one group lists. A label of more does not fit into a drawing."""

MOST_GROUPS = 3
"""Groups that one label lists, for the same reason."""


def named_label(symbols: Sequence[str], outputs: Sequence[str]) -> str:
    """The label of an edge.

    Args:
        symbols: The names of the symbols on it.
        outputs: The name of the output for each of them.

    Returns:
        Groups such as "a, b / accept; c / reject", in the order of their first symbols.
    """
    groups: dict[str, list[str]] = {}
    for symbol, output in zip(symbols, outputs, strict=True):
        groups.setdefault(output, []).append(symbol)
    texts = [f"{_listed(names)} / {output}" for output, names in groups.items()]
    left = sum(len(names) for names in list(groups.values())[MOST_GROUPS:])
    return "; ".join([*texts[:MOST_GROUPS], *([f"… {left:,} more"] if left else [])])


def _listed(names: Sequence[str]) -> str:
    """Names joined by commas. One name too many is listed, for its count takes as much room."""
    if len(names) <= MOST_SYMBOLS + 1:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_SYMBOLS])}, … {len(names) - MOST_SYMBOLS:,} more"
