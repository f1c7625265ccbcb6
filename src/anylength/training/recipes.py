"""The recipes by name."""

import dataclasses
from collections.abc import Mapping

from anylength.cells import ONE_LAYER, Layering
from anylength.errors import unknown_name
from anylength.tasks import Task
from anylength.training.blog import Blog
from anylength.training.constructed import Constructed
from anylength.training.learned_invariant import LearnedInvariant
from anylength.training.memory import Memory
from anylength.training.plain import Plain
from anylength.training.recipe import AbstractRecipe
from anylength.training.robust import Robust
from anylength.training.settings import hardening, retraining, tuned
from anylength.training.unrolled import Unrolled

CERTIFIED = LearnedInvariant(
    name="certified",
    summary="knows the task's machine: learns the boxes of the proof together with the weights, from machine and words",
)
ROBUST = Robust(
    name="robust",
    summary="sees inputs and outputs alone: infers a machine from the examples, then learns as certified does",
)
UNROLLED = Unrolled(
    name="unrolled",
    summary="knows the task's machine: worst-case loss over the prover's own boxes, some steps of its iteration",
    epochs=15,
    noise=0.2,
)
HARDEN = dataclasses.replace(UNROLLED, name="harden", learning_rate=0.003, noise=0.1, epochs=200, updates=10, warm_up=0.02)
"""From given weights, in small steps: a low learning rate keeps them close, and short epochs let the prover try often."""

TUNE = dataclasses.replace(HARDEN, name="tune", learning_rate=0.02, noise=0.02, worst_weight=0.2)
"""The same for weights on a coarse grid: larger steps, because grid points are far apart, and less noise to leave room for them."""

HARDENING: Mapping[str, Unrolled] = {recipe.name: recipe for recipe in (HARDEN, UNROLLED)}
"""The recipes that a given net can be hardened by."""

RECIPES: Mapping[str, AbstractRecipe] = {
    recipe.name: recipe for recipe in (Blog(), Plain(), ROBUST, CERTIFIED, UNROLLED, Constructed(), Memory())
}


def hardening_named(name: str, task: Task, cell: str, layers: Layering = ONE_LAYER) -> Unrolled:
    """The recipe of this name from given weights, as it suits the task, the cell (which may be a program) and the layers.

    Raises:
        InputError: No such recipe. The message suggests the nearest name.
    """
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
    return RECIPES[name] if task is None else tuned(RECIPES[name], task, cell, layers)
