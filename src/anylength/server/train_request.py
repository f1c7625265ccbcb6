"""What a request for a training says, held against what is allowed. No path and no file comes from here: names alone."""

import re

import msgspec

from anylength.errors import InputError, quoted
from anylength.experiments import TrainOptions
from anylength.server import limits

NAME = re.compile(r"[a-z0-9-]{1,40}")


class TrainRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training that is asked for; None stands for what works best with the rest."""

    task: str
    cell: str | None = None
    hidden: int | None = None
    recipe: str | None = None
    data: str | None = None
    seed: int = 0
    epochs: int | None = None

    @staticmethod
    def of(body: bytes) -> "TrainRequest":
        """Reads a request's body.

        Raises:
            InputError: It is not a JSON object of this kind, or asks for too much.
        """
        try:
            request = msgspec.json.decode(body, type=TrainRequest)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise InputError("a training as JSON", quoted(str(error), 200), "send task, cell, hidden, recipe, data, seed") from None
        request.check()
        return request

    def check(self) -> None:
        """Checks names and numbers.

        Raises:
            InputError: A name that cannot be one, or a number beyond the page's limits.
        """
        for what in ("task", "cell", "recipe", "data"):
            name = getattr(self, what)
            if name is not None and not NAME.fullmatch(name):
                raise InputError(f"the name of a {what}", quoted(name), "take one of those in the list")
        _within("hidden units", self.hidden, 1, limits.HIDDEN)
        _within("epochs", self.epochs, 1, limits.EPOCHS)
        _within("seed", self.seed, 0, limits.SEED)

    def wanted(self) -> TrainOptions:
        """The same for `experiments`."""
        return TrainOptions(**msgspec.structs.asdict(self))


def _within(what: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise InputError(f"{what}: {least} to {most:,}", quoted(str(value)), "take a value in this range")
