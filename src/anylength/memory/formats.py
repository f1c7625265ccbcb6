"""The epsilon and the eta that cover a number format, for a net with stacks: what a step, a logit and a gate's number may err by.

All numbers of a state are results of tanh, so they are within 1 and what the format adds. What lies on a stack is as it was stored,
and its box may be somewhat wider than that (`closing.WIDENING`).
"""

from typing import Any

import numpy as np

from anylength.memory.images import StackSteps
from anylength.ops.intervals import Interval
from anylength.ops.rounding import SAFETY_FACTOR, Format, Rounding
from anylength.programs import run

LARGEST = 2.0**60
"""Largest number in any format, so that no float32 sum overflows (docs/reference/certificate-formats.md)."""

FORMATS = {
    "bfloat16": Format(2.0**-8, 2.0**-126, LARGEST),
    "float16": Format(2.0**-11, 2.0**-14, 2.0**15),
    "float32": Format(0.0, 2.0**-126, LARGEST),
}
"""The formats of docs/reference/certificate-formats.md: relative and absolute error of storing a number, and the largest number."""

ROUNDED_UP = 1 + 1e-6
"""Both numbers are this much larger than needed, so that the different rounding of the checker does not matter."""

WIDER = 1.02
"""How many times epsilon the numbers in a box may be beyond 1: epsilon itself, and by how much boxes are widened."""

ITERATIONS = 8
"""Epsilon makes states larger, by far less than itself."""


def required(steps: StackSteps, name: str, noise: float = 0.0) -> tuple[float, float]:
    """An epsilon and an eta that cover a number format, under at least so much noise."""
    epsilon, eta = noise, 0.0
    with np.errstate(all="ignore"):
        for _ in range(ITERATIONS):
            before = epsilon
            error, eta = _errors(steps, FORMATS[name], 1 + WIDER * epsilon)
            epsilon = max(error * ROUNDED_UP, noise)
            if epsilon <= before:
                break
    return epsilon, eta * ROUNDED_UP


def _errors(steps: StackSteps, form: Format, largest: float) -> tuple[float, float]:
    """What a step errs by, and what two logits do together, if no number of a state is larger than this."""
    program, ops, tensors = steps.program, Rounding(form), steps.tensors
    bound = np.full((program.state, 1), largest)
    states = ops.state(Interval.between(-bound, bound))
    tops = states[program.state - (program.encoded - len(steps.alphabet)) :]
    symbols = ops.concatenate([ops.symbols(steps.alphabet), tops])
    step = run(program.step, ops, tensors, {"symbol": symbols, "state": states})[len(program.step) - 1]
    features = run(program.answer, ops, tensors, {"state": states})[len(program.answer) - 1]
    cell: Any = steps.net.cell
    weight = np.concatenate([np.asarray(steps.net.weight), np.asarray(cell.weight_action)])
    bias = np.concatenate([np.asarray(steps.net.bias), np.asarray(cell.bias_action)])
    logits = ops.matmul(weight, features) + bias[:, None]
    errors = (float(value.stored_error().max()) for value in (step, logits))
    return tuple(SAFETY_FACTOR * error * factor for error, factor in zip(errors, (1, 2), strict=True))  # type: ignore[return-value]
