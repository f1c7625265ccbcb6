"""The options of a benchmark, checked on their own. What needs a task is checked by the plan."""

from dataclasses import dataclass

from anylength.base import InputError, unknown_name
from anylength.benchmark.conventions import DEFAULT, TRAIN_TO, convention_named
from anylength.rules import SUITES
from anylength.sweeps.config import MAX_FIRST_SEED
from anylength.training.streaming import CHUNK

MOST_UPDATES, MOST_WORDS = 10_000_000, 10_000
"""Most updates on fresh words, and most words of an update or of a test length."""

FRESH_CONVENTION = "chomsky-v1"
"""The convention whose source trains on fresh words."""

FRESH_RECIPES = (None, "plain", "memory")
"""Recipes that learn from words alone."""


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
        updates: Updates on fresh words, in place of a data set and epochs; None: the convention's data set.
        batch: Fresh words in an update.
        words: Test words of each length; None: as many as suit the kind's cost.

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
    updates: int | None = None
    batch: int = 16
    words: int | None = None

    def __post_init__(self) -> None:
        if self.suite not in SUITES:
            raise unknown_name("suite", self.suite, SUITES)
        convention_named(self.convention)
        for name in self.tasks:
            if name not in self._known:
                raise unknown_name(f"task of the suite {self.suite}", name, self._known)
        # the table needs ten seeds; a larger study than this is a sweep
        _check("seeds", self.seeds, 1, 10_000, 10)
        _check("as the first seed", self.first_seed, 0, MAX_FIRST_SEED, 0)
        _check("symbols as the limit", self.limit, TRAIN_TO + 1, 10_000, 500)
        if self.words is not None:
            _check("words of each length", self.words, 1, MOST_WORDS, 64)
        if self.updates is not None:
            self._check_fresh_words(self.updates)

    def _check_fresh_words(self, updates: int) -> None:
        """Checks what belongs to fresh words: the convention, and the budget.

        Raises:
            InputError: Another convention, or a number out of range.
        """
        _check("updates", updates, CHUNK, MOST_UPDATES, 1000)
        _check("words in an update", self.batch, 1, MOST_WORDS, 16)
        if updates % CHUNK:
            raise InputError(f"a multiple of {CHUNK} updates", f"{updates:,}", "pass for example --updates 1000")
        if self.convention != FRESH_CONVENTION:
            remedy = f"pass --convention {FRESH_CONVENTION}, or leave out --updates"
            raise InputError(f"{FRESH_CONVENTION} with --updates", self.convention, remedy)
        if ":" in self.kind:
            raise InputError("a cell or net of ours with --updates", self.kind, "leave out --updates")
        if self.recipe not in FRESH_RECIPES:
            raise InputError("the recipe plain or memory with --updates", str(self.recipe), "leave out --recipe")

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
