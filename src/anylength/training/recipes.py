"""The recipes by name."""

import dataclasses
from typing import TYPE_CHECKING, get_args

from anylength.base import InputError, LazyTable, unknown_name
from anylength.cells import ONE_LAYER, Layering
from anylength.rules import Task
from anylength.training.recipe import AbstractRecipe
from anylength.training.seen import REFUSE, Unseen

if TYPE_CHECKING:
    from anylength.training.unrolled import Unrolled

RECIPES: LazyTable[AbstractRecipe] = LazyTable(
    "anylength.training",
    {
        "blog": "blog:BLOG",
        "plain": "words:PLAIN",
        "robust": "learned_invariant:ROBUST",
        "certified": "learned_invariant:CERTIFIED",
        "unrolled": "unrolled:UNROLLED",
        "constructed": "constructed:CONSTRUCTED",
        "memory": "words:MEMORY",
    },
)
"""For each name of `--recipe` the module and the recipe."""

FOR_ALL = frozenset({"blog", "plain", "memory"})
"""The recipes whose numbers are the same for all tasks and cells."""


def hardening_named(name: str, task: Task, cell: str, layers: Layering = ONE_LAYER) -> "Unrolled":
    """The recipe of this name from given weights, as it suits the task, the cell (which may be a program) and the layers.

    Raises:
        InputError: No such recipe. The message suggests the nearest name.
    """
    from anylength.training.settings import hardening, retraining
    from anylength.training.unrolled import HARDEN, HARDENING

    if name not in HARDENING:
        raise unknown_name("recipe to harden by", name, HARDENING)
    recipe = HARDENING[name]
    return hardening(recipe, cell, layers) if recipe is HARDEN else retraining(recipe, task, cell, layers)


def recipe_named(name: str, task: Task | None = None, cell: str = "rnn", layers: Layering = ONE_LAYER) -> AbstractRecipe:
    """The recipe of this name. If a task is given, its numbers are those that suit the task, the cell and the layers.

    Raises:
        InputError: No such recipe. The message suggests the nearest name.
    """
    if name not in RECIPES:
        raise unknown_name("recipe", name, RECIPES)
    if task is None or name in FOR_ALL:
        return RECIPES[name]
    from anylength.training.settings import tuned

    return tuned(RECIPES[name], task, cell, layers)


def with_unseen(recipe: AbstractRecipe, unseen: str) -> AbstractRecipe:
    """The recipe with another way to treat what no example shows.

    Raises:
        InputError: There is no such way, or the recipe infers nothing.
    """
    if unseen not in get_args(Unseen):
        raise InputError(" or ".join(get_args(Unseen)), repr(unseen), "pass --ask or leave it out")
    if recipe.unseen is not None:
        return dataclasses.replace(recipe, unseen=unseen)  # type: ignore[type-var]
    if unseen != REFUSE:
        remedy = "pass --recipe robust, or leave it out"
        raise InputError(f"a recipe that infers a machine from examples, for --{unseen}", recipe.name, remedy)
    return recipe
