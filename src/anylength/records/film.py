"""Records of a training as a film: one frame for each moment that was looked at."""

from anylength.records.explanations import Mark, Orbit
from anylength.records.record import Record


class CurvePoint(Record, frozen=True):
    """Shares of words of one length answered right: random ones, and those that make a net hold something for long."""

    length: int
    random: float
    worst: float


class Plane(Record, frozen=True):
    """States on the plane of their two main axes, with what a held symbol makes of them.

    The axes are turned to lie as near as can be to those of the frame before, so that a picture moves smoothly.

    Attributes:
        symbol: The held symbol as people write it.
        share: The share of the states' variance that lies in the plane.
        states: States that random words lead to.
        at: For each of them the index of the machine's state.
        orbits: Where the held symbol takes the net, from each state of the machine.
        marks: Resting points under the held symbol.
    """

    symbol: str
    share: float
    states: list[tuple[float, float]]
    at: list[int]
    orbits: list[Orbit]
    marks: list[Mark]


class Frame(Record, frozen=True):
    """A net at one moment of its training.

    Attributes:
        update: Updates so far, the frame's number: a film holds each once.
        epoch: The same in epochs.
        loss: The mean loss since the frame before.
        curve: Accuracy against length.
        horizon: Held steps answered right under every ripple looked at; None where none failed up to `limit`, or there is none.
        limit: Held steps tried.
        stable: Resting points that attract under the plane's symbol; None where there is no plane.
        plane: The picture of states; None where the net has no state of fixed size or the task no machine.
    """

    update: int
    epoch: float
    loss: float
    curve: list[CurvePoint]
    horizon: int | None
    limit: int
    stable: int | None
    plane: Plane | None
