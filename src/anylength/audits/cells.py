"""Which numbers of the state carry the drift: one after the other is set back to its early value, where this helps most."""

import numpy as np

from anylength.audits import figures
from anylength.audits.drift import ALARMS, Judge, Streamed, by_ratio, probe_answers
from anylength.audits.scenes import Progress, Scenes
from anylength.records import Cells, Culprit, Drift
from anylength.streams.driver import Batch
from anylength.streams.net import StreamNet

CANDIDATES = 24
"""Numbers that are tried: those whose value has changed most."""

SATURATION_WEIGHT, MOST_CHANGE = 0.02, 20.0
"""The change of a number counts through tanh, as most gates read it, and beyond that with this weight up to this change."""

MOST_CULPRITS = 8
ENOUGH = 0.95
"""The search ends when this share of what was lost is restored."""

LEAST_GAIN = 0.05
"""A number is set back if this restores at least this share of what was lost."""

MOST_OF_IT = 0.5
"""The numbers carry the drift if together they restore at least this share; else it is spread over many, and none is named."""

PUSH, PUSH_SECONDS = 0.01, 30.0
"""A time constant is that of a push by a hundredth of the number, watched for this time."""


def culprits(net: StreamNet, scenes: Scenes, streamed: Streamed, judged: Judge, drift: Drift, progress: Progress) -> Cells | None:
    """The numbers that carry the drift in the scene that loses most. None where nothing is lost."""
    if not drift.found or drift.measure == ALARMS:
        return None
    row = _worst_row(scenes, streamed, judged)
    scene, early, late = scenes.scenes[row], streamed.early[row], streamed.states[-1][row]
    reset = by_ratio([scene], streamed.answers[0][row : row + 1], 0.0)[0]

    def value(states: np.ndarray) -> np.ndarray:
        answers = probe_answers(net, [scene] * len(states), states)
        probed = by_ratio([scene] * len(states), answers, 0.0)[0]
        result = figures.known_mean(
            figures.outcomes(probed, _repeated(reset, len(states)), judged.marked, judged.targets, judged.feeding), axis=1
        )
        return -result if judged.feeding.kind == "values" else result

    from_early, from_late = value(np.stack([early, late]))
    chosen, curve = _greedy(value, early, late, from_early, from_late, progress)
    if curve[-1] < from_late + MOST_OF_IT * (from_early - from_late):
        chosen, curve = [], curve[:1]
    sign = -1 if judged.feeding.kind == "values" else 1
    times = _time_constants(net, scene.stream, late, chosen, judged.feeding.seconds)
    names = net.names()
    return Cells(
        background=scene.background,
        snr=scene.snr,
        early=sign * float(from_early),
        late=sign * float(from_late),
        culprits=[
            Culprit(
                name=names[number],
                restored=sign * curve[rank + 1],
                early=float(early[number]),
                late=float(late[number]),
                seconds=times[rank],
            )
            for rank, number in enumerate(chosen)
        ],
        curve=[sign * point for point in curve],
        size=net.size,
    )


def _greedy(value, early, late, from_early, from_late, progress) -> tuple[list[int], list[float]]:
    """The numbers in the order in which they were set back, and the outcome with 0, 1, 2 … of them."""
    lost = from_early - from_late
    changed = np.abs(np.tanh(late) - np.tanh(early)) + SATURATION_WEIGHT * np.minimum(np.abs(late - early), MOST_CHANGE)
    candidates = [int(number) for number in np.argsort(-changed, kind="stable")[:CANDIDATES] if changed[number] > 0]
    chosen, curve = [], [float(from_late)]
    while lost > 0 and candidates and len(chosen) < MOST_CULPRITS and curve[-1] < from_late + ENOUGH * lost:
        progress(f"setting back {len(chosen) + 1} of {len(early)} numbers of the state")
        tried = np.repeat(late[None], len(candidates), 0)
        for index, number in enumerate(candidates):
            tried[index, [*chosen, number]] = early[[*chosen, number]]
        outcomes = value(tried)
        best = int(np.nanargmax(outcomes))
        if outcomes[best] < curve[-1] + LEAST_GAIN * lost:
            break
        curve.append(float(outcomes[best]))
        chosen.append(candidates.pop(best))
    return chosen, curve


def _worst_row(scenes: Scenes, streamed: Streamed, judged: Judge) -> int:
    """The scene that loses most between reset and end."""
    losses = []
    for index, scene in enumerate(scenes.scenes):
        late, reset = (
            by_ratio([scene], answers[index : index + 1], 0.0)[0] for answers in (streamed.answers[-1], streamed.answers[0])
        )
        after, before = (figures.outcomes(probed, reset, judged.marked, judged.targets, judged.feeding) for probed in (late, reset))
        sign = -1 if judged.feeding.kind == "values" else 1
        losses.append(sign * float(figures.known_mean(before) - figures.known_mean(after)))
    return int(np.argmax(losses))


def _repeated(reset: figures.Probed, count: int) -> figures.Probed:
    return figures.Probed(reset.snr, 0.0, reset.backgrounds * count, np.repeat(reset.answers, count, 0))


def _time_constants(net: StreamNet, stream: np.ndarray, late: np.ndarray, chosen: list[int], step: float) -> list[float | None]:
    """Seconds in which a push of each number decays to 1/e, from its decay over thirty seconds."""
    if not chosen:
        return []
    steps = max(1, round(PUSH_SECONDS / step))
    states = np.repeat(late[None], len(chosen) + 1, 0)
    pushes = PUSH * np.maximum(np.abs(late[chosen]), 1)
    states[np.arange(len(chosen)), chosen] += pushes
    batch = Batch(net, [stream], np.zeros(len(states), int), states=states)
    left = np.tile(pushes, (steps, 1))

    def visit(now_step: int, now: np.ndarray, _: np.ndarray) -> None:
        left[now_step - 1] = np.abs(now[np.arange(len(chosen)), chosen] - now[-1, chosen])

    batch.run(steps, visit)
    return [_decay(left[:, index] / pushes[index], step) for index in range(len(chosen))]


def _decay(left: np.ndarray, step: float) -> float | None:
    """The time constant of a decay: when it falls below 1/e, else by its value at the end."""
    below = np.flatnonzero(left < 1 / np.e)
    if below.size:
        return float((below[0] + 1) * step)
    return None if left[-1] >= 1 else float(-len(left) * step / np.log(left[-1]))
