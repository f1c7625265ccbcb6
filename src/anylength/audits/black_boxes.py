"""Audits of nets whose state is not reachable: each stream is replayed from a reset, and the clips follow one after the other."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from anylength.audits.drift import Judge, Streamed, judge_of
from anylength.audits.forgetting import TOLERANCE
from anylength.audits.parts import Kept
from anylength.audits.plan import EARLY_SECONDS
from anylength.audits.remaining import Remaining
from anylength.audits.scenes import Progress, Scenes
from anylength.records import Forgetting, ForgettingOn
from anylength.streams.black_box import BlackBoxNet
from anylength.streams.feeding import Feeding


def judge(net: BlackBoxNet, scenes: Scenes, feeding: Feeding) -> tuple[Judge, np.ndarray]:
    """The marks, from the answers to the clean clips, each after a reset, and these answers [clips, T, C]."""
    clean = np.stack([net.stream().answers(clip) for clip in scenes.clean])
    return judge_of(clean, scenes, feeding), clean


def stream(
    net: BlackBoxNet, scenes: Scenes, feeding: Feeding, seconds: Sequence[float], progress: Progress, kept: Kept
) -> Streamed:
    """Answers to the clips after each time. Each time is a run of its own."""

    def after(time: float) -> np.ndarray:
        what = f"replaying {time:g} s of {len(scenes.scenes)} streams"
        progress(what)
        remaining, steps, found = Remaining(progress, what, len(scenes.scenes)), feeding.steps(time), []
        for scene in scenes.scenes:
            found.append(_after(net, scene.stream, scene.probes, steps))
            remaining.step(len(found))
        return np.stack(found)

    answers = [kept(["after", time], np.ndarray, partial(after, time)) for time in seconds]
    nothing = np.zeros((len(seconds), len(scenes.scenes), 0), np.float32)
    before = answers[0]
    if feeding.kind == "values":
        before = after(min(EARLY_SECONDS, seconds[-1] / 2))
    return Streamed(list(seconds), nothing, answers, before, nothing[0], [], nothing, nothing[0])


def _after(net: BlackBoxNet, background: np.ndarray, probes: Sequence[np.ndarray], steps: int) -> np.ndarray:
    """Answers to the clips, one after the other, after some steps of a background [clips, T, C]."""
    running = net.stream()
    for begin in range(0, steps, len(background)):
        running.answers(background[: min(len(background), steps - begin)])
    return np.stack([running.answers(probe) for probe in probes])


def forgetting(scenes: Scenes, streamed: Streamed, feeding: Feeding) -> Forgetting:
    """When the answers to the clips after a stream are, for good, those after a reset."""
    late, reset = (
        answers.astype(np.float64).reshape(len(scenes.scenes), -1, answers.shape[-1])
        for answers in (streamed.answers[-1], streamed.answers[0])
    )
    apart = np.abs(late - reset).max(axis=2)
    steps = apart.shape[1]
    last = np.array([np.flatnonzero(row > TOLERANCE)[-1] + 1 if (row > TOLERANCE).any() else 0 for row in apart])
    never = int((last >= steps).sum())
    middle = np.sort(last)[len(last) // 2]
    record = ForgettingOn(
        input="the clips in each background, one after the other",
        pairs=len(last),
        median=None if middle >= steps else float(middle * feeding.seconds),
        slowest=None if never else float(last.max() * feeding.seconds),
        never=never,
        distance=np.median(apart, axis=0)[:: max(1, steps // 40)].astype(float).tolist(),
        seconds=(np.arange(0, steps, max(1, steps // 40)) * feeding.seconds).astype(float).tolist(),
    )
    return Forgetting(tolerance=TOLERANCE, horizon=float(steps * feeding.seconds), inputs=[record])
