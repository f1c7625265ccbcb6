"""What follows from a run's configuration: the task, the description of the net, and the command that trains it."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from anylength.base import InputError
from anylength.cells import ONE_LAYER, Layering
from anylength.nets import NetConfig, with_layering
from anylength.records import RunConfig
from anylength.rules import Task, task_named
from anylength.runs import layout

if TYPE_CHECKING:
    from anylength.training import AbstractRecipe


def task_of(config: RunConfig) -> Task:
    """The task of a configuration. A user's own task is read from the machine's text."""
    return task_named(config.task, config.base, config.machine)


def net_config(config: RunConfig) -> NetConfig:
    """The part of a run's configuration that the weights file repeats."""
    plain = NetConfig(task_name=config.task, base=config.base, cell=config.cell, hidden=config.hidden, machine=config.machine)
    return with_layering(plain, layering_of(config))


def layering_of(config: RunConfig) -> Layering:
    """How many layers the net of a configuration has, and what lies between them.

    Raises:
        InputError: There is no such layering.
    """
    if config.layers is None or config.between is None:
        return ONE_LAYER
    return Layering(config.layers, config.between)


def recipe_of(config: RunConfig) -> "AbstractRecipe":
    """The recipe of a configuration, as it suits the task, the cell and the layers today.

    Raises:
        InputError: There is no such recipe.
    """
    from anylength.training import recipe_named, with_unseen

    recipe = recipe_named(config.recipe, task_of(config), config.cell, layering_of(config))
    return with_unseen(recipe, _unseen(config))


def _unseen(config: RunConfig) -> str:
    """What the recipe does about what no example shows; recipes that infer nothing have no such setting."""
    from anylength.training.seen import REFUSE

    return str(config.settings.get("unseen", REFUSE))


def check_same(expected: RunConfig, stored: RunConfig, path: Path) -> None:
    """Checks that a run has the expected configuration.

    Raises:
        InputError: It has another one. The message names the first difference.
    """
    if expected == stored:
        return
    pairs = zip(msgspec.structs.asdict(expected).items(), msgspec.structs.asdict(stored).values(), strict=True)
    name, old, new = next((key, theirs, ours) for (key, ours), theirs in pairs if ours != theirs)
    remedy = "repeat the run's own options, or pass another --out"
    raise InputError(f"the configuration of {str(path)!r} ({name} {old})", f"{name} {new}", remedy)


KIND = ("base", "cell", "layers", "between")
"""The options that say what kind of net is trained."""


def command_of(config: RunConfig, path: Path, origin: str | None) -> str:
    """The command line that makes a run in a folder; `origin` is the run that a hardened or quantised net is made from."""
    return train_command(config, path) if origin is None else _derive_command(config, path, origin)


def train_command(config: RunConfig, path: Path) -> str:
    """The command line that trains a configuration into a folder."""
    return _training(config, path, (*KIND, "hidden", "recipe", "data", "seed", "epochs", "candidates"), "--out", str(path))


def retrain_command(config: RunConfig, path: Path, *options: str) -> str:
    """The command line that trains another net of the same kind, on the task of the run in a folder, with these options."""
    return _training(config, path, KIND, *options)


def _training(config: RunConfig, path: Path, names: tuple[str, ...], *more: str) -> str:
    """A command line that trains, with the options of these names. The run's folder itself holds a user's own machine."""
    from anylength.training.seen import REFUSE

    given = [name for name in names if getattr(config, name) is not None]
    options = [word for name in given for word in (f"--{name}", str(getattr(config, name)))]
    if _unseen(config) != REFUSE and "recipe" in names:
        options.append(f"--{_unseen(config)}")
    task = str(path / layout.CONFIG) if config.machine else config.task
    return shlex.join(["anylength", "train", task, *options, *more])


def _derive_command(config: RunConfig, path: Path, origin: str) -> str:
    """The command line that makes a hardened or quantised net from the run `origin` into a folder."""
    settings = config.settings
    words = ["anylength", "harden", origin, "--out", str(path)]
    if "to" in settings:
        scales = ["--scales", str(settings["scales"])] if settings.get("scales") else []
        tune = ["--tune"] if settings.get("tune") else []
        words = ["anylength", "quantise", origin, "--to", str(settings["to"]), *scales, *tune, "--out", str(path)]
    return shlex.join(words)
