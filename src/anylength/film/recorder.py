"""Records a film while a training runs, at a pace that does not slow the training down."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from anylength.film.file import append_frame, repaired_film
from anylength.film.frames import FrameBuilder, TrainingPoint
from anylength.records import Frame
from anylength.tasks import Task
from anylength.training import Snapshot

MIN_FRAMES = 40
"""Frames of a film at least, if there are as many snapshots."""

MAX_DELAY_SECONDS = 2.0
"""Seconds that the film may lag behind the training. Snapshots are skipped to keep to it."""

FRAME_SECONDS = 0.08
"""Seconds between frames at least, while the training runs."""

REST_FACTOR = 4.0
"""While the training runs, the pause between frames is four times the cost of a frame: where processors share their parts, each
frame slows the training down (`docs/results/watching.json` has the slow-down that this leaves)."""

LONGEST_PAUSE_SECONDS = 0.15
"""The pause is no longer than this where a frame can be made as quickly, so that the picture stays live."""

SMOOTHING = 0.8
"""Weight of the past in the moving average of a frame's cost."""


class FilmRecorder:
    """Turns the snapshots of one run into frames.

    Args:
        path: The run folder. Frames that it already holds are kept.
        task: The run's task.
        on_frame: Called with each new frame.
    """

    def __init__(self, path: Path, task: Task, on_frame: Callable[[Frame], None]) -> None:
        self._path, self._task, self._on_frame = path, task, on_frame
        film = repaired_film(path)
        self._last: Frame | None = film[-1] if film else None
        self._builder: FrameBuilder | None = None
        self._waiting: deque[Snapshot] = deque()
        self._snapshots, self._cost = len(film), 0.0
        self.training_ended = False

    def add(self, snapshot: Snapshot) -> None:
        """Adds a snapshot, unless the film has its frame already."""
        if self._last is None or snapshot.update > self._last.update:
            self._waiting.append(snapshot)
            self._snapshots += 1

    @property
    def waiting(self) -> bool:
        """Whether snapshots wait."""
        return bool(self._waiting)

    @property
    def pause(self) -> float:
        """Seconds between the starts of two frames."""
        if self.training_ended:
            return 0.0
        return min(max(FRAME_SECONDS, REST_FACTOR * self._cost), max(LONGEST_PAUSE_SECONDS, self._cost))

    def make_frame(self) -> None:
        """Makes the next frame.

        Raises:
            InputError: The film cannot be written.
        """
        started = time.perf_counter()
        self._skip()
        snapshot = self._waiting.popleft()
        self._builder = self._builder or FrameBuilder.of(self._task, snapshot.net)
        point = TrainingPoint(snapshot.update, snapshot.epoch, snapshot.loss)
        frame = self._builder.frame(snapshot.net, point, self._last)
        if frame is not None:
            append_frame(self._path, frame)
            self._on_frame(frame)
            self._last = frame
        cost = time.perf_counter() - started
        self._cost = cost if not self._cost else SMOOTHING * self._cost + (1 - SMOOTHING) * cost

    def _skip(self) -> None:
        """Drops waiting snapshots, so that the rest can be filmed within the allowed delay."""
        stride = round(len(self._waiting) * max(self._cost, self.pause) / MAX_DELAY_SECONDS)
        for _ in range(max(0, min(stride, self._snapshots // MIN_FRAMES, len(self._waiting)) - 1)):
            self._waiting.popleft()
