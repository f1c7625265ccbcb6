"""A request for a training, checked against the limits. It carries names and numbers only, never a path."""

import re

import msgspec

from anylength.errors import InputError, quoted
from anylength.experiments import TrainOptions
from anylength.server import limits
from anylength.server.accepted import check_number

MAX_ERROR_TEXT = 200
"""Characters of a parser's error message that ours quotes: it stays one readable line."""

NAME = re.compile(r"[a-z0-9-]{1,40}")
"""A name that the server accepts."""


class TrainRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a training. None stands for the default that works best with the others."""

    task: str
    cell: str | None = None
    hidden: int | None = None
    recipe: str | None = None
    data: str | None = None
    seed: int = 0
    epochs: int | None = None

    @staticmethod
    def of(body: bytes) -> "TrainRequest":
        """Reads the body of a request.

        Raises:
            InputError: The body is not a JSON object of this kind, or exceeds a limit.
        """
        try:
            request = msgspec.json.decode(body, type=TrainRequest)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise InputError(
                "a training as JSON", quoted(str(error), MAX_ERROR_TEXT), "send task, cell, hidden, recipe, data, seed"
            ) from None
        request.check()
        return request

    def check(self) -> None:
        """Checks names and numbers.

        Raises:
            InputError: A name has other characters, or a number is beyond its limit.
        """
        for field in ("task", "cell", "recipe", "data"):
            name = getattr(self, field)
            if name is not None and not NAME.fullmatch(name):
                raise InputError(f"the name of a {field}", quoted(name), "take one of those in the list")
        check_number("hidden units", self.hidden, 1, limits.MAX_HIDDEN)
        check_number("epochs", self.epochs, 1, limits.MAX_EPOCHS)
        check_number("seed", self.seed, 0, limits.MAX_SEED)

    def options(self) -> TrainOptions:
        """The request as options of a training."""
        return TrainOptions(**msgspec.structs.asdict(self))
