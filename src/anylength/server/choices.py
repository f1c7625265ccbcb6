"""The choices for the page's controls, and the best recipe for each task and cell."""

from typing import Any

from anylength.errors import InputError
from anylength.experiments.options import check_fits_task
from anylength.nets import ARCHITECTURES
from anylength.server import limits
from anylength.tasks import SUITES, TASKS, Task, task_named
from anylength.training import RECIPES, default_cell, default_recipe, known_limit, recipe_named
from anylength.training.start import check_recipe

PARAMETRIC_EXAMPLES = ("multiply-3", "multiply-7", "divide-3", "divide-7", "remainder-3", "remainder-7")
"""Tasks with a number in their names that the page lists. A request may name others."""


def choices() -> dict[str, Any]:
    """Tasks, cells, recipes, the best recipe for each pair, and the limits. A task of a suite names it."""
    suites = {name: suite.name for suite in SUITES.values() for name in suite.names}
    tasks = [task_named(name) for name in (*TASKS, *PARAMETRIC_EXAMPLES, *suites)]
    return {
        "tasks": [
            {
                "name": task.name,
                "summary": task.summary,
                "suite": suites.get(task.name),
                "data": list(task.data),
                "finite": task.transducer is not None,
                "cell": default_cell(task),
                "limit": known_limit(task),
            }
            for task in tasks
        ],
        "cells": [{"name": name, "summary": kind.summary} for name, kind in ARCHITECTURES.items()],
        "recipes": [{"name": name, "summary": recipe.summary} for name, recipe in RECIPES.items()],
        "best": {task.name: {cell: best_recipe(task, cell) for cell in ARCHITECTURES} for task in tasks},
        "sizes": {name: recipe.hidden for name, recipe in RECIPES.items()},
        "limits": {
            "hidden": limits.MAX_HIDDEN,
            "epochs": limits.MAX_EPOCHS,
            "seed": limits.MAX_SEED,
            "trainings": limits.MAX_TRAININGS,
            "waiting": limits.MAX_WAITING,
        },
    }


def best_recipe(task: Task, cell: str) -> str | None:
    """The best recipe for a task and a cell; None where the cell cannot learn the task."""
    name = default_recipe(task, cell)
    recipe = recipe_named(name)
    try:
        check_fits_task(task, cell, recipe)
        check_recipe(recipe, cell)
    except InputError:
        return None
    return name
