"""The film of a training: which snapshots are taken, what a frame shows of each, and the file that holds the frames."""

from anylength.film.file import append_frame, frames_in, repaired_film
from anylength.film.frames import FrameBuilder, TrainingPoint
from anylength.film.recorder import FilmRecorder
from anylength.film.sampling import SnapshotSampler, chunks_at_most

__all__ = [
    "FilmRecorder",
    "FrameBuilder",
    "SnapshotSampler",
    "TrainingPoint",
    "append_frame",
    "chunks_at_most",
    "frames_in",
    "repaired_film",
]
