"""The events of a run, read from its folder: the whole log of a run that is not in work, or the start of one that continues."""

from pathlib import Path

from anylength.errors import InputError
from anylength.experiments import Run, layout
from anylength.records import Epoch
from anylength.server.events import END, EventLog
from anylength.server.gallery import readable


def events_of(path: Path) -> tuple[EventLog, dict[str, int]]:
    """The events in a run folder in order, and the largest epoch and update among them."""
    log, run = EventLog(), Run(path)
    epochs, film = epochs_of(run), readable(lambda: run.film) or []
    timed = [(float(epoch.epoch), 0, "epoch", epoch.to_json()) for epoch in epochs]
    timed += [(frame.epoch, 1, "frame", frame.to_json()) for frame in film]
    for _, _, event, data in sorted(timed, key=lambda entry: entry[:2]):
        log.add(event, data)
    stages = (
        ("verdict", readable(lambda: run.verdict)),
        ("explanation", readable(lambda: run.explanation)),
        ("stress", readable(lambda: run.stress_test)),
    )
    for event, record in stages:
        if record is not None:
            log.add(event, record.to_json())
    return log, {"epoch": epochs[-1].epoch if epochs else 0, "frame": film[-1].update if film else 0}


def finished(path: Path, status: str, message: str | None) -> EventLog:
    """The complete log of a run that is not in work."""
    log, _ = events_of(path)
    log.status(status, message)
    log.add(END, "{}")
    return log


def epochs_of(run: Run) -> list[Epoch]:
    """The epochs of a run, up to the first damaged line."""
    epochs: list[Epoch] = []
    for line in (readable(lambda: run.read(layout.METRICS)) or b"").splitlines():
        try:
            epochs.append(Epoch.from_json(line, layout.METRICS))
        except InputError:
            break
    return epochs
