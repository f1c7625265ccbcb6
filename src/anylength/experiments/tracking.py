"""Runs told to trackers: live while they are trained, or afterwards from their folders."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from anylength.experiments import folder
from anylength.records import Epoch, Stress, Verdict
from anylength.trackers import RunLogger, open_trackers

Progress = Callable[[Epoch, int], None]


def log_run(path: str | Path, *trackers: str, quiet: bool = False) -> None:
    """Tells trackers of a finished run: its configuration, epochs and result, and its stress test and verdict where it has them.

    Args:
        path: The run's folder.
        trackers: Their names: tensorboard, wandb, trackio.
        quiet: Whether what their libraries say is left out.

    Raises:
        InputError: No such tracker, its library is missing, or the run is not whole.
    """
    log, path = RunLogger(open_trackers(trackers, quiet=quiet), quiet=quiet), Path(path)
    folder.result_of(path)
    _begin(log, path)
    _end(log, path)


@contextmanager
def logged(trackers: Iterable[str], path: Path, progress: Progress | None, *, quiet: bool = False) -> Iterator[Progress | None]:
    """Tells trackers of the run that is trained into a folder meanwhile, by the progress callback that this yields.

    The run begins for the trackers with its next epoch, and with it come all epochs that its folder knows: a resumed run is whole.

    Raises:
        InputError: No such tracker, or its library is missing; nothing has been done yet.
    """
    found = open_trackers(trackers, quiet=quiet)
    if not found:
        yield progress
        return
    log, begun = RunLogger(found, quiet=quiet), False

    def also(epoch: Epoch, limit: int) -> None:
        nonlocal begun
        if begun:
            log.epoch(epoch)
        else:
            _begin(log, path)
            begun = True
        if progress:
            progress(epoch, limit)

    try:
        yield also
    except BaseException:
        if begun:
            log.close(failed=True)
        raise
    if not begun:
        _begin(log, path)
    _end(log, path)


def _begin(log: RunLogger, path: Path) -> None:
    log.started(folder.config_of(path), path)
    metrics = path / folder.METRICS
    for line in metrics.read_bytes().splitlines() if metrics.is_file() else []:
        log.epoch(Epoch.from_json(line, folder.METRICS))


def _end(log: RunLogger, path: Path) -> None:
    log.finished(folder.result_of(path))
    if (path / folder.STRESS).is_file():
        log.stress(Stress.from_json((path / folder.STRESS).read_bytes(), folder.STRESS))
    if (path / folder.VERDICT).is_file():
        log.verdict(Verdict.from_json((path / folder.VERDICT).read_bytes(), folder.VERDICT))
    log.close()
