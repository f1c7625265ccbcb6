"""How finely a training is watched: in how many pieces its epochs are run, and which of the glimpses are handed on."""

from dataclasses import dataclass

from anylength.training import OnSnapshot, Snapshot

GLIMPSES, FIRST = 240, 90
"""A training gives at most so many glimpses, and of its first pieces, so many, one each: many nets learn most of it early."""

PIECES, AT_ONCE = 400, 10
"""Pieces that a training is run in (but one an epoch at least), and those of one epoch, at most."""


@dataclass
class Thinned:
    """Hands on all of the first glimpses and of the others evenly so many that there are `GLIMPSES` of a whole training."""

    on_snapshot: OnSnapshot
    chunks: int
    epochs: int

    def __call__(self, snapshot: Snapshot) -> None:
        """Called after every piece."""
        at = round(snapshot.epoch * self.chunks) - FIRST
        share = (GLIMPSES - FIRST) / max(GLIMPSES - FIRST, self.chunks * self.epochs - FIRST)
        if at <= 0 or int(at * share) > int((at - 1) * share):
            self.on_snapshot(snapshot)


def pieces_at_most(epochs: int) -> int:
    """In how many pieces each of so many epochs is watched, at most."""
    return max(1, min(AT_ONCE, PIECES // epochs))
