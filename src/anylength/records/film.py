"""Records of a training as a film: one frame for each point of the training that was looked at."""

from anylength.records.explanations import Mark, Orbit
from anylength.records.record import Record


class CurvePoint(Record, frozen=True):
    """Accuracy at one length.

    Attributes:
        length: Length of the words, in symbols.
        random: Share of random words answered right.
        worst: Share of words answered right that make a net remember for long; None where the task has no such words.
    """

    length: int
    random: float
    worst: float | None


class Plane(Record, frozen=True):
    """States on the plane of their two principal axes, with orbits and fixed points under a held symbol.

    The axes are turned towards those of the frame before, so that the picture moves smoothly.

    Attributes:
        symbol: The held symbol as people write it.
        share: Share of the variance of the states that lies in the plane.
        states: States that random words lead to.
        machine_states: For each of them the index of the machine's state.
        orbits: Orbits under the held symbol, one from each state of the machine.
        marks: Fixed points under the held symbol.
    """

    symbol: str
    share: float
    states: list[tuple[float, float]]
    machine_states: list[int]
    orbits: list[Orbit]
    marks: list[Mark]


class Frame(Record, frozen=True):
    """A net at one point of its training.

    Attributes:
        update: Number of updates so far. A film holds each number once.
        epoch: The same in epochs.
        loss: Mean loss since the frame before.
        curve: Accuracy against length.
        horizon: Repetitions answered right on every carry chain that was run. None if none failed up to `limit`, or if there is no
            carry chain.
        limit: Repetitions that were run.
        stable: Number of stable fixed points under the plane's symbol. None without a plane.
        plane: The picture of states. None if the net has no state of fixed size, or the task no machine.
    """

    update: int
    epoch: float
    loss: float
    curve: list[CurvePoint]
    horizon: int | None
    limit: int
    stable: int | None
    plane: Plane | None
