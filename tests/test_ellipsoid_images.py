"""Bounds of the states that a cover by ellipsoids is about."""

import dataclasses

import numpy as np
import pytest

from anylength.cells import Rnn
from anylength.nets import Net
from anylength.verification.certify import EllipsoidCover, state_bound_of
from anylength.verification.certify import ellipsoid_images as module
from anylength.verification.certify.ellipsoid_cover import UNIT, Fork
from anylength.verification.certify.words import END
from anylength.verification.ellipsoids.slices import as_integers, slices_of

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


def test_of_an_ellipsoid_that_a_fork_cuts_the_slices_count(net, cover):
    """The long direction does not matter; the first one is cut in four, and the slice that is farthest out in two again."""
    slices = np.concatenate([as_integers(slices_of(count, along)) for count, along in ((2, 0.9), (4, 0.55))])
    again = Fork((0, 0, 0), (2, 2))
    wide = cover.shape * np.array([10, 1, 1])[:, None]
    cut = dataclasses.replace(
        cover, shape=wide, slices=slices, forks={(2, 0): Fork((0, 0, 0), (2, 2, 2, again))}, fork_weights={(2, 0): [[1] * 4] * 5}
    )
    u = np.random.default_rng(0).normal(size=(3, SAMPLES))
    states = (cut.center[2][:, None] + cut.shape[2] @ (u / np.linalg.norm(u, axis=0))) * UNIT
    reached = np.abs(np.tanh((net.cell.bias + net.cell.weight_ih[:, 0])[:, None] + net.cell.weight_hh @ states)).max(axis=1)
    only = np.full((3, 3), END)
    only[2, 0] = 2
    whole = state_bound_of(net, dataclasses.replace(cover, shape=wide, successors=only), 0.0)
    bound = state_bound_of(net, dataclasses.replace(cut, successors=only), 0.0)
    assert (reached <= bound).all() and (bound <= whole).all() and bound.max() < 0.9 * whole.max()
    one = cover.center[2] * UNIT, wide[2] * UNIT
    assert [part[0].tolist() for part in module._pieces(cut, again, *one)] == [
        (one[0] + shift * one[1][:, 0]).tolist() for shift in slices[:2, 1] * UNIT
    ]


def test_an_axis_turns_an_ellipsoid_before_it_is_cut(cover):
    """Along the sum of the first two numbers of u: the slices' middles lie on that line, the first one on the negative side."""
    axis = np.rint((np.array([1.0, 1.0, 0.0]) / np.sqrt(2) - np.array([1.0, 0, 0])) * 2**16).astype(int)
    cut = dataclasses.replace(cover, slices=as_integers(slices_of(4, 0.55)))
    center, shape = cover.center[2] * UNIT, cover.shape[2] * UNIT
    middles = [part[0] for part in module._pieces(cut, Fork(tuple(axis.tolist()), (2, 2, 2, 2)), center, shape)]
    places = np.linalg.solve(shape, (np.array(middles) - center).T).T
    assert np.abs(places[:, 0] - places[:, 1]).max() < 1e-4 and np.abs(places[:, 2]).max() < 1e-9
    assert (np.diff(places[:, 0]) > 0.1).all() and places[0, 0] < 0 < places[-1, 0]
