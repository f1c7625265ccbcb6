"""A run's records told to trackers. A tracker that fails is left out from there on, with a warning: a run is never lost for it."""

import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from anylength.errors import quoted
from anylength.records import Epoch, RunConfig, Stress, Training, Verdict
from anylength.trackers.tracker import AbstractTracker, Facts


class RunLogger:
    """One run in several trackers.

    What a library prints on standard output is kept off it, for results go there: it goes to standard error, or nowhere if `quiet`.
    """

    def __init__(self, trackers: Mapping[str, AbstractTracker], *, quiet: bool = False) -> None:
        self._running, self._quiet, self._epochs = dict(trackers), quiet, 0

    def started(self, config: RunConfig, folder: Path) -> None:
        """The run begins."""
        self._each(lambda tracker: tracker.start(folder, folder.resolve().name, _config(config)))

    def epoch(self, record: Epoch) -> None:
        """One epoch is over."""
        self._epochs = record.epoch
        values = {key: float(value) for key, value in msgspec.structs.asdict(record).items() if key != "epoch"}
        self._each(lambda tracker: tracker.scalars(values, record.epoch))

    def finished(self, result: Training) -> None:
        """The training is over."""
        kept = {key: value for key, value in msgspec.structs.asdict(result).items() if value is not None and key != "format"}
        self._facts({f"final/{key}": value for key, value in kept.items()})

    def stress(self, record: Stress) -> None:
        """The run was stress-tested."""
        facts: dict[str, float | int | str | bool] = {"stress/limit": record.limit, "stress/broke": record.horizon is not None}
        if record.horizon is not None:
            facts["stress/horizon"] = record.horizon
        if record.shortest_mistake is not None:
            facts["stress/shortest_mistake"] = " ".join(record.shortest_mistake.numbers)
        for point in record.curve:
            facts |= {f"stress/random/{point.length}": point.random.value, f"stress/worst/{point.length}": point.worst.value}
        self._facts(facts)

    def verdict(self, record: Verdict) -> None:
        """There is a verdict on the run."""
        facts: dict[str, float | int | str | bool] = {"verdict": record.verdict, "verdict/reason": record.reason}
        if record.counterexample is not None:
            facts["verdict/counterexample"] = " ".join(record.counterexample)
        if record.noise_budget is not None:
            facts |= {"verdict/noise_budget": record.noise_budget, "verdict/formats": " ".join(record.formats)}
        self._facts(facts)

    def close(self, *, failed: bool = False) -> None:
        """The run is over; `failed` where it was cut short."""
        self._each(lambda tracker: tracker.finish(failed=failed))
        self._running.clear()

    def _facts(self, facts: Facts) -> None:
        self._each(lambda tracker: tracker.facts(facts, self._epochs))

    def _each(self, call: Callable[[AbstractTracker], None]) -> None:
        for name, tracker in list(self._running.items()):
            try:
                with contextlib.redirect_stdout(io.StringIO() if self._quiet else sys.stderr):
                    call(tracker)
            except Exception as error:
                del self._running[name]
                said = f"{type(error).__name__}: {quoted(' '.join(str(error).split()), 200)}"
                remedy = f"the run goes on, and anylength.log_run(RUN, {name!r}) logs it afterwards"
                warnings.warn(f"{name} failed and logs no more ({said}); {remedy}", stacklevel=2)


def _config(config: RunConfig) -> Facts:
    """A configuration as one flat table: the settings of the recipe under `settings/`, without what is not set."""
    flat = {key: value for key, value in msgspec.structs.asdict(config).items() if key not in ("settings", "format")}
    return {key: value for key, value in flat.items() if value is not None} | {
        f"settings/{key}": value for key, value in config.settings.items()
    }
