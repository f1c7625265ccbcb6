"""Drift: the clips are probed after a reset and after longer and longer streams, in the same background."""

from collections.abc import Sequence

import msgspec
import numpy as np

from anylength.audits import figures
from anylength.audits.figures import Marks, Probed
from anylength.audits.remaining import Remaining
from anylength.audits.scenes import Mixture, Progress, Scenes
from anylength.records import Change, Drift, Probe
from anylength.streams.driver import Batch, answers_of
from anylength.streams.feeding import Feeding
from anylength.streams.net import States, StreamNet
from anylength.streams.treatments import Treatment

LEAST_CHANGE = {"probability": 0.01, "signal": 0.3, "values": 0.02}
"""Smaller changes are not reported as drift: a point of the share found, 0.3 dB, 2 % of the answer."""

ALARMS = "share of false alarms"
"""What a drift is measured by where the share found stays and false alarms grow."""

MEASURES = {
    "probability": "share of frames found",
    "signal": "scale-invariant signal-to-distortion ratio, dB",
    "values": "share of the answer that differs from that of a net that was just reset",
}

PROBE_ROWS = 512
"""Probes that run at once: their answers take some tens of megabytes."""


class Judge(msgspec.Struct, frozen=True):
    """What answers are compared with.

    Attributes:
        marked: The frames to be found.
        targets: The clean input of each clip [clips, T, C].
        feeding: What the answer is.
        by_energy: The frames to be found by the energy of the clips. None where people have labelled them.
    """

    marked: Marks
    targets: np.ndarray
    feeding: Feeding
    by_energy: Marks | None = None


def judge(net: StreamNet, scenes: Scenes, feeding: Feeding) -> tuple[Judge, np.ndarray]:
    """The marks, from the answers to the clean clips after a reset, and these answers [clips, T, C]."""
    count = len(scenes.clean)
    clean = answers_of(Batch(net, scenes.clean, range(count)), scenes.steps())
    return judge_of(clean, scenes, feeding), clean


def judge_of(clean: np.ndarray, scenes: Scenes, feeding: Feeding) -> Judge:
    """The marks, given the answers to the clean clips after a reset [clips, T, C]."""
    labels = [clip.active for clip in scenes.clips]
    labelled = all(label is not None for label in labels)
    energy = None if labelled else figures.energy_marks([clip.signal for clip in scenes.clips], scenes.steps(), feeding)
    return Judge(figures.marks(clean[..., 0], labels, feeding), np.stack(scenes.targets), feeding, energy)


def probe_answers(
    net: StreamNet,
    scenes: Sequence[Mixture],
    states: States,
    treatments: Sequence[Treatment] | None = None,
    scales: np.ndarray | None = None,
) -> np.ndarray:
    """The answers to all clips of each row's scene from its state [B, clips, T, C]."""
    clips = len(scenes[0].probes)
    rows_at_once = max(1, PROBE_ROWS // clips)
    parts = []
    for begin in range(0, len(scenes), rows_at_once):
        part = slice(begin, min(begin + rows_at_once, len(scenes)))
        inputs = [features for scene in scenes[part] for features in scene.probes]
        treated = None if treatments is None else [treatment for treatment in treatments[part] for _ in range(clips)]
        batch = Batch(net, inputs, range(len(inputs)), treated, np.repeat(states[part], clips, 0), scales)
        answers = answers_of(batch, len(inputs[0]))
        parts.append(answers.reshape(-1, clips, *answers.shape[1:]))
    return np.concatenate(parts)


def by_ratio(scenes: Sequence[Mixture], answers: np.ndarray, seconds: float) -> list[Probed]:
    """Answers of rows, grouped by ratio in the order of the plan."""
    groups = {}
    for index, scene in enumerate(scenes):
        groups.setdefault(scene.snr, []).append(index)
    return [Probed(snr, seconds, [scenes[index].background for index in rows], answers[rows]) for snr, rows in groups.items()]


class Streamed(msgspec.Struct, frozen=True):
    """What was kept of the streams.

    Attributes:
        seconds: Times at which the clips were probed.
        states: States at these times [times, B, N].
        answers: Answers to the clips [times, B, clips, T, C].
        before: Answers with which those at the end are compared: those after the reset. Of `values`, whose measure is the distance
            from those, the answers from the state after three seconds.
        early: States after three seconds [B, N].
        heat_seconds: Times of `heat`.
        heat: Magnitudes of the state at these times [times, B, N].
        largest: Largest magnitudes [B, N].
    """

    seconds: list[float]
    states: np.ndarray
    answers: list[np.ndarray]
    before: np.ndarray
    early: np.ndarray
    heat_seconds: list[float]
    heat: np.ndarray
    largest: np.ndarray


def stream(
    net: StreamNet, scenes: Scenes, feeding: Feeding, seconds: Sequence[float], early: float, progress: Progress
) -> Streamed:
    """Runs each scene's stream and probes the clips at the given times."""
    rows = scenes.scenes
    batch = Batch(net, [scene.stream for scene in rows], range(len(rows)))
    last = feeding.steps(seconds[-1])
    heat_steps = sorted({int(step) for step in np.geomspace(1, last, 40).round()})
    remaining = Remaining(progress, f"{len(rows)} streams", last)
    largest, heat, states, answers, kept = np.zeros_like(batch.states), [], [], [], [batch.states]

    def visit(step: int, now: States, _: np.ndarray) -> None:
        np.maximum(largest, np.abs(now), out=largest)
        if step in wanted:
            heat.append(np.abs(now))
        if step == early_step:
            kept[0] = now
        remaining.step(step)

    wanted, early_step = set(heat_steps), min(feeding.steps(early), last)
    for time in seconds:
        batch.run(feeding.steps(time) - batch.step, visit)
        progress(f"probing the clips after {time:g} s")
        states.append(batch.states)
        answers.append(probe_answers(net, rows, batch.states))
    times = [step * feeding.seconds for step in heat_steps]
    before = probe_answers(net, rows, kept[0]) if feeding.kind == "values" else answers[0]
    return Streamed(list(seconds), np.stack(states), answers, before, kept[0], times, np.stack(heat), largest)


def drift(scenes: Scenes, streamed: Streamed, judged: Judge) -> Drift:
    """The record of the drift."""
    resets = by_ratio(scenes.scenes, streamed.answers[0], 0.0)
    all_probed = [by_ratio(scenes.scenes, answers, time) for answers, time in zip(streamed.answers, streamed.seconds, strict=True)]
    probes = [_probe(probed, reset, judged) for group in all_probed for probed, reset in zip(group, resets, strict=True)]
    compared = zip(all_probed[-1], by_ratio(scenes.scenes, streamed.before, 0.0), resets, strict=True)
    changes = [change(late, before, reset, judged, len(resets)) for late, before, reset in compared]
    kind = judged.feeding.kind
    measure = MEASURES[kind]
    if kind == "probability" and not any(item.drifts for item in changes):
        alarms = [
            _change_of_alarms(late, reset, judged, 2 * len(resets)) for late, reset in zip(all_probed[-1], resets, strict=True)
        ]
        measure, changes = (ALARMS, alarms) if any(item.drifts for item in alarms) else (measure, changes)
    return Drift(
        measure=measure,
        labels=judged.marked.source if kind == "probability" else "none are needed",
        seconds=streamed.seconds[-1],
        probes=sorted(probes, key=lambda item: (-item.snr, item.seconds)),
        changes=changes,
        found=any(item.drifts for item in changes),
    )


def is_constant(record: Drift) -> bool:
    """Whether a net says yes, or no, in every frame: then nothing tells its answers apart."""
    shares = [share.value for probe in record.probes for share in (probe.found, probe.false_alarms) if share is not None]
    return bool(shares) and len(set(shares)) == 1 and shares[0] in (0.0, 1.0)


def undecided(record: Drift, kind: str) -> bool:
    """Whether neither a drift nor its absence is shown: some interval reaches the least change that is reported, or is missing."""
    if kind == "probability" and is_constant(record):
        return True
    ends = [end for change in record.changes for end in (change.change.low, change.change.high)]
    return not record.found and any(end is None or abs(end) >= LEAST_CHANGE[kind] for end in ends)


def _probe(probed: Probed, reset: Probed, judged: Judge) -> Probe:
    return figures.probe(probed, reset, judged.marked, judged.targets, judged.feeding)


def change(late: Probed, before: Probed, reset: Probed, judged: Judge, tests: int) -> Change:
    """What changed from the reset to the end, paired by clip."""
    kind = judged.feeding.kind
    marked, targets, feeding = judged.marked, judged.targets, judged.feeding
    after, at_first = (figures.outcomes(probed, reset, marked, targets, feeding) for probed in (late, before))
    found = figures.estimate((after - at_first).mean(axis=0), tests)
    equal = _at_equal_alarms(late, reset, judged.marked) if kind == "probability" else None
    by_energy = None if kind != "probability" or judged.by_energy is None else _at_equal_alarms(late, reset, judged.by_energy)
    sure = found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)
    return Change(
        snr=late.snr,
        change=found,
        at_equal_alarms=equal,
        at_equal_alarms_by_energy=by_energy,
        drifts=sure and abs(found.mean) >= LEAST_CHANGE[kind],
    )


def _change_of_alarms(late: Probed, reset: Probed, judged: Judge, tests: int) -> Change:
    """What false alarms changed from the reset to the end, paired by clip. They drift where they grow."""
    threshold = judged.feeding.threshold
    after, before = (figures.alarms_by_clip(probed.answers[..., 0], judged.marked, threshold) for probed in (late, reset))
    grown = figures.estimate((after - before).mean(axis=0), tests)
    drifts = grown.low is not None and grown.low > 0 and grown.mean >= LEAST_CHANGE["probability"]
    return Change(snr=late.snr, change=grown, at_equal_alarms=None, at_equal_alarms_by_energy=None, drifts=drifts)


def _at_equal_alarms(late: Probed, reset: Probed, marked: Marks) -> float | None:
    """The change of the share found at 5 % false alarms. None without frames of both kinds."""
    values = [figures.at_equal_alarms(probed.answers[..., 0], marked) for probed in (late, reset)]
    return None if np.isnan(values).any() else values[0] - values[1]
