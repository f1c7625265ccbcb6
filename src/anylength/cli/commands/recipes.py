"""`anylength recipes`: the training recipes, a line each."""

from anylength.cli.command import Command, listing, no_arguments


def _summaries() -> dict[str, str]:
    from anylength.training import RECIPES

    return {name: recipe.summary for name, recipe in RECIPES.items()}


COMMAND = Command("the training recipes there are", no_arguments, listing("recipes", _summaries))
