"""A net of exact numbers and the smallest box that proves it."""

import numpy as np

from anylength.cells import CELLS
from anylength.nets import Net
from anylength.ops.intervals import Interval
from anylength.rules import Machine
from anylength.verification.certify import Cover, Proof

HAIR = 2.0**-40
"""More than interval arithmetic loses on these nets, less than any number here."""


def exact_net(classes=2):
    """h' = max(0, x + h / 2), in exact numbers; class 1 is right as long as h < 4."""
    f32 = lambda table: np.array(table, np.float32)
    cell = CELLS["relu"](f32([[0.0, 1.0]]), f32([[0.5]]), f32([0.0]))
    return Net(cell, f32([[1.0], [0.0], [-1.0]][:classes]), f32([0.0, 4.0, -1.0][:classes]), base=2, tapes=1)


MACHINE = Machine(0, ((0, 0),), ((1, 1),))


def cover(low=-0.125 - HAIR, high=1.25 + HAIR):
    """The smallest closed box for an epsilon of 1/4, and a hair."""
    return Cover(np.array([0]), np.array([[0, 0]]), 0, Interval.between([[low]], [[high]]))


def proved():
    """A net whose state is exact, and two proofs of it."""
    return exact_net(), [Proof(cover(low=-1.0, high=2.0), 0.5, 0.25, ("bfloat16", "float32")), Proof(cover(), 0.25, 1.0, ())]
