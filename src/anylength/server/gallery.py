"""The gallery: one row for each run. A result that is missing or damaged is left out of its row."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from anylength.errors import InputError
from anylength.experiments import Run
from anylength.records import Verdict
from anylength.records.verdicts import mistake_of

Result = TypeVar("Result")


class GalleryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run in the gallery. A field is None if its result does not exist yet."""

    name: str
    task: str
    cell: str
    hidden: int
    recipe: str
    data: str
    seed: int
    status: str
    epochs: int | None
    validation_accuracy: float | None
    verdict: str | None
    counterexample: list[str] | None
    separator: str | None
    horizon: int | None
    limit: int | None
    noise_budget: float | None
    parameters: int | None
    changed: float


def gallery_row(name: str, run: Run, status: str, changed: float) -> GalleryRow:
    """The row of a run.

    Args:
        name: The run's name.
        run: The run.
        status: Its status on disk.
        changed: The time of its last change, in seconds.

    Raises:
        InputError: It has no readable configuration.
    """
    config = run.config
    training, verdict = readable(lambda: run.training), readable(lambda: run.verdict)
    stress = readable(lambda: run.stress_test)
    return GalleryRow(
        name=name,
        task=config.task,
        cell=config.cell,
        hidden=config.hidden,
        recipe=config.recipe,
        data=config.data,
        seed=config.seed,
        status=status,
        epochs=training and training.epochs,
        validation_accuracy=training and training.validation_accuracy,
        verdict=verdict and verdict.verdict,
        counterexample=verdict and verdict.counterexample,
        separator=_separator(verdict),
        horizon=stress and stress.horizon,
        limit=stress and stress.limit,
        noise_budget=verdict and verdict.noise_budget,
        parameters=training and training.parameters,
        changed=changed,
    )


def _separator(verdict: Verdict | None) -> str | None:
    """What stands between the symbols of the counterexample; None where it is numbers."""
    mistake = mistake_of(verdict)
    separator = None if mistake is None else mistake.separator
    return separator if isinstance(separator, str) else None


def readable(read: Callable[[], Result]) -> Result | None:
    """What `read` reads; None where it is missing, damaged, too long, or no regular file."""
    try:
        return read()
    except (InputError, OSError):
        return None
