"""The events of a run, read from its folder: the whole log of a run that is not in work, or the start of one that continues."""

from pathlib import Path

from anylength.errors import InputError
from anylength.experiments import Run, layout
from anylength.records import Epoch, Explanation, Stress, Verdict
from anylength.server.events import END, EventLog
from anylength.server.run_index import read


def events_of(path: Path) -> tuple[EventLog, dict[str, int]]:
    """The events in a run folder in order, and the largest epoch and update among them."""
    log = EventLog()
    epochs, film = epochs_of(path), Run(path).film
    timed = [(float(epoch.epoch), 0, "epoch", epoch.to_json()) for epoch in epochs]
    timed += [(frame.epoch, 1, "frame", frame.to_json()) for frame in film]
    for _, _, event, data in sorted(timed, key=lambda entry: entry[:2]):
        log.add(event, data)
    stages = (
        ("verdict", layout.VERDICT, Verdict),
        ("explanation", layout.EXPLANATION, Explanation),
        ("stress", layout.STRESS, Stress),
    )
    for event, name, kind in stages:
        record = read(path, name, kind)
        if record is not None:
            log.add(event, record.to_json())
    return log, {"epoch": epochs[-1].epoch if epochs else 0, "frame": film[-1].update if film else 0}


def finished(path: Path, failure: str | None) -> EventLog:
    """The complete log of a run that is not in work."""
    log, _ = events_of(path)
    done = (path / layout.DONE).is_file()
    log.status("failed" if failure else "done" if done else "stopped", failure)
    log.add(END, "{}")
    return log


def epochs_of(path: Path) -> list[Epoch]:
    """The epochs of a run, up to the first damaged line."""
    epochs: list[Epoch] = []
    try:
        lines = (path / layout.METRICS).read_bytes().splitlines()
    except OSError:
        return []
    for line in lines:
        try:
            epochs.append(Epoch.from_json(line, layout.METRICS))
        except InputError:
            break
    return epochs
