"""Short names of kinds of nets, for tables and pictures."""

USUAL = ("plain", "memory")
"""The recipes that a short name leaves out."""


def short_name(kind: str) -> str:
    """The name of a kind without its size, such as `rnn` or `rnn, certified`."""
    cell, *_, recipe = kind.split(", ")
    return cell if recipe in USUAL else f"{cell}, {recipe}"
