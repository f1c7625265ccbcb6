"""A job: a run that waits or is in work, with its events."""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from anylength.server.events import EventLog
from anylength.server.worker_pair import WorkerPair

TESTS = ("judging", "explaining", "testing")
"""Statuses of a run whose training has ended."""


@dataclass(eq=False)
class Job:
    """A run that waits or is in work.

    Attributes:
        name: The run's name.
        path: The run's folder.
        log: The events so far.
        status: The last status.
        message: The message of the last status.
        newest: The largest epoch and update in the log, so that none is added twice.
        taken: Whether it has left the queue.
        workers: The worker pair that works on the run; None while it waits.
        stopping: Whether the run was asked to stop.
        yielding: Whether the run was asked to stop and to wait again, so that another one can go first.
        tests_since: Since when its tests are in work, in seconds on the clock of the event loop; None if they are not.
        has_long_tests: Whether its tests took long before.
    """

    name: str
    path: Path
    log: EventLog
    status: str = "waiting"
    message: str | None = None
    newest: dict[str, int] = field(default_factory=dict)
    taken: bool = False
    workers: WorkerPair | None = None
    stopping: bool = False
    yielding: bool = False
    tests_since: float | None = None
    has_long_tests: bool = False

    def on_event(self, event: str, data: str, now: float) -> None:
        """Adds an event of the worker pair to the log. `now`: seconds on the clock of the event loop."""
        key = {"epoch": "epoch", "frame": "update"}.get(event)
        if key:
            number = msgspec.json.decode(data)[key]
            if number <= self.newest.get(event, 0):
                return
            self.newest[event] = number
        elif event == "status":
            self.status, self.message = msgspec.json.decode(data)["status"], None
            if self.status in TESTS and self.tests_since is None:
                self.tests_since = now
        self.log.add(event, data)

    def set_status(self, status: str, message: str | None = None) -> None:
        """Sets a status of the server's own, and adds it to the log where it changed."""
        if (status, message) != (self.status, self.message) or not len(self.log):
            self.log.status(status, message)
        self.status, self.message = status, message

    def stop_workers(self) -> None:
        """Asks the workers to stop."""
        if self.workers is not None:
            self.workers.stop()

    def wait_again(self) -> None:
        """Goes back to the queue, because its tests take long."""
        self.taken, self.yielding, self.has_long_tests = False, False, True
        self.workers = self.tests_since = None
