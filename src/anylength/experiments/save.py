"""Writes a net that was trained elsewhere as a finished run, so that every command can use it."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from anylength.base import Record, Symbols
from anylength.nets import AbstractNet, answers, describe, to_bytes
from anylength.records import RunConfig, Training
from anylength.rules import IGNORE_INDEX, Task
from anylength.runs import Run, file_of, layout

RECIPE = "saved"
"""The recipe's name in the configuration of a net that was saved from Python."""


def save_net(
    net: AbstractNet, task: Task, out: Path, *, recipe: str = RECIPE, record: Record | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Run:  # fmt: skip
    """Writes a net as a finished run, all of it or nothing. Its accuracies are those on the task's first data set.

    Args:
        net: The net.
        task: Its task.
        out: The new run folder.
        recipe: The name that stands for the net's origin in the configuration.
        record: A record about the origin.
        files: Other files of the run, by name.

    Raises:
        InputError: `out` exists, or cannot be written.
    """
    config = config_of(net, task, recipe)
    data = task.data[config.data](np.random.default_rng([0, 0]), task.base)
    training = Training(
        epochs=0, train_accuracy=_accuracy(net, task, data.train, data.train_ends),
        validation_accuracy=_accuracy(net, task, data.validation, data.validation_ends), seconds=0.0, parameters=net.parameters,
    )  # fmt: skip
    written = {**(files or {}), layout.MODEL: to_bytes(net, describe(net, task)), layout.DONE: training.to_file()}
    if record is not None:
        written[file_of(record)] = record.to_file()
    return Run.create(out, config, files=written)


def config_of(net: AbstractNet, task: Task, recipe: str) -> RunConfig:
    """The configuration of a run whose net was not drawn from a seed: on the task's first data set."""
    described = describe(net, task)
    config = RunConfig(
        task=task.name, base=task.base, cell=described.cell, hidden=net.hidden, recipe=recipe, data=next(iter(task.data)), seed=0,
        epochs=0, settings={}, machine=task.description,
    )  # fmt: skip
    if described.layers is None or described.between is None:
        return config
    return msgspec.structs.replace(config, layers=described.layers, between=described.between)


def _accuracy(net: AbstractNet, task: Task, words: Symbols, ends: NDArray[np.int64] | None) -> float:
    """The share of words `[N, T]` whose graded outputs are all right."""
    targets = task.targets(words.T, ends)
    return float(((answers(net, words.T) == targets) | (targets == IGNORE_INDEX)).all(axis=0).mean())
