"""Bounds of the states that a cover by ellipsoids is about."""

import dataclasses

import numpy as np
import pytest

from anylength.cells import Rnn
from anylength.nets import Net
from anylength.rules import END
from anylength.verification.certify import EllipsoidCover, state_bound_of
from anylength.verification.certify import ellipsoid_images as module
from anylength.verification.certify.ellipsoid_cover import UNIT

EPSILON, SAMPLES = 1e-3, 1000


@pytest.fixture(scope="module")
def net() -> Net:
    """Two units that hold a sign, and one that nothing reads."""
    hold = np.array([[4.0, 0.25, 0], [0.25, 4.0, 0], [0, 0, 0]], np.float32)
    push = np.array([[0.0, -10.0, 10.0], [0.0, -10.0, 10.0], [0.0, 0.5, 0.25]], np.float32)
    readout = np.array([[-1.0, -1.0, 0], [1.0, 1.0, 0]], np.float32)
    return Net(Rnn(push, hold, np.array([-2.0, -2.0, 0], np.float32)), readout, np.zeros(2, np.float32), base=3, tapes=1)


@pytest.fixture(scope="module")
def cover() -> EllipsoidCover:
    """The start's point, and around the two states that the net holds ellipsoids that are long where it does not look."""
    shape = np.array([[0.05, 0, 0], [0.03, 0.04, 0], [0, 0, 100.0]])
    shapes, centers = np.array([0 * shape, shape, shape]), np.array([[0, 0, 0], [-0.98, -0.98, 0], [0.98, 0.98, 0]])
    return EllipsoidCover(
        machine_states=np.array([0, 0, 1]), successors=np.array([[1, 1, 2], [1, 1, 2], [2, 1, 2]]), start=0,
        center=np.rint(centers / UNIT).astype(np.int64), shape=np.rint(shapes / UNIT).astype(np.int64),
        spread=np.ones((3, 3), np.int64), weights=np.ones((3, 3, 1, 4), np.int64),
    )  # fmt: skip


def images(net: Net, cover: EllipsoidCover) -> np.ndarray:
    """States after a step from states on the surfaces `[K, D, SAMPLES]`."""
    u = np.random.default_rng(0).normal(size=(3, SAMPLES))
    states = (cover.center[:, :, None] + cover.shape @ (u / np.linalg.norm(u, axis=0))) * UNIT
    pushes = [net.cell.bias + push for push in net.cell.weight_ih.T]
    return np.array([np.tanh(push[:, None] + net.cell.weight_hh @ own) for push in pushes for own in states])


def test_the_bound_holds_all_images_and_not_all_of_the_ellipsoids(net, cover):
    reached = np.abs(images(net, cover)).max(axis=(0, 2)) + EPSILON
    bound = state_bound_of(net, cover, EPSILON)
    assert (reached <= bound).all() and (bound <= 1.05 * reached).all()
    assert bound.max() < 1.1 < np.abs(cover.shape * UNIT).max()


def test_steps_that_lead_nowhere_do_not_count(net, cover):
    """After a 2 the third number is tanh(0.25), after a 1 it would be tanh(0.5)."""
    one = dataclasses.replace(cover, successors=np.array([[END, END, 2], [END, END, END], [END, END, 2]]))
    assert abs(state_bound_of(net, one, 0.0)[2] - np.tanh(0.25)) < 1e-5
    nothing = dataclasses.replace(cover, successors=np.full((3, 3), END))
    assert (state_bound_of(net, nothing, EPSILON) == 0).all()  # the start state alone


def test_parts_do_not_change_the_bound(net, cover, monkeypatch):
    whole = state_bound_of(net, cover, EPSILON)
    monkeypatch.setattr(module, "CHUNK", 2)
    assert (state_bound_of(net, cover, EPSILON) == whole).all()
