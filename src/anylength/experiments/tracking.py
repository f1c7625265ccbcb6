"""Logs runs to experiment trackers: during training, or afterwards from the run folder."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anylength.records import Epoch
from anylength.runs import Run

if TYPE_CHECKING:
    from anylength.trackers import RunLogger

Progress = Callable[[Epoch, int], None]
"""Called with each epoch and the epoch limit."""


def log_run(path: str | Path, *trackers: str, quiet: bool = False) -> None:
    """Logs a finished run to trackers: configuration, epochs and result, and the stress test and verdict if the run has them.

    Args:
        path: The run's folder.
        trackers: Names of trackers: tensorboard, wandb, trackio.
        quiet: Whether to silence the messages of their libraries.

    Raises:
        InputError: A tracker does not exist, its library is missing, or the run is not finished.
    """
    from anylength.trackers import RunLogger, open_trackers

    logger, run = RunLogger(open_trackers(trackers, quiet=quiet), quiet=quiet), Run(path)
    run.result()
    _begin(logger, run)
    _end(logger, run)


@contextmanager
def logged(trackers: Iterable[str], path: Path, progress: Progress | None, *, quiet: bool = False) -> Iterator[Progress | None]:
    """Logs a run while it is trained. Yields the progress callback that training must call.

    The logger starts with the next epoch, and includes the earlier epochs in the folder, so that a resumed run is logged whole.

    Raises:
        InputError: A tracker does not exist, or its library is missing. This is raised before anything is trained.
    """
    trackers = list(trackers)
    if not trackers:
        yield progress
        return
    from anylength.trackers import RunLogger, open_trackers

    opened = open_trackers(trackers, quiet=quiet)
    live = _LiveLog(RunLogger(opened, quiet=quiet), Run(path), progress)
    try:
        yield live.on_epoch
    except BaseException:
        live.fail()
        raise
    live.finish()


class _LiveLog:
    """The log of a run in training. It starts with the first epoch, when the run folder exists."""

    def __init__(self, logger: "RunLogger", run: Run, progress: Progress | None) -> None:
        self._logger, self._run, self._progress, self._started = logger, run, progress, False

    def on_epoch(self, epoch: Epoch, limit: int) -> None:
        """Logs an epoch. The first call also logs the earlier epochs in the folder."""
        if self._started:
            self._logger.epoch(epoch)
        else:
            self._start()
        if self._progress:
            self._progress(epoch, limit)

    def fail(self) -> None:
        """Ends the log of a training that was interrupted or raised an exception."""
        if self._started:
            self._logger.close(failed=True)

    def finish(self) -> None:
        """Logs the results and ends the log."""
        if not self._started:
            self._start()
        _end(self._logger, self._run)

    def _start(self) -> None:
        _begin(self._logger, self._run)
        self._started = True


def _begin(logger: "RunLogger", run: Run) -> None:
    logger.started(run.config, run.path)
    for epoch in run.epochs:
        logger.epoch(epoch)


def _end(logger: "RunLogger", run: Run) -> None:
    logger.finished(run.result())
    stress_test, verdict = run.stress_test, run.verdict
    if stress_test is not None:
        logger.stress(stress_test)
    if verdict is not None:
        logger.verdict(verdict)
    logger.close()
