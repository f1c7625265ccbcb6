"""Work that goes on, in one line."""

from anylength.records import Epoch


def epoch_line(epoch: Epoch) -> str:
    """An epoch of a training."""
    return (
        f"epoch {epoch.epoch:3}  loss {epoch.loss:.4f}  "
        f"training {epoch.train_accuracy:7.2%}  validation {epoch.validation_accuracy:7.2%}"
    )


def ellipsoids_line(ellipsoids: int, steps: int, open_steps: int) -> str:
    """A round of the search for ellipsoids."""
    return f"{ellipsoids:,} ellipsoids, {open_steps:,} of their {steps:,} steps open"


def part_line(part: str) -> str:
    """A part of an explanation."""
    return f"explain: {part}"
