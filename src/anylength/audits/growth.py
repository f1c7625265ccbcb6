"""How large the state becomes, and which of its numbers still grow at the end."""

from typing import Literal

import numpy as np

from anylength.audits.drift import Streamed
from anylength.audits.scenes import Scenes
from anylength.records import Growth, GrowthOf
from anylength.streams.net import StreamNet

LEAST_SIZE, LEAST_EXPONENT = 1.0, 0.1
"""A number grows if its magnitude is at least 1 and grows over the last half of the time like a power of time of at least this."""

LIKE_TIME, LIKE_ROOT = 0.8, 0.3
MOST_LISTED, MOST_HEAT = 10, 1024


def growth(net: StreamNet, scenes: Scenes, streamed: Streamed) -> Growth:
    """The record of the state's magnitudes."""
    heat = streamed.heat.max(axis=1)
    running = np.maximum.accumulate(heat, axis=0)
    groups = {group: running[:, net.members(group)].max(axis=1).astype(float).tolist() for group in net.groups}
    return Growth(
        seconds=streamed.heat_seconds,
        groups=groups,
        growing=_growing(net, scenes, streamed),
        heat=heat.astype(float).round(4).tolist() if net.size <= MOST_HEAT else [],
    )


def _growing(net: StreamNet, scenes: Scenes, streamed: Streamed) -> list[GrowthOf]:
    times = np.asarray(streamed.heat_seconds)
    middle = int(np.argmin(np.abs(times - times[-1] / 2)))
    if middle == 0 or middle == len(times) - 1:
        return []
    end, half = streamed.heat[-1], np.maximum(streamed.heat[middle], 1e-6)
    exponents = np.where(end >= LEAST_SIZE, np.log(np.maximum(end, 1e-6) / half) / np.log(times[-1] / times[middle]), 0)
    largest = np.where(exponents >= LEAST_EXPONENT, end, 0)
    rows = largest.argmax(axis=0)
    sizes = largest.max(axis=0)
    names = net.names()
    order = [int(number) for number in np.argsort(-sizes, kind="stable")[:MOST_LISTED] if sizes[number] > 0]
    return [
        GrowthOf(
            name=names[number],
            largest=float(sizes[number]),
            background=f"{scenes.scenes[rows[number]].background}, {scenes.scenes[rows[number]].snr:g} dB",
            like=_like(float(exponents[rows[number], number])),
            exponent=float(exponents[rows[number], number]),
        )
        for number in order
    ]


def _like(exponent: float) -> Literal["time", "root", "slow"]:
    return "time" if exponent >= LIKE_TIME else "root" if exponent >= LIKE_ROOT else "slow"
