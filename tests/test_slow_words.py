"""The slowest words of nets: how fast two near states come together."""

import numpy as np
import pytest

from anylength.cells import Rnn
from anylength.nets import Net
from anylength.rules import Machine
from anylength.verification.ellipsoids.problem import Problem
from benchmarks.slow_words import factors, words_of


def one_unit(weight: float) -> Problem:
    """A unit that the digits push up or down, and a machine that does not matter."""
    cell = Rnn(np.array([[0.3, -0.2]], np.float32), np.array([[weight]], np.float32), np.zeros(1, np.float32))
    net = Net(cell, np.zeros((2, 1), np.float32), np.zeros(2, np.float32), base=2, tapes=1)
    return Problem(net, Machine(0, ((0, 0),), ((0, 0),)), 1e-6, 1e-3)


def test_of_words_that_repeat_the_same_there_is_one():
    words = words_of([1, 0], [1, 2, 3])
    assert words == [(0,), (1,), (0, 0), (0, 1), (1, 1), (0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 1)]


@pytest.mark.parametrize("weight", [0.5, 0.9, -0.9, 3.0])
def test_the_factor_of_a_word_is_the_derivative_round_its_cycle(weight):
    problem, words = one_unit(weight), [(0,), (1,), (0, 1)]
    for word, factor in zip(words, factors(problem, words, (1,)), strict=True):
        x, derivative = np.tanh(-0.2), list[float]()  # after the first digit
        for step in range(2_000):
            x = np.tanh(weight * x + (0.3, -0.2)[word[step % len(word)]])
            derivative.append(weight * (1 - x * x))
        round_trip = np.abs(derivative[-2 * len(word) :])
        assert factor == pytest.approx(np.exp(np.log(round_trip).mean()), rel=1e-3)


PARTING = [[0.1, 4.1, 3.7, -1.5], [-0.9, -1.6, 1.7, -0.2], [2.2, -5.5, 4.7, -0.3], [2.0, -0.4, -1.1, 1.4]]
"""Weights of four units whose states wander for ever."""


@pytest.mark.parametrize(("scale", "parts"), [(1.0, True), (0.1, False)])
def test_states_that_part_have_a_factor_above_one(scale, parts):
    weights, bias = scale * np.array(PARTING, np.float32), np.array([0.2, -0.1, 0.3, 0.1], np.float32)
    net = Net(
        Rnn(np.zeros((4, 1), np.float32), weights, bias), np.zeros((1, 4), np.float32), np.zeros(1, np.float32), base=1, tapes=1
    )
    problem = Problem(net, Machine(0, ((0,),), ((0,),)), 1e-6, 1e-3)
    (factor,) = factors(problem, [(0,)], ())
    assert (factor > 1.1) == parts and (factor > 0.9) == parts
    near, beside = problem.start[:, None], problem.start[:, None] + 1e-9
    for _ in range(2_000):
        near, beside = problem.step(near, np.zeros(1, int)), problem.step(beside, np.zeros(1, int))
    assert (np.abs(near - beside).max() > 1e-6) == parts
