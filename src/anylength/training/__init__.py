"""Training: recipes, losses, one compiled epoch, `fit`."""

from collections.abc import Mapping

from anylength.errors import unknown_name
from anylength.training.baseline import linear_baseline
from anylength.training.blog import Blog
from anylength.training.fit import Progress, Session, Trained, fit, fit_block
from anylength.training.recipe import AbstractRecipe

RECIPES: Mapping[str, AbstractRecipe] = {"blog": Blog()}


def recipe_named(name: str) -> AbstractRecipe:
    """The recipe of this name with its default settings.

    Raises:
        InputError: No such recipe (the nearest name is suggested).
    """
    if name not in RECIPES:
        raise unknown_name("recipe", name, RECIPES)
    return RECIPES[name]


__all__ = [
    "RECIPES", "AbstractRecipe", "Blog", "Progress", "Session", "Trained", "fit", "fit_block", "linear_baseline", "recipe_named",
]  # fmt: skip
