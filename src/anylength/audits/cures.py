"""Cures: changes of the step that restore the answers of the reset state. Some backgrounds and clips choose, others judge."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from anylength.audits import figures
from anylength.audits.drift import LEAST_CHANGE, Judge, by_ratio, probe_answers
from anylength.audits.parts import Kept
from anylength.audits.remaining import Remaining
from anylength.audits.scenes import Mixture, Progress, Scenes
from anylength.records import Cells, Cures
from anylength.records import Treatment as Tried
from anylength.streams.driver import Batch, answers_of
from anylength.streams.layers import together
from anylength.streams.net import StreamNet
from anylength.streams.treatments import Treatment

Kind: TypeAlias = Literal["leak", "clip", "timer", "storage", "as shipped"]

TIME_CONSTANTS = (32.0, 16.0, 6.4, 3.2, 1.6)
"""Seconds in which a leak forgets: a factor of 1 − step / time. For steps of 32 ms they are 0.999, 0.998, 0.995, 0.99, 0.98."""

CLIPS, TIMERS = (10.0, 3.0), (30.0, 5.0)
"""Bounds of a clip, and seconds of a timer: users of voice detectors reset them every 5 to 30 s."""

MOST_CLEAN_CHANGES = 0.01
"""A cure may change this share of decisions on clean clips."""

LEAK_NEEDS, TIMER_NEEDS, STORAGE_NEEDS = (
    "the patched file, or a change after each call",
    "a reset by the caller",
    "another type of the state",
)


class Candidates(msgspec.Struct, frozen=True):
    """What is tried.

    Attributes:
        treatments: The treatments; the first is the net as shipped.
        needs: What each asks of a user.
    """

    treatments: list[Treatment]
    needs: list[str]


def candidates(net: StreamNet, cells: Cells, seconds: float) -> Candidates:
    """Leaks on the groups that hold culprits and on the culprits, clips, timers.

    Args:
        net: The net.
        cells: The culprits.
        seconds: Seconds of a step.
    """
    few = _numbers(net, cells)
    label, wide = leaky(net, cells)
    found = [(Treatment(), "nothing")]
    for name, numbers in ((label, wide), *([(f"{len(few)} numbers", few)] if few else [])):
        for time in TIME_CONSTANTS:
            factor = round(1 - seconds / time, 4)
            found.append((Treatment(f"leak {factor:g} on {name}", leak=factor, numbers=numbers), LEAK_NEEDS))
    found += [(Treatment(f"clip at {bound:g}", clip=bound, numbers=wide), LEAK_NEEDS) for bound in CLIPS]
    found += [(Treatment(f"reset every {time:g} s", timer=round(time / seconds)), TIMER_NEEDS) for time in TIMERS]
    return Candidates([treatment for treatment, _ in found], [needs for _, needs in found])


def leaky(net: StreamNet, cells: Cells | None) -> tuple[str, tuple[int, ...]]:
    """The numbers that a leak is put on, with a name: all that belong together with a culprit; without culprits the whole state."""
    culprits = () if cells is None else _numbers(net, cells)
    groups = dict(together(net, number) for number in culprits) or {group: net.members(group) for group in net.groups}
    return " and ".join(groups), tuple(int(number) for numbers in groups.values() for number in numbers)


def _numbers(net: StreamNet, cells: Cells) -> tuple[int, ...]:
    names = net.names()
    return tuple(names.index(culprit.name) for culprit in cells.culprits)


def storage_formats() -> Candidates:
    """The number formats of states between steps."""
    kinds = ("float16", "bfloat16", "int8")
    return Candidates(
        [Treatment(), *(Treatment(f"state in {kind}", storage=kind) for kind in kinds)], ["nothing", *[STORAGE_NEEDS] * 3]
    )


class Halves(msgspec.Struct, frozen=True):
    """Which backgrounds and clips choose a cure; the others judge it.

    Attributes:
        backgrounds: Names of those that choose.
        clips: For each clip, whether it chooses.
    """

    backgrounds: set[str]
    clips: np.ndarray


def halves(scenes: Scenes) -> Halves:
    """Every second background and every second clip chooses. A single one does both."""
    names = list(dict.fromkeys(scene.background for scene in scenes.scenes))
    return Halves(set(names[::2]), np.arange(len(scenes.clean)) % 2 == 0)


ROWS = 128
"""Streams that treatments run at once, as a part that is kept. Larger batches are hardly faster (`docs/research-log/speed.md`)."""


class Trial(msgspec.Struct, frozen=True):
    """What treatments are tried on.

    Attributes:
        net: The net.
        scenes: The inputs.
        judged: What answers are compared with.
        clean: Its answers to the clean clips after a reset [clips, T, C].
        reset: Its answers to the clips in each scene after a reset [scenes, clips, T, C].
        steps: Steps of a stream.
        kept: Keeps finished parts.
        progress: Called with what is done now.
    """

    net: StreamNet
    scenes: Scenes
    judged: Judge
    clean: np.ndarray
    reset: np.ndarray
    steps: int
    kept: Kept
    progress: Progress


class _Run(msgspec.Struct, frozen=True):
    """A treatment's answers at the end [scenes, clips, T, C], and its largest state."""

    late: np.ndarray
    largest: float


def _run_all(
    net: StreamNet,
    scenes: Sequence[Mixture],
    treatments: Sequence[Treatment],
    steps: int,
    scales: np.ndarray | None,
    done: Callable[[int], None],
) -> list[_Run]:
    """Runs each treatment over each scene, all in one batch."""
    rows = [(treatment, scene) for treatment in treatments for scene in scenes]
    which = [index for _ in treatments for index in range(len(scenes))]
    chosen, places = [treatment for treatment, _ in rows], [scene for _, scene in rows]
    batch = Batch(net, [scene.stream for scene in scenes], which, chosen, scales=scales)
    largest = np.zeros(len(rows))

    def visit(step: int, now: np.ndarray, _: np.ndarray) -> None:
        np.maximum(largest, np.abs(now).max(axis=1), out=largest)
        done(step)

    batch.run(steps, visit)
    late = probe_answers(net, places, batch.states, chosen, scales)
    n = len(scenes)
    return [
        _Run(late[index * n : index * n + n], float(largest[index * n : index * n + n].max())) for index in range(len(treatments))
    ]


def tried(trial: Trial, what: str, options: Candidates, scales: np.ndarray | None = None) -> list[Tried]:
    """The record of each treatment."""
    trial.progress(what)
    size = max(1, ROWS // len(trial.scenes.scenes))
    groups = [
        Candidates(options.treatments[begin : begin + size], options.needs[begin : begin + size])
        for begin in range(0, len(options.treatments), size)
    ]
    remaining = Remaining(trial.progress, what, trial.steps * len(groups))
    records: list[Tried] = []
    for index, group in enumerate(groups):
        compute = partial(_group, trial, group, scales, lambda step, before=index * trial.steps: remaining.step(before + step))
        records += trial.kept([what, group, scales], list[Tried], compute)
    if scales is not None:
        return [msgspec.structs.replace(record, works=_keeps(record, records[0], trial.judged)) for record in records]
    return records


def _group(trial: Trial, options: Candidates, scales: np.ndarray | None, done: Callable[[int], None]) -> list[Tried]:
    """The records of treatments that are run at once."""
    net, scenes, judged = trial.net, trial.scenes, trial.judged
    runs = _run_all(net, scenes.scenes, options.treatments, trial.steps, scales, done)
    split = halves(scenes)
    changes = _clean_changes(net, scenes, judged, trial.clean, options.treatments, scales)
    names = net.names()
    records = []
    for treatment, needs, run, clean_change in zip(options.treatments, options.needs, runs, changes, strict=True):
        choosing, judging = (_pairs(scenes, judged, run, trial.reset, split, chooses=chooses) for chooses in (True, False))
        assert choosing is not None, "the first background and the first clip always choose"
        numbers = [] if treatment.numbers is None else [names[number] for number in treatment.numbers]
        records.append(_record(treatment, needs, numbers, (choosing, judging), clean_change, judged, run.largest))
    return records


class _Pairs(msgspec.Struct, frozen=True):
    """From the reset of the shipped net, and at the end: outcome, false alarms, share found at equal false alarms."""

    found: tuple[float, float]
    alarms: tuple[float, float] | None
    equal: tuple[float, float] | None


def _pairs(scenes: Scenes, judged: Judge, run: _Run, reset: np.ndarray, split: Halves, *, chooses: bool) -> _Pairs | None:
    """The figures on the backgrounds and clips that choose, or on the others. None where there are none."""
    rows = [index for index, scene in enumerate(scenes.scenes) if (scene.background in split.backgrounds) == chooses]
    clips = np.flatnonzero(split.clips == chooses)
    if not rows or not clips.size:
        return None
    places = [scenes.scenes[index] for index in rows]
    marked = figures.Marks(judged.marked.found[clips], judged.marked.gaps[clips], judged.marked.source)
    targets = judged.targets[clips]
    found, alarms, equal = [], [], []
    resets = by_ratio(places, reset[rows][:, clips], 0.0)
    for answers in (reset, run.late):
        groups = by_ratio(places, answers[rows][:, clips], 0.0)
        values = [
            figures.known_mean(figures.outcomes(group, first, marked, targets, judged.feeding))
            for group, first in zip(groups, resets, strict=True)
        ]
        found.append(float(np.mean(values)))
        if judged.feeding.kind == "probability" and marked.gaps.any():
            alarms.append(
                float(np.mean([(group.answers[..., 0][..., marked.gaps] >= judged.feeding.threshold).mean() for group in groups]))
            )
            equal.append(float(np.mean([figures.at_equal_alarms(group.answers[..., 0], marked) for group in groups])))
    two = lambda values: (values[0], values[1]) if values else None  # noqa: E731
    return _Pairs((found[0], found[1]), two(alarms), two(equal))


def _clean_changes(
    net: StreamNet, scenes: Scenes, judged: Judge, clean: np.ndarray, treatments: Sequence[Treatment], scales: np.ndarray | None
) -> list[float]:
    """Of each treatment, the share of decisions on clean clips that it changes; of values, the share of the answer."""
    clips = len(scenes.clean)
    rows = [treatment for treatment in treatments for _ in range(clips)]
    batch = Batch(net, scenes.clean, list(range(clips)) * len(treatments), rows, scales=scales)
    answers = answers_of(batch, scenes.steps()).reshape(len(treatments), clips, scenes.steps(), -1)
    if judged.feeding.kind == "probability":
        return [1 - float(figures.agreeing(own, clean, judged.feeding).mean()) for own in answers]
    return [float(figures.distances(own, clean, judged.feeding).mean()) for own in answers]


def _record(
    treatment: Treatment,
    needs: str,
    numbers: list[str],
    pairs: tuple[_Pairs, _Pairs | None],
    clean: float,
    judged: Judge,
    largest: float,
) -> Tried:
    """The record of a treatment, given its figures on the choosing backgrounds and clips and on the others."""
    choosing, judging = pairs
    kind, step = judged.feeding.kind, judged.feeding.seconds
    most = MOST_CLEAN_CHANGES if kind == "probability" else LEAST_CHANGE["values"]
    works = _lost(choosing.found, kind) <= LEAST_CHANGE[kind] and clean <= most
    return Tried(
        name=treatment.name,
        kind=_kind(treatment),
        value=_value(treatment, step),
        numbers=numbers,
        found=choosing.found,
        held_out=None if judging is None else judging.found,
        false_alarms=choosing.alarms,
        held_out_alarms=None if judging is None else judging.alarms,
        at_equal_alarms=choosing.equal,
        held_out_at_equal_alarms=None if judging is None else judging.equal,
        clean_changes=clean,
        largest=largest,
        works=works,
        needs=needs,
    )


def _keeps(record: Tried, shipped: Tried, judged: Judge) -> bool:
    """Whether a stored state answers at the end as the net as shipped does, which may drift by itself."""
    kind = judged.feeding.kind
    most = MOST_CLEAN_CHANGES if kind == "probability" else LEAST_CHANGE["values"]
    return abs(record.found[1] - shipped.found[1]) <= LEAST_CHANGE[kind] and record.clean_changes <= most


def _lost(pair: tuple[float, float], kind: str) -> float:
    """What is lost between reset and end, larger for worse."""
    return pair[1] - pair[0] if kind == "values" else pair[0] - pair[1]


def _kind(treatment: Treatment) -> Kind:
    if treatment.leak is not None:
        return "leak"
    if treatment.clip is not None:
        return "clip"
    return "timer" if treatment.timer is not None else "as shipped" if treatment.storage is None else "storage"


def _value(treatment: Treatment, step: float) -> float:
    if treatment.timer is not None:
        return treatment.timer * step
    return treatment.leak if treatment.leak is not None else treatment.clip or 0.0


def chosen(records: Sequence[Tried]) -> Tried | None:
    """The least that works: leaks and clips before timers; on all cells, which is bounded, before a few; then the weakest leak."""
    working = [record for record in records[1:] if record.works]
    order = {"leak": 0, "clip": 1, "timer": 2}
    return min(working, key=lambda record: (order.get(record.kind, 3), -len(record.numbers), -record.value), default=None)


def cures(trial: Trial, cells: Cells) -> tuple[Cures, Treatment | None]:
    """The record of all cures, and the chosen treatment."""
    options = candidates(trial.net, cells, trial.judged.feeding.seconds)
    records = tried(trial, "trying cures", options)
    best = chosen(records)
    split = halves(trial.scenes)
    names = list(dict.fromkeys(scene.background for scene in trial.scenes.scenes))
    record = Cures(
        chosen_on=[name for name in names if name in split.backgrounds],
        judged_on=[name for name in names if name not in split.backgrounds],
        tried=records,
        chosen=None if best is None else best.name,
    )
    return record, next((item for item in options.treatments if best is not None and item.name == best.name), None)
