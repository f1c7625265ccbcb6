"""Logs a run's records to trackers. A tracker that fails is dropped with a warning: the run itself always goes on."""

import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from anylength.base import described
from anylength.records import Epoch, Proved, RunConfig, Stress, Training, Verdict
from anylength.trackers.tracker import AbstractTracker, Value, Values


class RunLogger:
    """Logs one run to several trackers.

    Standard output is for results alone: what a tracker's library prints goes to standard error, or nowhere if `quiet`.

    Args:
        trackers: The trackers by name.
        quiet: Whether to silence the libraries.
    """

    def __init__(self, trackers: Mapping[str, AbstractTracker], *, quiet: bool = False) -> None:
        self._trackers, self._quiet, self._epochs = dict(trackers), quiet, 0

    def started(self, config: RunConfig, folder: Path) -> None:
        """Logs the start of a run and its configuration."""
        self._for_each(lambda tracker: tracker.start(folder, folder.resolve().name, _flat(config)))

    def epoch(self, record: Epoch) -> None:
        """Logs the metrics of one epoch."""
        self._epochs = record.epoch
        metrics = {key: float(value) for key, value in msgspec.structs.asdict(record).items() if key != "epoch"}
        self._for_each(lambda tracker: tracker.log_metrics(metrics, record.epoch))

    def finished(self, result: Training) -> None:
        """Logs the result of the training."""
        entries = msgspec.structs.asdict(result).items()
        values = {key: value for key, value in entries if value is not None and key != "format"}
        self._log_summary({f"final/{key}": value for key, value in values.items()})

    def stress(self, record: Stress) -> None:
        """Logs a stress test."""
        values: dict[str, Value] = {"stress/limit": record.limit, "stress/broke": record.horizon is not None}
        if record.horizon is not None:
            values["stress/horizon"] = record.horizon
        if record.shortest_mistake is not None:
            values["stress/shortest_mistake"] = " ".join(record.shortest_mistake.numbers)
        for point in record.curve:
            values[f"stress/random/{point.length}"] = point.random.value
            if point.worst is not None:
                values[f"stress/worst/{point.length}"] = point.worst.value
        self._log_summary(values)

    def verdict(self, record: Verdict) -> None:
        """Logs a verdict."""
        values: dict[str, Value] = {"verdict": record.verdict, "verdict/reason": record.reason}
        if record.counterexample is not None:
            values["verdict/counterexample"] = " ".join(record.counterexample)
        if isinstance(record, Proved) and record.noise_budget is not None:
            values["verdict/noise_budget"] = record.noise_budget
            values["verdict/formats"] = " ".join(record.formats)
        self._log_summary(values)

    def close(self, *, failed: bool = False) -> None:
        """Ends the run in every tracker. `failed`: it was interrupted or raised an exception."""
        self._for_each(lambda tracker: tracker.finish(failed=failed))
        self._trackers.clear()

    def _log_summary(self, values: Values) -> None:
        self._for_each(lambda tracker: tracker.log_summary(values, self._epochs))

    def _for_each(self, call: Callable[[AbstractTracker], None]) -> None:
        for name, tracker in list(self._trackers.items()):
            try:
                with contextlib.redirect_stdout(io.StringIO() if self._quiet else sys.stderr):
                    call(tracker)
            except Exception as error:
                del self._trackers[name]
                reason = described(error)
                remedy = f"the run goes on, and anylength.log_run(RUN, {name!r}) logs it afterwards"
                warnings.warn(f"{name} failed and logs no more ({reason}); {remedy}", stacklevel=2)


def _flat(config: RunConfig) -> Values:
    """A configuration as one flat table, values that are None left out. The recipe's settings have keys `settings/…`."""
    values = {key: value for key, value in msgspec.structs.asdict(config).items() if key not in ("settings", "format")}
    return {key: value for key, value in values.items() if value is not None} | {
        f"settings/{key}": value for key, value in config.settings.items()
    }
