"""What repeats itself in a search for ellipsoids: the ends of contexts, and a symbol under which the machine comes back."""

import itertools
import math

import numpy as np
import pytest

from anylength.cells import Rnn
from anylength.nets import Net
from anylength.rules import END, Machine, PartialMachine
from anylength.verification.ellipsoids import loops
from anylength.verification.ellipsoids.contexts import period_of
from anylength.verification.ellipsoids.loops import loop_of, turn_of
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.search import repetitions
from anylength.verification.ellipsoids.training import QUICKLY_TRAINED, Sizes


@pytest.mark.parametrize(
    ("pairs", "period"),
    [
        ("a", 0), ("aa", 1), ("baa", 1), ("ab", 0), ("abab", 0), ("ababa", 0), ("ababab", 2), ("cababab", 2), ("bcababab", 2),
        ("abcabc", 3), ("ccabcabc", 3), ("abcdabcd", 4), ("dabcdabc", 4), ("abcabd", 0), ("bbabab", 0), ("abaaba", 3),
    ],
)  # fmt: skip
def test_a_context_repeats_itself_at_its_oldest_end(pairs, period):
    """Letters stand for a symbol and the state in which it was read, the newest first."""
    numbers = [number for letter in pairs for number in (ord(letter), ord(letter) - 97)]
    context = (numbers[1], numbers[0], *numbers[2:])
    assert period_of(context) == period and period_of(context[:-1]) == 0
    if period:
        longer = list(itertools.islice(repetitions(context), 5))
        whole = pairs + "".join(chr(symbol) for symbol, _ in longer)
        assert all(whole[-1 - k] == whole[-1 - k - period] for k in range(5)) and {len(pair) for pair in longer} == {2}


def turning() -> Net:
    """A unit that both symbols turn over, again and again. The answer is whether it is above 0."""
    cell = Rnn(weight_ih=np.array([[0.0, 0.0]], np.float32), weight_hh=np.array([[-3.0]], np.float32), bias=np.zeros(1, np.float32))
    return Net(cell, np.array([[-1.0], [1.0]], np.float32), np.zeros(2, np.float32), base=2, tapes=1)


def test_a_symbol_that_turns_the_machine_over_too_has_a_loop_whose_first_ellipsoid_is_at_the_first_state():
    machine = Machine(0, ((1, 1), (0, 0)), ((0, 0), (1, 1)))  # it answers whether the unit was below 0
    problem = Problem(turning(), machine, 1e-5, 1e-3)
    for near, sign in ((0.1, 1.0), (-0.1, -1.0)):
        state = int(near < 0)
        turn = turn_of(machine, state, 0)
        assert turn == [state, 1 - state]
        loop = loop_of(problem, np.array([near]), 0, [machine.output[q][0] for q in turn])
        assert loop is not None and len(loop.centers) == 2
        assert np.sign(loop.centers[:, 0]).tolist() == [sign, -sign]
        assert loop_of(problem, np.array([near]), 0, [machine.output[q][0] for q in reversed(turn)]) is None


def test_a_machine_comes_back_under_a_repeated_symbol_soon_or_not_at_all():
    ring = tuple((q, (q + 1) % 9, min(q + 1, 8)) for q in range(9))
    machine = Machine(0, ring, ((0, 0, 0),) * 9)
    assert turn_of(machine, 4, 0) == [4] and turn_of(machine, 4, 1) == [] and turn_of(machine, 4, 2) == []
    assert turn_of(machine, 8, 2) == [8]
    few = Machine(0, ((1, 1), (2, 0), (0, 2)), ((0, 0),) * 3)
    assert turn_of(few, 1, 0) == [1, 2, 0]
    assert turn_of(PartialMachine(0, ((1, END), (0, 1)), ((0, 0),) * 2, ((0, 0), (1, 1))), 0, 1) == []


@pytest.mark.parametrize("turn", [1, 2, 3, 4])
@pytest.mark.parametrize("period", [1, 2, 3])
@pytest.mark.parametrize("length", [100, 101, 102, 103])
def test_a_cycle_in_step_with_the_machine_begins_where_the_orbit_does(turn, period, length):
    states = np.array([[float(k % period)] for k in range(length)])
    cycle = loops._in_step(states, turn)
    whole = math.lcm(turn, period)
    assert (cycle is None) == (whole > 6)
    if cycle is not None:
        places = [k for k in range(length - 20, length) if k % turn == 0]
        assert len(cycle) == whole and cycle[:, 0].tolist() in [[float((k + n) % period) for n in range(whole)] for k in places]


def test_arrays_have_room_after_they_have_grown_where_a_training_is_quick():
    sizes = Sizes()
    sizes.grow_to(100, 20, 1_000, 4)
    first = (sizes.trained, sizes.fixed, sizes.edges)
    assert all(wanted <= size < 1.3 * wanted for wanted, size in zip((100, 20, 1_000), first, strict=True))
    sizes.grow_to(200, 20, 2_000, 4)
    assert sizes.trained >= 400 and sizes.edges >= 4_000 and sizes.fixed == first[1]
    sizes.grow_to(300, 20, QUICKLY_TRAINED, 4)
    assert sizes.trained >= 400 and QUICKLY_TRAINED <= sizes.edges < 1.3 * QUICKLY_TRAINED
