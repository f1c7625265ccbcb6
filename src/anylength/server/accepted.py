"""Which runs the server works on: those within the limits of the page, whoever wrote their folders."""

from anylength.errors import InputError, quoted
from anylength.experiments import Run
from anylength.records import RunConfig
from anylength.server import limits


def check_limits(run: Run) -> None:
    """Checks the configuration of a run against the limits of the server.

    Raises:
        InputError: The folder has no readable configuration, or a number in it is beyond its limit.
    """
    for what, value, least, most in _limited(run.config):
        check_number(what, value, least, most, "continue it on the command line: anylength train … --resume")


def _limited(config: RunConfig) -> list[tuple[str, int, int, int]]:
    """(name, value, least, most) of every number that has a limit."""
    return [
        ("hidden units", config.hidden, 1, limits.MAX_HIDDEN),
        ("epochs", config.epochs, 1, limits.MAX_EPOCHS),
        ("seed", config.seed, 0, limits.MAX_SEED),
        ("candidates", config.candidates, 1, limits.MAX_CANDIDATES),
        ("characters of a machine", len(config.machine or ""), 0, limits.MAX_MACHINE),
    ]


def check_number(what: str, value: int | None, least: int, most: int, remedy: str = "take a value in this range") -> None:
    """Checks a number that may be left out.

    Raises:
        InputError: It is out of range.
    """
    if value is not None and not least <= value <= most:
        raise InputError(f"{what}: {least} to {most:,}", quoted(str(value)), remedy)
