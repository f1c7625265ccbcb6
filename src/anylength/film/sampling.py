"""How often a training is sampled: into how many chunks an epoch is split, and which snapshots are passed on."""

from dataclasses import dataclass

from anylength.training import OnSnapshot, Snapshot

MOST_SNAPSHOTS = 240
"""Snapshots of a training at most: a film of 240 frames plays for some ten seconds and takes about 1 MB."""

FIRST_CHUNKS = 90
"""Each of the first 90 chunks gives a snapshot: many nets learn most of the task early."""

MOST_CHUNKS = 400
"""Chunks of a training at most, as long as each epoch is one chunk or more."""

MOST_CHUNKS_AN_EPOCH = 10
"""Chunks of one epoch at most: each chunk costs one call of the compiled program."""


@dataclass
class SnapshotSampler:
    """Passes on every snapshot of the first chunks, then evenly spaced ones, `MOST_SNAPSHOTS` in all at most.

    Attributes:
        on_snapshot: Gets the snapshots.
        chunks: Chunks of an epoch.
        epochs: Epochs of the whole training.
    """

    on_snapshot: OnSnapshot
    chunks: int
    epochs: int

    def __call__(self, snapshot: Snapshot) -> None:
        """Called after every chunk."""
        later = round(snapshot.epoch * self.chunks) - FIRST_CHUNKS
        room = MOST_SNAPSHOTS - FIRST_CHUNKS
        share = room / max(room, self.chunks * self.epochs - FIRST_CHUNKS)
        if later <= 0 or int(later * share) > int((later - 1) * share):
            self.on_snapshot(snapshot)


def chunks_at_most(epochs: int) -> int:
    """The largest number of chunks of one epoch, for a training of `epochs` epochs."""
    return max(1, min(MOST_CHUNKS_AN_EPOCH, MOST_CHUNKS // epochs))
