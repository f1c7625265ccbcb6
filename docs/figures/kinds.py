"""Short names of kinds of nets, for tables and pictures."""

USUAL = ("plain", "memory")
"""The recipes that a short name leaves out."""


def has_usual_recipe(kind: str) -> bool:
    """Whether the nets of a kind learned from words alone, by the recipe that its cell usually has."""
    return kind.split(", ")[-1] in USUAL


def short_name(kind: str) -> str:
    """The name of a kind without its size, such as `rnn` or `rnn, certified`."""
    cell, *_, recipe = kind.split(", ")
    return cell if has_usual_recipe(kind) else f"{cell}, {recipe}"
