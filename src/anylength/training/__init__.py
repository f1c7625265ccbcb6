"""Training: recipes, losses, one compiled epoch, `fit`."""

import dataclasses
from collections.abc import Mapping

from anylength.errors import unknown_name
from anylength.tasks import Task
from anylength.training.baseline import linear_baseline
from anylength.training.blocks import fit_block
from anylength.training.blog import Blog
from anylength.training.fitting import OnSnapshot, Progress, Session, Snapshot, TrainResult, fit
from anylength.training.memory import Memory
from anylength.training.plain import Plain
from anylength.training.program import VMAP_WIDTH, processors
from anylength.training.provable import Provable
from anylength.training.recipe import AbstractRecipe
from anylength.training.rounded import Rounded, on_grid
from anylength.training.settings import default_recipe, tuned

ROBUST = Provable(
    name="robust",
    summary="inputs and outputs alone: worst cases along the words under state noise, so that a proof is possible",
    machine_known=False,
    epochs=30,
    noise=0.3,
    parsimony=0.8,
)
CERTIFIED = Provable(
    name="certified",
    summary="knows the task's machine: worst cases over the prover's own boxes, so that a proof is nearly sure",
    machine_known=True,
    epochs=15,
    noise=0.2,
)
HARDEN = dataclasses.replace(CERTIFIED, name="harden", rate=0.003, noise=0.1, epochs=200, updates=10, warm_up=0.02)
"""Certified training from a net's given weights, at a low rate."""

TUNE = dataclasses.replace(HARDEN, name="tune", rate=0.02, noise=0.02, worst=0.2)
"""The same for weights on a coarse grid: larger steps, for the next number may be far, and less noise, for there is less room."""

RECIPES: Mapping[str, AbstractRecipe] = {recipe.name: recipe for recipe in (Blog(), Plain(), ROBUST, CERTIFIED, Memory())}


def recipe_named(name: str, task: Task | None = None, cell: str = "rnn") -> AbstractRecipe:
    """The recipe of this name, with the numbers that suit the task and cell where a task is given, else its default ones.

    Raises:
        InputError: No such recipe (the nearest name is suggested).
    """
    if name not in RECIPES:
        raise unknown_name("recipe", name, RECIPES)
    return RECIPES[name] if task is None else tuned(RECIPES[name], task, cell)


__all__ = [
    "VMAP_WIDTH", "RECIPES", "AbstractRecipe", "HARDEN", "TUNE", "default_recipe",
    "Blog", "Snapshot", "Memory", "Plain", "Progress",
    "Provable", "Rounded", "Session", "TrainResult", "OnSnapshot", "fit", "fit_block", "linear_baseline", "on_grid", "processors",
    "recipe_named", "tuned",
]  # fmt: skip
