"""The options of a benchmark, checked on their own. What needs a task is checked by the plan."""

from dataclasses import dataclass

from anylength.benchmark.conventions import DEFAULT, TRAIN_TO, convention_named
from anylength.errors import InputError, unknown_name
from anylength.sweeps.config import MAX_FIRST_SEED
from anylength.tasks import SUITES

MOST_SEEDS = 10_000
"""Seeds of each task at most. The table needs ten; a larger study is a sweep."""

MOST_LIMIT = 10_000
"""Longest test words, in symbols."""


@dataclass(frozen=True)
class BenchmarkOptions:
    """What a user asks for.

    Attributes:
        kind: A cell or net of ours, or `module:factory`.
        suite: The suite.
        tasks: The tasks of the suite that count; empty: all.
        hidden: Hidden units; None: those of the recipe.
        layers: Layers of the cell.
        recipe: The recipe; None: `plain`, or `memory` for a cell with a memory.
        epochs: Most epochs; None: those of the recipe.
        seeds: Seeds of each task.
        first_seed: The first seed.
        convention: The convention whose words the nets train on.
        limit: The longest test word, in symbols.

    Raises:
        InputError: A name that does not exist, or a number out of range.
    """

    kind: str
    suite: str
    tasks: tuple[str, ...] = ()
    hidden: int | None = None
    layers: int = 1
    recipe: str | None = None
    epochs: int | None = None
    seeds: int = 10
    first_seed: int = 0
    convention: str = DEFAULT
    limit: int = 500

    def __post_init__(self) -> None:
        if self.suite not in SUITES:
            raise unknown_name("suite", self.suite, SUITES)
        convention_named(self.convention)
        for name in self.tasks:
            if name not in self._known:
                raise unknown_name(f"task of the suite {self.suite}", name, self._known)
        _check("seeds", self.seeds, 1, MOST_SEEDS, 10)
        _check("as the first seed", self.first_seed, 0, MAX_FIRST_SEED, 0)
        _check("symbols as the limit", self.limit, TRAIN_TO + 1, MOST_LIMIT, 500)

    @property
    def _known(self) -> list[str]:
        return list(SUITES[self.suite].names)

    @property
    def task_names(self) -> list[str]:
        """The tasks by name, in the order of the suite."""
        return [name for name in self._known if not self.tasks or name in self.tasks]


def _check(what: str, value: int, least: int, most: int, example: int) -> None:
    if not least <= value <= most:
        raise InputError(f"{least:,} to {most:,} {what}", f"{value:,}", f"pass for example {example}")
