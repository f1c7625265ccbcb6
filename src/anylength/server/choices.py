"""What there is to choose from, and what works best: for the page's controls."""

from typing import Any

from anylength.errors import InputError
from anylength.experiments.options import check_fits_task
from anylength.nets import ARCHITECTURES
from anylength.server import limits
from anylength.tasks import TASKS, Task, task_named
from anylength.training import RECIPES, default_recipe, recipe_named
from anylength.training.start import check_recipe

MORE = ("multiply-3", "multiply-7", "divide-3", "divide-7", "remainder-3", "remainder-7")
"""Tasks with a number in their names that are shown; others can be asked for."""


def choices() -> dict[str, Any]:
    """Tasks, cells, recipes, which go well together, and the limits."""
    tasks = [task_named(name) for name in (*TASKS, *MORE)]
    return {
        "tasks": [
            {"name": task.name, "summary": task.summary, "data": list(task.data), "finite": task.transducer is not None}
            for task in tasks
        ],
        "cells": [{"name": name, "summary": kind.summary} for name, kind in ARCHITECTURES.items()],
        "recipes": [{"name": name, "summary": recipe.summary} for name, recipe in RECIPES.items()],
        "best": {task.name: {cell: best_recipe(task, cell) for cell in ARCHITECTURES} for task in tasks},
        "sizes": {name: recipe.hidden for name, recipe in RECIPES.items()},
        "limits": {
            "hidden": limits.HIDDEN,
            "epochs": limits.EPOCHS,
            "seed": limits.SEED,
            "trainings": limits.TRAININGS,
            "waiting": limits.WAITING,
        },
    }


def best_recipe(task: Task, cell: str) -> str | None:
    """The recipe that goes best with a task and a cell, None where the pair is refused."""
    name = default_recipe(task, cell)
    recipe = recipe_named(name, task, cell)
    try:
        check_fits_task(task, cell, recipe)
        check_recipe(recipe, cell)
    except InputError:
        return None
    return name
