"""Words and kinds of nets as texts for a table."""

from itertools import groupby

from anylength.records import RunConfig
from anylength.rules import Task
from anylength.sweeps.compare import value_on

MOST_GROUPS = 8
"""Groups of equal symbols of a word that are shown. A longer word is cut in its middle."""


def kind_text(config: RunConfig) -> str:
    """What the nets are: cell, layers, hidden units, recipe. Nets from elsewhere have no number of units."""
    layers = value_on(config, "layers")
    sizes = [f"{layers} layers"] * (layers != 1) + [f"{config.hidden} units"] * (config.hidden > 0)
    return ", ".join([config.cell, *sizes, config.recipe])


def symbols_in(task: Task, text: str) -> list[str]:
    """The symbols of a word as people write it."""
    return text.split(task.separator) if task.separator else list(text)


def repeated(task: Task, text: str) -> str:
    """A word with repeated symbols counted: 0 ×38 1."""
    groups: list[str] = []
    for symbol, same in groupby(symbols_in(task, text)):
        count = len(list(same))
        groups += [f"{symbol} ×{count}"] if count >= 3 else [symbol] * count
    if len(groups) > MOST_GROUPS:
        half = MOST_GROUPS // 2
        groups = [*groups[:half], "…", *groups[-half:]]
    return " ".join(groups)
