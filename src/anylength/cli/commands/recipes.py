"""`anylength recipes`: lists the training recipes."""

from anylength.cli.command import Command, listing, no_arguments


def _summaries() -> dict[str, str]:
    from anylength.training import RECIPES

    return {name: recipe.summary for name, recipe in RECIPES.items()}


COMMAND = Command("list the training recipes", no_arguments, listing("recipes", _summaries))
