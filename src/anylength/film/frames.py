"""A frame of a film: how far a half-trained net goes, and where its states lie. It is made quickly, and no odd net breaks it."""

from dataclasses import dataclass

import numpy as np

from anylength.film.carry_probe import HELD_STEPS, CarryProbe
from anylength.film.length_probe import LENGTHS, SHORT_LENGTHS, LengthProbe
from anylength.film.projection import Projection
from anylength.nets import AbstractNet, Net
from anylength.nets import tensors as tensors_of
from anylength.records import Frame, Plane
from anylength.tasks import Task

EPOCH_DECIMALS, LOSS_DIGITS = 4, 4
"""Decimals of the epoch and significant digits of the loss in a record: a film is sent to a browser while it grows."""


@dataclass(frozen=True)
class TrainingPoint:
    """A point in a training.

    Attributes:
        update: Number of updates so far.
        epoch: The same in epochs.
        loss: Mean loss since the last such point.
    """

    update: int
    epoch: float
    loss: float


@dataclass(frozen=True)
class FrameBuilder:
    """Makes the frames of one film. Made with `of`.

    Attributes:
        length_probe: Words of many lengths.
        carry_probe: Carry chains. None if the net has no state of fixed size, or the task no machine.
        projection: What the plane shows. None in the same cases.
    """

    length_probe: LengthProbe
    carry_probe: CarryProbe | None
    projection: Projection | None

    @staticmethod
    def of(task: Task, net: AbstractNet) -> "FrameBuilder":
        """The builder for nets of the architecture of `net`."""
        fixed_size = isinstance(net, Net) and net.cell.has_fixed_size_state and task.transducer is not None
        length_probe = LengthProbe.of(task, LENGTHS if fixed_size else SHORT_LENGTHS)
        if not fixed_size:
            return FrameBuilder(length_probe, None, None)
        return FrameBuilder(length_probe, CarryProbe.of(task), Projection.of(task))

    def frame(self, net: AbstractNet, point: TrainingPoint, before: Frame | None = None) -> Frame | None:
        """The frame of a net (its tensors as numpy arrays). None if its weights or its loss are not finite.

        Args:
            net: The net.
            point: Where it is in its training.
            before: The previous frame. The plane is turned towards the plane of that frame.
        """
        if not np.isfinite(point.loss) or not _finite(net):
            return None
        with np.errstate(all="ignore"):
            plane = self._plane(net, before)
            horizon = self.carry_probe.horizon(net) if self.carry_probe is not None and isinstance(net, Net) else None
            return Frame(
                update=point.update,
                epoch=round(point.epoch, EPOCH_DECIMALS),
                loss=float(f"{point.loss:.{LOSS_DIGITS}g}"),
                curve=self.length_probe.curve(net),
                horizon=horizon,
                limit=HELD_STEPS if self.carry_probe is not None and self.carry_probe.carry_chains else 0,
                stable=None if plane is None else sum(mark.stable for mark in plane.marks),
                plane=plane,
            )

    def _plane(self, net: AbstractNet, before: Frame | None) -> Plane | None:
        if self.projection is None or not isinstance(net, Net):
            return None
        return self.projection.plane(net, None if before is None else before.plane)


def _finite(net: AbstractNet) -> bool:
    """Whether all weights are finite."""
    return all(np.isfinite(value).all() for value in tensors_of(net).values())
