"""Forgetting: states that were met, and the reset state, hear the same. When do their answers agree for good?"""

from collections.abc import Sequence

import numpy as np

from anylength.audits.drift import Streamed
from anylength.audits.remaining import Remaining
from anylength.audits.scenes import Progress, Scenes
from anylength.records import Forgetting, ForgettingOn, Rest
from anylength.streams.driver import Batch
from anylength.streams.feeding import Feeding
from anylength.streams.net import StreamNet

TOLERANCE = 0.01
"""Answers agree if no number of them differs by more: of probabilities a hundredth."""

MOST_STATES = 40
POINTS = 40
"""States that are compared, and times at which their distance is kept."""


def forgetting(net: StreamNet, scenes: Scenes, streamed: Streamed, feeding: Feeding, progress: Progress) -> tuple[Forgetting, Rest]:
    """The records of forgetting and of silence."""
    met = streamed.states[1:].reshape(-1, net.size)
    met = met[np.unique(np.linspace(0, len(met) - 1, min(MOST_STATES, len(met))).round().astype(int))]
    worst = min(scenes.scenes, key=lambda scene: scene.snr)
    inputs = {
        "speech in a background at 20 dB": scenes.talk,
        f"{worst.background} alone, {worst.snr:g} dB": worst.stream,
        "silence": scenes.silence,
    }
    what = "how long the net takes to forget"
    progress(what)
    count, steps = len(met) + 1, feeding.steps(streamed.seconds[-1])
    remaining = Remaining(progress, what, steps)
    states = np.tile(np.concatenate([net.start()[None], met]), (len(inputs), 1))
    which = np.repeat(np.arange(len(inputs)), count)
    batch = Batch(net, list(inputs.values()), which, states=states)
    points = {int(step) for step in np.geomspace(1, steps, POINTS).round()}
    last = np.zeros((len(inputs), len(met)), int)
    kept: list[tuple[float, np.ndarray]] = []
    answers_now = np.zeros(0)

    def visit(step: int, now: np.ndarray, answers: np.ndarray) -> None:
        nonlocal answers_now
        answers_now = answers.reshape(len(inputs), count, -1)
        apart = np.abs(answers_now[:, 1:] - answers_now[:, :1]).max(axis=2)
        last[apart > TOLERANCE] = step
        if step in points:
            kept.append((step * feeding.seconds, np.median(apart, axis=1)))
        remaining.step(step)

    batch.run(steps, visit)
    records = [_record(name, last[index], steps, feeding, kept, index) for index, name in enumerate(inputs)]
    record = Forgetting(tolerance=TOLERANCE, horizon=streamed.seconds[-1], inputs=records)
    return record, _rest(batch.states.reshape(len(inputs), count, -1)[-1], answers_now[-1], records[-1], streamed.seconds[-1])


def _record(
    name: str, last: np.ndarray, steps: int, feeding: Feeding, kept: Sequence[tuple[float, np.ndarray]], index: int
) -> ForgettingOn:
    never = int((last >= steps).sum())
    seconds = np.sort(last) * feeding.seconds
    middle = len(seconds) // 2
    return ForgettingOn(
        input=name,
        pairs=len(last),
        median=None if np.sort(last)[middle] >= steps else float(seconds[middle]),
        slowest=None if never else float(seconds[-1]),
        never=never,
        distance=[float(values[index]) for _, values in kept],
        seconds=[time for time, _ in kept],
    )


def _rest(states: np.ndarray, answers: np.ndarray, silence: ForgettingOn, seconds: float) -> Rest:
    return Rest(
        seconds=seconds,
        answer_after_reset=float(answers[0, 0]),
        answer_difference=float(np.abs(answers[1:] - answers[:1]).max()),
        state_difference=float(np.abs(states[1:] - states[:1]).max()),
        agree_after=silence.slowest,
    )
