"""A frame of a film: how far a half-trained net goes, and where its states lie. Quick, and never broken by an odd net."""

from dataclasses import dataclass

import numpy as np

from anylength.diagnosis.probes import HELD, LENGTHS, SHORT, CarryProbe, LengthProbe
from anylength.diagnosis.projection import Projection
from anylength.nets import AbstractNet, Net
from anylength.nets import tensors as tensors_of
from anylength.records import Frame, Plane
from anylength.tasks import Task


@dataclass(frozen=True)
class TrainingPoint:
    """Where in its training a net is: updates, epochs, and the mean loss since the moment before."""

    update: int
    epoch: float
    loss: float


@dataclass(frozen=True)
class FrameBuilder:
    """What is the same for all frames of a film. Made with `of`.

    Attributes:
        exam: Words of many lengths.
        drill: Ripples; None where the net has no state of fixed size, or the task no machine.
        scene: What the plane shows; None there too.
    """

    exam: LengthProbe
    drill: CarryProbe | None
    scene: Projection | None

    @staticmethod
    def of(task: Task, net: AbstractNet) -> "FrameBuilder":
        """The camera for nets of the kind of `net`."""
        fixed = isinstance(net, Net) and net.cell.has_fixed_size_state
        exam = LengthProbe.of(task, LENGTHS if fixed and task.transducer is not None else SHORT)
        if not fixed or task.transducer is None:
            return FrameBuilder(exam, None, None)
        return FrameBuilder(exam, CarryProbe.of(task), Projection.of(task))

    def frame(self, net: AbstractNet, moment: TrainingPoint, before: Frame | None = None) -> Frame | None:
        """The frame of a net (its tensors as numpy arrays); None where its weights or its loss are no longer finite.

        Args:
            net: The net.
            moment: Where it is in its training.
            before: The frame before, towards which the plane is turned.
        """
        if not np.isfinite(moment.loss) or not _finite(net):
            return None
        with np.errstate(all="ignore"):
            plane = self._plane(net, before)
            horizon = self.drill.horizon(net) if self.drill is not None and isinstance(net, Net) else None
            return Frame(
                update=moment.update,
                epoch=round(moment.epoch, 4),
                loss=float(f"{moment.loss:.4g}"),
                curve=self.exam.curve(net),
                horizon=horizon,
                limit=HELD if self.drill is not None and self.drill.carry_chains else 0,
                stable=None if plane is None else sum(mark.stable for mark in plane.marks),
                plane=plane,
            )

    def _plane(self, net: AbstractNet, before: Frame | None) -> Plane | None:
        if self.scene is None or not isinstance(net, Net):
            return None
        return self.scene.plane(net, None if before is None else before.plane)


def _finite(net: AbstractNet) -> bool:
    return all(np.isfinite(value).all() for value in tensors_of(net).values())
