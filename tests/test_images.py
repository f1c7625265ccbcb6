"""Images of boxes under a program: sound ranges on the way, and no bound where an operation is not defined."""

import numpy as np
import pytest

from anylength.nets import Net, program_net
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval
from anylength.programs import Tracer, cut_parts, program_of_step, run
from anylength.verification.certify import StepImages, ranges_of, stored_start
from benchmarks.drawn_programs import ALL_OPERATIONS, RandomProgram, operations_of, random_program

FAST, ALL = 60, 1_000
"""Random programs in the fast and in the slow set."""

TOLERANCE = 1e-11
"""float64 samples err by less than this, relative to their magnitude (or to 1)."""


def net_of(drawn: RandomProgram) -> Net:
    return program_net(drawn.program, drawn.tensors, base=3, tapes=1)


def sampled(drawn: RandomProgram, rng: np.random.Generator) -> tuple[dict, dict]:
    """Values of the step and of the answer `[rows, N·A]` from one point of every box, often at its ends, in float64."""
    program, boxes = drawn.program, drawn.boxes
    share = rng.choice([0.0, 1.0, rng.random()], size=boxes.shape)
    points = np.clip(boxes.low + share * (boxes.high - boxes.low), boxes.low, boxes.high)
    given = cut_parts(program, np.repeat(points, 3, axis=1))
    tensors = {name: value.astype(np.float64) for name, value in drawn.tensors.items()}
    leaves = {"symbol": np.tile(np.eye(3), (1, boxes.shape[1]))}
    step = run(program.step, numpy_arrays, tensors, leaves, given=given)
    return step, run(program.answer, numpy_arrays, tensors, {"state": step[len(program.step) - 1]})


def inside(values: np.ndarray, box: Interval) -> bool:
    """Whether samples lie in their intervals, but for their own rounding. An end that is NaN is no bound."""
    allowed = TOLERANCE * np.maximum(1.0, np.abs(values))
    return not ((values < box.low - allowed) | (values > box.high + allowed)).any()


def check_ranges(seed: int) -> None:
    drawn, rng = random_program(seed), np.random.default_rng(seed)
    nodes = drawn.boxes.shape[1]
    with np.errstate(all="ignore"):
        ranges = ranges_of(net_of(drawn), drawn.boxes, 0.0)
        states, _ = StepImages(net_of(drawn)).images(drawn.boxes, 0.0)
        for _ in range(8):
            step, answer = sampled(drawn, rng)
            assert inside(step[len(drawn.program.step) - 1], states)
            for values, known in ((step, ranges.step), (answer, ranges.answer)):
                for number in known:
                    value = values[number]
                    of_symbol = np.broadcast_to(value, (len(value), 3 * nodes)).reshape(len(value), nodes, 3)
                    assert all(inside(of_symbol[:, node], known[number]) for node in range(nodes)), (seed, number)


def test_ranges_of_random_programs_hold_all_samples():
    for seed in range(FAST):
        check_ranges(seed)


@pytest.mark.slow
def test_ranges_of_many_random_programs_hold_all_samples():
    for seed in range(FAST, ALL):
        check_ranges(seed)


def test_random_programs_use_all_operations():
    assert set().union(*(operations_of(random_program(seed).program) for seed in range(FAST))) == ALL_OPERATIONS


def scalar_net(new_state, start: float | None = None) -> Net:
    """A net of one number h' = new_state(tracer, h) over two symbols."""
    tensors = {"v": np.ones((2, 1), np.float32), "b": np.zeros(2, np.float32), "s": np.array([start or 0.0], np.float32)}
    tracer = Tracer({name: value.shape for name, value in tensors.items()}, {"symbol": 2, "state": 1})
    after = new_state(tracer, tracer.state())
    logits = tracer.matmul(tracer.weight("v"), after) + tracer.weight("b")
    made = program_of_step(
        new_state=after, logits=logits, tensors=tensors, encoded=2, start=None if start is None else "s"
    )  # fmt: skip
    return program_net(*made, base=2, tapes=1)


def test_a_box_with_a_point_where_the_step_is_not_defined_has_no_image():
    net = scalar_net(lambda tracer, state: tracer.tanh(tracer.reciprocal(state)))
    with np.errstate(all="ignore"):
        states, terms = StepImages(net).images(Interval.between([[-1.0, 1.0]], [[1.0, 2.0]]), 0.0)
    assert np.isinf(states.low[0]).tolist() == [True, True, False, False] and not np.isfinite(terms.high[0, 0])
    assert 0.4 < states.low[0, 2] < states.high[0, 2] < 0.8


def test_an_answer_that_is_not_defined_has_no_features():
    def step(tracer, state):
        return tracer.minimum(state, 1.0)

    tensors = {"v": np.ones((2, 1), np.float32), "b": np.zeros(2, np.float32)}
    tracer = Tracer({name: value.shape for name, value in tensors.items()}, {"symbol": 2, "state": 1})
    after = step(tracer, tracer.state())
    logits = tracer.matmul(tracer.weight("v"), tracer.tanh(tracer.rsqrt(after))) + tracer.weight("b")
    net = program_net(
        *program_of_step(new_state=after, logits=logits, tensors=tensors, encoded=2, start=None), base=2, tapes=1
    )  # fmt: skip
    with np.errstate(all="ignore"):
        found = StepImages(net).features(Interval.between([[-0.5, 0.25]], [[0.5, 0.5]]))
    assert np.isinf(found.low[0]).tolist() == [True, False] and np.isinf(found.high[0]).tolist() == [True, False]


def test_a_start_state_is_stored_like_a_tensor_and_zeros_exactly():
    zeros, half = stored_start(scalar_net(lambda tracer, state: tracer.tanh(state))), stored_start(
        scalar_net(lambda tracer, state: tracer.tanh(state), start=0.5)
    )  # fmt: skip
    assert (zeros.low, zeros.high) == (0.0, 0.0)
    assert half.low <= 0.5 - 2.0**-9 and half.high >= 0.5 + 2.0**-9 and half.high - half.low < 0.02


def test_ranges_grow_on_both_sides_and_keep_their_sign():
    net = scalar_net(lambda tracer, state: tracer.exp(state))
    known = ranges_of(net, Interval.between([[0.0]], [[1.0]]), 0.0)
    grown, last = known.grown(0.5), len(net.program.step) - 1
    assert (grown.step[last].low > 0).all() and (grown.step[last].low < known.step[last].low).all()
    assert (grown.step[last].high > known.step[last].high + 0.8).all() and (grown.states.high > known.states.high).all()
