"""Does the answer forget the start? A search for a signal under which a run from a reset and an older run stay apart.

The older run has heard one frame, again and again. The other is reset at the end of that. From then on both hear the same,
another frame, again and again. If their answers still differ after thousands of steps, the net does not forget within so many
steps. That is all that a replay shows. Whether the runs stay apart for ever remains open.
"""

from typing import NamedTuple

import numpy as np

from anylength.audits.forgetting import TOLERANCE
from anylength.records import Bound
from anylength.streams.feeding import Feeding
from anylength.streams.frames import frames
from anylength.streams.models import Model
from anylength.streams.net import Features, StreamNet

EARLIER, SCREEN, HELD = 200, 300, 6_000
"""Steps with the earlier frame; held steps after which pairs that agree are dropped; held steps in all. Two slow GRUs were apart
after 1,500 held steps and together after 6,000."""

LAST = 100
"""The answers differ in each of so many last steps."""

KEPT, DRAWN = 4, 3
"""Pairs that are followed to the end, and random frames at each level."""

LEVELS = (0.1, 1.0)


class Pair(NamedTuple):
    """The earlier and the held frame [frame, columns]."""

    earlier: np.ndarray
    held: np.ndarray


def refutations(model: Model, net: StreamNet, seed: int = 0) -> list[Bound]:
    """A refutation of forgetting, replayed with the two runs by themselves. Empty: none was found, which shows nothing."""
    feeding, pairs = model.feeding, _pairs(model.feeding, np.random.default_rng(seed))
    with np.errstate(all="ignore"):  # a step in numpy may overflow; what is not finite is no refutation
        return _refutations(net, feeding, pairs)


def _refutations(net: StreamNet, feeding: Feeding, pairs: list[Pair]) -> list[Bound]:
    last = _differences(net, feeding, pairs, SCREEN)
    best = [pairs[index] for index in np.argsort(-last)[:KEPT] if last[index] > TOLERANCE]
    if not best:
        return []
    pair = best[int(np.argmax(_differences(net, feeding, best, HELD)))]
    least = float(_differences(net, feeding, [pair], HELD)[0])
    if not least > TOLERANCE:
        return []
    bound = Bound(
        claim=f"answers forget the start within {HELD:,} steps ({HELD * feeding.seconds:g} s)",
        net="as shipped",
        verdict="REFUTED",
        reason=f"One frame is held for {EARLIER} steps, and another one from then on. The answers of a run that heard both and of "
        f"a run that was reset between them differ by at least {least:.3g} in each of the last {LAST} of {HELD:,} steps, replayed. "
        "Whether they differ for ever is not known.",
        numbers=[],
        input=[float(value) for value in pair.held.ravel()],
        before=[float(value) for value in pair.earlier.ravel()],
    )
    return [bound]


def _pairs(feeding: Feeding, rng: np.random.Generator) -> list[Pair]:
    """All pairs of silence, constants, and random frames at several levels, in [-1, 1]."""
    shape = (feeding.frame, feeding.columns)
    drawn = [np.clip(level * rng.normal(size=shape), -1, 1) for level in LEVELS for _ in range(DRAWN)]
    held = [np.zeros(shape), np.full(shape, 0.5), drawn[0]]
    return [Pair(earlier, after) for earlier in [np.ones(shape), -np.ones(shape), *drawn] for after in held if earlier is not after]


def _differences(net: StreamNet, feeding: Feeding, pairs: list[Pair], steps: int) -> np.ndarray:
    """Of each pair, the least difference of the answers in the last steps; 0 where a number is not finite."""
    inputs = np.stack([_features(net, feeding, pair) for pair in pairs])
    older = np.repeat(net.start()[None], len(pairs), 0)
    for step in range(EARLIER):
        older, _ = net.step(older, inputs[:, step])
    states, found = np.concatenate([older, np.repeat(net.start()[None], len(pairs), 0)]), []
    for step in range(steps):
        now = inputs[:, min(EARLIER + step, inputs.shape[1] - 1)]
        states, answers = net.step(states, np.concatenate([now, now]))
        if step >= steps - LAST:
            one, other = np.split(answers.astype(np.float64), 2)
            found.append(np.abs(one - other).max(axis=1))
    least = np.min(found, axis=0)
    return np.where(np.isfinite(least) & np.isfinite(states).all(axis=1).reshape(2, -1).all(axis=0), least, 0)


def _features(net: StreamNet, feeding: Feeding, pair: Pair) -> Features:
    """What the recurrence reads of the earlier and of the held frame, until this is the same at each step."""
    before = feeding.context if feeding.spectrum is None else feeding.spectrum.size
    signal = np.concatenate([np.tile(pair.earlier, (EARLIER, 1)), np.tile(pair.held, (2 + before // feeding.frame, 1))])
    return net.features(frames(signal.astype(np.float32), feeding))
